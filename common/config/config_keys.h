/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The keys of portlight.conf(5) as a table made from config_keys.def, and the structure that
 * their values fill.  Pure.
 */
#ifndef PORTLIGHT_COMMON_CONFIG_CONFIG_KEYS_H
#define PORTLIGHT_COMMON_CONFIG_CONFIG_KEYS_H

#include "common/contract/place.h"
#include "common/contract/policy.h"

struct config_strings {
    char **items;
    size_t count;
};

/* A user or group: the built-in default may be missing on this machine, one
 * that the file names may not. */
struct config_user {
    char *name;
    bool configured;
    int line; /* of the file, if configured */
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
        bool enabled;
        char *socket;
        struct config_user user;
        char *roots;               /* a file */
        char *known_intermediates; /* a file or directory, or empty */
        char *helo;                /* empty: the host's name */
        uint32_t max_workers, deadline_ms, mail_deadline_ms, patient_deadline_ms;
        uint32_t keep_s;       /* how long an answer is good for others */
        uint32_t target_quota; /* in INSPECTOR_QUOTA_WINDOW_S */
    } inspector;
    struct {
        struct config_strings listen; /* "ADDRESS:PORT", "[ADDRESS]:PORT", "unix:/PATH" */
        struct config_strings names;  /* this server's; empty: any */
        struct config_user user;
        struct config_user group;
        struct config_strings metrics_listen;
        struct prefix_list trusted_proxies;
        char *title, *contact, *imprint, *about; /* the operator's own words */
    } http;
    struct {
        struct config_strings nameservers; /* empty: the system's */
        uint32_t timeout_ms;
    } resolver;
    struct {
        char *table;
        uint32_t max_age_days;
    } networks;
    struct {
        uint32_t client_quota, client_window_s;
        uint32_t target_quota, target_window_s;
        bool networks;
        uint32_t max_pending;
        uint32_t max_connections;
        bool max_connections_given;                 /* by the file, not a default */
        uint32_t client_connections, client_checks; /* at a time */
        uint32_t client_targets;                    /* different ones in an hour */
    } limits;
    struct {
        struct config_strings places; /* as place_read takes them; empty: no fleet */
        char *here;                   /* a place's name, or empty; so are the other names */
        uint32_t max_places;
        char *directory;
        struct config_user user;
        struct config_strings engines; /* "ADDRESS:PORT" */
        char *certificate, *key, *authority;
        struct config_strings revoked; /* one file, or none */
        struct config_strings beacons; /* as beacon_read takes them */
        char *name;
        struct config_strings frontends;
        char *secret;
    } fleet;
    struct {
        char *place;
        uint32_t jobs, frontend_quota, target_quota;
    } serve;
};

/* Of which the defaults that follow from other keys are made. */
enum {
    CONFIG_CONNECTIONS_MAX = 100000,
    CONFIG_CONNECTIONS_EXTRA = 2048, /* beside those of the checks that wait */
    CONFIG_CLIENT_CONNECTIONS = 64,
    CONFIG_CLIENT_CHECKS = 32,
};

/* Items of a list. */
enum { CONFIG_LISTEN_MAX = 16, CONFIG_NAMESERVERS_MAX = 8, CONFIG_ENGINES_MAX = 2 };
enum { CONFIG_BEACONS_MAX = 8, CONFIG_REVOKED_MAX = 1 };
enum { INSPECTOR_WORKERS_MAX = 128, INSPECTOR_QUOTA_WINDOW_S = 60 };

/* What the member at a key's offset is. */
enum config_type {
    CONFIG_NUMBER,   /* uint8_t or uint32_t, by its size */
    CONFIG_FLAG,     /* bool */
    CONFIG_PORTS,    /* struct policy, of which it fills ports */
    CONFIG_PATH,     /* char *, absolute */
    CONFIG_TEXT,     /* char *, may be empty; no control characters but line feeds */
    CONFIG_NAME,     /* char *, of place_is_name, or empty */
    CONFIG_USER,     /* struct config_user */
    CONFIG_STRINGS,  /* struct config_strings */
    CONFIG_PREFIXES, /* struct prefix_list */
};

/* Where the default comes from. */
enum config_origin {
    CONFIG_FROM_KEY,    /* number or text of the row */
    CONFIG_FROM_POLICY, /* policy_init */
    CONFIG_FROM_OTHERS, /* follows from other keys */
};

struct config_key {
    const char *section, *name;
    size_t offset, size; /* of the member of struct config */
    enum config_type type;
    enum config_origin origin;
    long number, min, max; /* default (a flag's, too) and range */
    char *text; /* default (of a list in libconfuse notation, which takes no const); NULL: empty */
};

/* In the order of config_keys.def: a section's keys stand together. */
extern const struct config_key config_keys[];
extern const size_t config_keys_len;

/* NULL if there is none. */
const struct config_key *config_key_find(const char *section, const char *name);

#endif
