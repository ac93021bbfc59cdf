/* SPDX-License-Identifier: BSD-2-Clause */
/* The command lines of the two daemons, which are alike.  An edge. */
#ifndef PORTLIGHT_COMMON_CONFIG_OPTIONS_H
#define PORTLIGHT_COMMON_CONFIG_OPTIONS_H

#include <stdbool.h>

struct daemon_options {
    const char *config_path; /* NULL: the default */
    bool check_config;
};

/* Ends the process itself for --help, --version and wrong usage (status 2). */
struct daemon_options daemon_options_read(const char *program, int argc, char **argv);

#endif
