/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/cli/options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/compiler.h"
#include "common/base/version.h"
#include "common/daemon/option_table.h"

enum { MESSAGE_LEN = 128 };

#define OPTION(id, name, letter, value, shown, phrase, apart, manual) id,
enum {
#include "frontend/cli/options.def"
};
#undef OPTION

#define OPTION(id, name, letter, value, shown, phrase, apart, manual) {name, letter, shown, value},
static const struct option_row rows[] = {
#include "frontend/cli/options.def"
};
#undef OPTION

static const struct option_table table = {rows, ARRAY_LEN(rows)};

static void usage(FILE *to)
{
    option_table_usage(&table, to, "portlight", "HOST PORT[,PORT...]");
}

static void NORETURN usage_error(const char *what, const char *value)
{
    fprintf(stderr, "portlight: %s: %s\n", what, value);
    usage(stderr);
    exit(EXIT_USAGE);
}

static unsigned long read_number(const struct option_row *row, const char *text)
{
    char *end, what[MESSAGE_LEN];
    unsigned long number = strtoul(text, &end, 10);

    if (strspn(text, "0123456789") > 0 && *end == '\0' && number >= row->min && number <= row->max)
        return number;
    snprintf(what, sizeof(what), "--%s must be %lu to %lu %s", row->name, row->min, row->max,
             row->unit);
    usage_error(what, text);
}

static enum verdict_state read_state(const char *text)
{
    for (unsigned state = STATE_OPEN; state < STATE_COUNT; state++)
        if (strcmp(text, verdict_state_name(state)) == 0)
            return (enum verdict_state)state;
    usage_error("--expect must be open, closed or filtered", text);
}

static void take_option(struct options *options, int option)
{
    switch (option) {
    case CONFIG: options->config_path = optarg; break;
    case IPV4: options->family = REQUEST_IPV4; break;
    case IPV6: options->family = REQUEST_IPV6; break;
    case JSON: options->json = true; break;
    case EXPLAIN: options->explain = true; break;
    case TRACE: options->trace = true; break;
    case PACKETS: options->packets = true; break;
    case PCAP: options->pcap_path = optarg; break;
    case TIMEOUT: options->timeout_ms = (uint16_t)read_number(&rows[option], optarg); break;
    case EXPECT: options->expected = read_state(optarg); break;
    case WATCH: options->watch_s = (uint32_t)read_number(&rows[option], optarg); break;
    case SERVER: options->server = optarg; break;
    case VERSION: puts("portlight " PORTLIGHT_VERSION); exit(0);
    case HELP: usage(stdout); exit(0);
    default: usage(stderr); exit(EXIT_USAGE);
    }
}

struct options options_read(int argc, char **argv)
{
    struct options options = {.expected = STATE_OPEN};
    int option;

    while ((option = option_table_next(&table, argc, argv)) != OPTION_END)
        take_option(&options, option);
    if (argc - optind != 2) {
        usage(stderr);
        exit(EXIT_USAGE);
    }
    if (options.server != NULL && options.timeout_ms != 0)
        usage_error("--timeout is for the prober here, not for --server", options.server);
    options.host = argv[optind];
    options.ports = argv[optind + 1];
    return options;
}

bool options_want_packets(const struct options *options)
{
    return options->packets || options->pcap_path != NULL;
}
