/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line of portlightd, the prober and the inspector: all take the same options.  An
 * edge. */
#ifndef PORTLIGHT_COMMON_CONFIG_OPTIONS_H
#define PORTLIGHT_COMMON_CONFIG_OPTIONS_H

#include <stdbool.h>

struct daemon_options {
    const char *config_path; /* NULL: the default */
    bool check_config;
};

/* Exits after --help and --version (status 0) and on wrong usage (status 2). */
struct daemon_options daemon_options_read(const char *program, int argc, char **argv);

#endif
