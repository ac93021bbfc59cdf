/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line of portlight-fleet(8).  An edge; portlight-fleet. */
#ifndef PORTLIGHT_FLEET_DAEMON_OPTIONS_H
#define PORTLIGHT_FLEET_DAEMON_OPTIONS_H

#include <stdbool.h>

struct fleet_options {
    const char *config_path; /* NULL: the default */
    bool check_config, engine_config;
    const char *new_name, *new_kind; /* "fra" and "place", or both NULL */
};

/* Exits the process for --help and --version (status 0) and wrong usage (status 2).  The strings
 * belong to argv. */
struct fleet_options fleet_options_read(int argc, char **argv);

#endif
