/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Prints what the programs' tables and constants say, a fact a line with tabs between, for
 * scripts/generate-config and check-limits: documents are made of what is compiled, not of what C
 * looks like.
 */
#include <stdio.h>
#include <stdlib.h>

#include "common/base/compiler.h"
#include "common/config/config.h"
#include "common/config/option_table.h"
#include "common/contract/inspection.h"
#include "common/contract/syn_schedule.h"
#include "common/contract/verdict.h"
#include "frontend/cli/options.h"
#include "frontend/dns/inquiry.h"
#include "frontend/limits/costs.h"
#include "frontend/model/comparison.h"
#include "frontend/model/hostname.h"
#include "frontend/model/result.h"
#include "frontend/model/service.h"
#include "frontend/render/json.h"
#include "inspector/dialogue/starttls.h"
#include "prober/engine/engine_config.h"
#include "prober/evidence/echo.h"

/* --- the configuration --------------------------------------------------------- */

#define NUMBER(...)                 NULL
#define POLICY_NUMBER(...)          NULL
#define FLAG(...)                   NULL
#define POLICY_FLAG                 NULL
#define PORTS                       NULL
#define PATH(...)                   NULL
#define TEXT                        NULL
#define USER(...)                   NULL
#define STRINGS(...)                NULL
#define NAME(...)                   NULL
#define PREFIXES                    NULL
#define DERIVED(least, most, words) words

#define SECTION(section, help) {#section, help},
#define KEY(section, name, member, kind, help)
static const struct {
    const char *name, *help;
} sections[] = {
#include "common/config/config_keys.def"
};
#undef SECTION
#undef KEY

#define SECTION(section, help)
#define KEY(section, name, member, kind, help) {kind, help},
static const struct {
    const char *derived, *help;
} helps[] = {
#include "common/config/config_keys.def"
};

static void print_strings(const struct config_strings *list)
{
    for (size_t i = 0; i < list->count; i++)
        printf("%s\"%s\"", i > 0 ? ", " : "{", list->items[i]);
    fputs(list->count > 0 ? "}" : "{}", stdout);
}

static void print_ports(const struct policy *policy)
{
    const char *before = "{";

    for (unsigned port = 1; port <= UINT16_MAX; port++) {
        if (policy_check_port(policy, (uint16_t)port) != POLICY_OK)
            continue;
        printf("%s%u", before, port);
        before = ", ";
    }
    putchar('}');
}

/* As it would stand in the file. */
static void print_value(const struct config_key *key, const struct config *config)
{
    const void *member = (const char *)config + key->offset;

    switch (key->type) {
    case CONFIG_NUMBER:
        printf("%u", key->size == 1 ? *(const uint8_t *)member : *(const uint32_t *)member);
        break;
    case CONFIG_FLAG: fputs(*(const bool *)member ? "true" : "false", stdout); break;
    case CONFIG_PORTS: print_ports(member); break;
    case CONFIG_NAME:
    case CONFIG_PATH:
    case CONFIG_TEXT: printf("\"%s\"", *(char *const *)member); break;
    case CONFIG_USER: printf("\"%s\"", ((const struct config_user *)member)->name); break;
    case CONFIG_STRINGS: print_strings(member); break;
    case CONFIG_PREFIXES: fputs("{}", stdout); break;
    }
}

static void print_config(void)
{
    struct config config;

    if (!config_load(&config, "/dev/null"))
        exit(1);
    for (size_t i = 0; i < ARRAY_LEN(sections); i++)
        printf("section\t%s\t%s\n", sections[i].name, sections[i].help);
    for (size_t i = 0; i < config_keys_len; i++) {
        const struct config_key *key = &config_keys[i];
        printf("key\t%s\t%s\t%ld\t%ld\t", key->section, key->name, key->min, key->max);
        print_value(key, &config);
        printf("\t%s\t%s\n", helps[i].derived != NULL ? helps[i].derived : "", helps[i].help);
    }
    config_free(&config);
}

/* --- the command lines ----------------------------------------------------------- */

struct option_words {
    struct option_row row;
    const char *phrase, *apart, *manual;
};

#define OPTION(id, name, letter, value, shown, phrase, apart, manual) \
    {{name, letter, shown, value}, phrase, apart, manual},

