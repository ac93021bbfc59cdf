/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/config/options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/compiler.h"
#include "common/base/version.h"
#include "common/config/option_table.h"

#define OPTION(id, name, letter, value, shown, phrase, apart, manual) id,
enum {
#include "common/config/options.def"
};
#undef OPTION

#define OPTION(id, name, letter, value, shown, phrase, apart, manual) \
    {name, letter, shown, value, .help = (phrase)},
static const struct option_row rows[] = {
#include "common/config/options.def"
};
#undef OPTION

static const struct option_table table = {rows, ARRAY_LEN(rows)};

static void usage(FILE *to, const char *program)
{
    option_table_usage(&table, to, program, "");
}

struct daemon_options daemon_options_read(const char *program, int argc, char **argv)
{
    struct daemon_options options = {0};
    int option;

    while ((option = option_table_next(&table, argc, argv)) != OPTION_END) {
        switch (option) {
        case CONFIG: options.config_path = optarg; break;
        case CHECK_CONFIG: options.check_config = true; break;
        case VERSION: printf("%s %s\n", program, PORTLIGHT_VERSION); exit(0);
        case HELP:
            usage(stdout, program);
            fputc('\n', stdout);
            option_table_help(&table, stdout);
            printf("\nThe manual is %s(8); portlight.conf(5) has the configuration.\n", program);
            exit(0);
        default: usage(stderr, program); exit(2);
        }
    }
    if (optind == argc)
        return options;
    usage(stderr, program);
    exit(2);
}
