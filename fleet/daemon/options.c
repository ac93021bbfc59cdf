/* SPDX-License-Identifier: BSD-2-Clause */
#include "fleet/daemon/options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/compiler.h"
#include "common/base/version.h"
#include "common/config/option_table.h"
#include "common/contract/place.h"

#define OPTION(id, name, letter, value, shown, phrase, apart, manual) id,
enum {
#include "fleet/daemon/options.def"
};
#undef OPTION

#define OPTION(id, name, letter, value, shown, phrase, apart, manual) \
    {name, letter, shown, value, .help = (phrase)},
static const struct option_row rows[] = {
#include "fleet/daemon/options.def"
};
#undef OPTION

static const struct option_table table = {rows, ARRAY_LEN(rows)};

static const char program[] = "portlight-fleet";

static void NORETURN stop(void)
{
    option_table_usage(&table, stderr, program, "");
    exit(2);
}

static void help(void)
{
    option_table_usage(&table, stdout, program, "");
    fputc('\n', stdout);
    option_table_help(&table, stdout);
    printf("\nThe manual is %s(8); portlight.conf(5) has the configuration.\n", program);
}

static void take_new(struct fleet_options *options, const char *kind)
{
    if (options->new_name != NULL || !place_is_name(optarg, strlen(optarg))) {
        fprintf(stderr, "%s: --new-%s: one name of 1 to 16 letters a-z, digits and hyphens\n",
                program, kind);
        stop();
    }
    options->new_name = optarg;
    options->new_kind = kind;
}

struct fleet_options fleet_options_read(int argc, char **argv)
{
    struct fleet_options options = {0};
    int option;

    while ((option = option_table_next(&table, argc, argv)) != OPTION_END) {
        switch (option) {
        case CONFIG: options.config_path = optarg; break;
        case CHECK_CONFIG: options.check_config = true; break;
        case ENGINE_CONFIG: options.engine_config = true; break;
        case NEW_PLACE: take_new(&options, "place"); break;
        case NEW_FRONTEND: take_new(&options, "frontend"); break;
        case NEW_ENGINE: take_new(&options, "engine"); break;
        case VERSION: printf("%s %s\n", program, PORTLIGHT_VERSION); exit(0);
        case HELP: help(); exit(0);
        default: stop();
        }
    }
    if (optind != argc)
        stop();
    return options;
}