static const struct option_words daemon_options[] = {
#include "common/config/options.def"
};
static const struct option_words networks_options[] = {
#include "networks/options.def"
};
static const struct option_words fleet_options[] = {
#include "fleet/daemon/options.def"
};
static const struct option_words cli_options[] = {
#include "frontend/cli/options.def"
};

static void print_options(const char *program, const struct option_words *options, size_t count)
{
    static const char *const kinds[] = {"none",   "file", "url",     "state",
                                        "number", "name", "address", "protocol"};

    for (size_t i = 0; i < count; i++) {
        const struct option_row *row = &options[i].row;
        const char letter[] = {row->letter, '\0'};
        printf("option\t%s\t%s\t%s\t%u\t%s\t%s\t%lu\t%lu\t%s\t%s\t%s\n", program, row->name, letter,
               row->shown, kinds[row->value], row->argument != NULL ? row->argument : "", row->min,
               row->max, options[i].phrase, options[i].apart, options[i].manual);
    }
}

/* --- words and constants --------------------------------------------------------- */

#define CONSTANT(name) printf("constant\t%s\t%ld\n", #name, (long)(name))

int main(void)
{
    print_config();
    print_options("daemon", daemon_options, ARRAY_LEN(daemon_options));
    print_options("networks", networks_options, ARRAY_LEN(networks_options));
    print_options("fleet", fleet_options, ARRAY_LEN(fleet_options));
    print_options("cli", cli_options, ARRAY_LEN(cli_options));
    for (unsigned port = 1; port <= UINT16_MAX; port++)
        if (service_by_port((uint16_t)port) != NULL)
            printf("service\t%s\n", service_by_port((uint16_t)port)->name);
    for (unsigned state = STATE_OPEN; state < STATE_COUNT; state++)
        printf("state\t%s\n", verdict_state_name(state));
    for (unsigned protocol = 0; protocol < STARTTLS_COUNT; protocol++)
        printf("starttls\t%s\n", starttls_name(protocol));
    CONSTANT(CONFIG_CONNECTIONS_MAX);
    CONSTANT(CONFIG_CONNECTIONS_EXTRA);
    CONSTANT(CONFIG_CLIENT_CONNECTIONS);
    CONSTANT(CONFIG_CLIENT_CHECKS);
    CONSTANT(HOSTNAME_INPUT_MAX_LEN);
    CONSTANT(HOSTNAME_MAX_LEN);
    CONSTANT(POLICY_PORTS_MAX);
    CONSTANT(SYN_SCHEDULE_TRACED_COST);
    CONSTANT(POLICY_TIMEOUT_MIN_MS);
    CONSTANT(POLICY_TIMEOUT_MAX_MS);
    CONSTANT(PLACES_ASKED_MAX);
    CONSTANT(VERDICT_HOPS_MAX);
    CONSTANT(RESULT_TARGETS_MAX);
    CONSTANT(API_JSON_BODY_MAX_LEN);
    CONSTANT(COMPARISONS_MAX);
    CONSTANT(COST_HOST);
    CONSTANT(COST_PORT);
    CONSTANT(COST_REQUEST);
    CONSTANT(COST_SERVICE);
    CONSTANT(COST_TLS);
    CONSTANT(COST_TRACE);
    CONSTANT(ECHO_ATTEMPTS_MAX);
    CONSTANT(ENGINE_PEERS_MAX);
    CONSTANT(ENGINE_PORT_GROUPS);
    CONSTANT(ENGINE_SOURCE_PORTS);
    CONSTANT(INQUIRY_ADDRS_MAX);
    CONSTANT(INSPECTION_TEXT_MAX_LEN);
    CONSTANT(PLACES_MAX);
    CONSTANT(PLACE_NAME_LEN);
    CONSTANT(STARTTLS_IN_MAX_LEN);
    CONSTANT(STARTTLS_LINES_MAX);
    CONSTANT(SYN_SCHEDULE_ATTEMPTS);
    CONSTANT(SYN_SCHEDULE_FLOWS);
    CONSTANT(SYN_SCHEDULE_TRACE_EXTRA_MS);
    return 0;
}
