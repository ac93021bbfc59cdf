/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The configuration file, portlight.conf(5): libconfuse syntax, read by all
 * three programs, each for itself.  The only user of libconfuse.  An edge.
 */
#ifndef PORTLIGHT_COMMON_DAEMON_CONFIG_H
#define PORTLIGHT_COMMON_DAEMON_CONFIG_H

#include "common/base/compiler.h"
#include "common/contract/policy.h"

#define CONFIG_DEFAULT_PATH "/etc/portlight/portlight.conf"
#define CONFIG_OPEN_FLAGS   (O_RDONLY | O_CLOEXEC) /* exactly: the prober's sandbox knows them */

struct config_strings {
    char **items;
    size_t count;
};

/* A user or group: the built-in default may be missing on this machine, one
 * that the file names may not. */
struct config_user {
    char *name;
    bool configured;
};

struct config {
    struct policy policy;
    struct {
        char *socket;
        struct config_user user;
        struct config_user group;
        uint32_t max_rate; /* packets a second, 0: no limit */
    } prober;
    struct {
        struct config_strings listen; /* "ADDRESS:PORT", "[ADDRESS]:PORT" */
        struct config_strings names;  /* this server's; empty: any */
        struct config_user user;
        struct prefix_list trusted_proxies;
    } http;
    struct {
        struct config_strings nameservers; /* empty: the system's */
        uint32_t timeout_ms;
    } resolver;
    struct {
        uint32_t client_quota, client_window_s;
        uint32_t target_quota, target_window_s;
        bool networks;
        uint32_t max_pending;
        uint32_t max_connections;
        bool max_connections_given;                 /* by the file, not a preset */
        uint32_t client_connections, client_checks; /* at a time */
        uint32_t client_targets;                    /* different ones in an hour */
    } limits;
};

/*
 * Fills *config from the file at path, or with the built-in defaults when path
 * is NULL and there is no file at CONFIG_DEFAULT_PATH.  Returns false after logging
 * what is wrong (file, line, key and limit); *config is then not to be used.
 * On success config_free releases what it holds.
 */
NODISCARD bool config_load(struct config *config, const char *path);

/* The same, with the file looked for in a directory that is open; the path's last
 * part is its name there. */
NODISCARD bool config_load_from(struct config *config, int directory, const char *path);
void config_free(struct config *config);

#endif
