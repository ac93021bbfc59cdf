/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/daemon/options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/version.h"

static void usage(FILE *to, const char *program)
{
    fprintf(to, "usage: %s [-c FILE] [--check-config] [--version] [--help]\n", program);
}

struct daemon_options daemon_options_read(const char *program, int argc, char **argv)
{
    static const struct option names[] = {
        {"config", required_argument, NULL, 'c'},
        {"check-config", no_argument, NULL, 'n'},
        {"version", no_argument, NULL, 'V'},
        {"help", no_argument, NULL, 'h'},
        {0},
    };
    struct daemon_options options = {0};
    int option;

    while ((option = getopt_long(argc, argv, "c:h", names, NULL)) != -1) {
        switch (option) {
        case 'c': options.config_path = optarg; break;
        case 'n': options.check_config = true; break;
        case 'V': printf("%s %s\n", program, PORTLIGHT_VERSION); exit(0);
        case 'h': usage(stdout, program); exit(0);
        default: usage(stderr, program); exit(2);
        }
    }
    if (optind == argc)
        return options;
    usage(stderr, program);
    exit(2);
}
