/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/daemon/config.h"

#include <confuse.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/base/log.h"
#include "common/daemon/config_text.h"

enum {
    FILE_MAX_LEN = 1 << 20,
    UNSET = -1, /* the preset depends on other keys */
    CONNECTIONS_MAX = 100000,
    CONNECTIONS_BESIDES = 2048, /* those of the checks that wait */
    CLIENT_CONNECTIONS = 64,
    CLIENT_CHECKS = 32,
};

struct limit {
    const char *path; /* "section|key" */
    long min, max;
};

static const struct limit limits[] = {
    {"policy|max-ports", 1, POLICY_PORTS_MAX},
    {"policy|timeout-ms", POLICY_TIMEOUT_MIN_MS, POLICY_TIMEOUT_MAX_MS},
    {"policy|linger-ms", 0, POLICY_LINGER_MAX_MS},
    {"prober|max-rate", 0, 10000000},
    {"resolver|timeout-ms", 100, 10000},
    {"limits|client-quota", 0, 1000000},
    {"limits|client-window-s", 1, 86400},
    {"limits|target-quota", 0, 1000000},
    {"limits|target-window-s", 1, 86400},
    {"limits|max-pending", 1, 100000},
    {"limits|max-connections", 1, CONNECTIONS_MAX},
    {"limits|client-connections", 0, 100000},
    {"limits|client-checks", 0, 100000},
    {"limits|client-targets", 0, 1000000},
};

static unsigned reports; /* so far: libconfuse hands no context on */

static void PRINTF_LIKE(2, 0) report(cfg_t *cfg, const char *format, va_list arguments)
{
    char text[LOG_LINE_MAX];

    reports++;
    vsnprintf(text, sizeof(text), format, arguments);
    if (cfg != NULL && cfg->filename != NULL)
        log_warn("config", "%s:%d: %s", cfg->filename, cfg->line, text);
    else
        log_warn("config", "%s", text);
}

static int check_range(cfg_t *cfg, cfg_opt_t *opt)
{
    long value = cfg_opt_getnint(opt, cfg_opt_size(opt) - 1);

    for (size_t i = 0; i < ARRAY_LEN(limits); i++) {
        const char *key = strchr(limits[i].path, '|') + 1;
        size_t section_len = (size_t)(key - limits[i].path) - 1;
        if (strcmp(key, cfg_opt_name(opt)) != 0 || strlen(cfg_name(cfg)) != section_len ||
            strncmp(cfg_name(cfg), limits[i].path, section_len) != 0)
            continue;
        if (value >= limits[i].min && value <= limits[i].max)
            return 0;
        cfg_error(cfg, "%s.%s = %ld: must be %ld to %ld", cfg_name(cfg), key, value, limits[i].min,
                  limits[i].max);
        return -1;
    }
    return 0;
}

static int check_ports(cfg_t *cfg, cfg_opt_t *opt)
{
    long value = cfg_opt_getnint(opt, cfg_opt_size(opt) - 1);

    if (value >= 1 && value <= 65535)
        return 0;
    cfg_error(cfg, "policy.ports: %ld: must be 1 to 65535", value);
    return -1;
}

static int check_prefix(cfg_t *cfg, cfg_opt_t *opt)
{
    const char *text = cfg_opt_getnstr(opt, cfg_opt_size(opt) - 1);
    struct prefix prefix;
    enum prefix_error error = prefix_parse(text, &prefix);

    if (error == PREFIX_OK)
        return 0;
    cfg_error(cfg, "%s.%s: \"%s\": %s", cfg_name(cfg), cfg_opt_name(opt), text,
              prefix_error_text(error));
    return -1;
}

static int check_socket(cfg_t *cfg, cfg_opt_t *opt)
{
    const char *path = cfg_opt_getnstr(opt, 0);
    size_t max = sizeof(((struct sockaddr_un *)NULL)->sun_path) - 1;

    if (path[0] == '/' && strlen(path) <= max)
        return 0;
    cfg_error(cfg, "prober.socket = \"%s\": must be an absolute path of at most %zu bytes", path,
              max);
    return -1;
}

static int check_name(cfg_t *cfg, cfg_opt_t *opt)
{
    if (cfg_opt_getnstr(opt, 0)[0] != '\0')
        return 0;
    cfg_error(cfg, "%s.%s: must not be empty", cfg_name(cfg), cfg_opt_name(opt));
    return -1;
}

static void set_checks(cfg_t *cfg)
{
    for (size_t i = 0; i < ARRAY_LEN(limits); i++)
        cfg_set_validate_func(cfg, limits[i].path, check_range);
    cfg_set_validate_func(cfg, "policy|ports", check_ports);
    cfg_set_validate_func(cfg, "policy|allow", check_prefix);
    cfg_set_validate_func(cfg, "policy|deny", check_prefix);
    cfg_set_validate_func(cfg, "http|trusted-proxies", check_prefix);
    cfg_set_validate_func(cfg, "prober|socket", check_socket);
    cfg_set_validate_func(cfg, "prober|user", check_name);
    cfg_set_validate_func(cfg, "prober|group", check_name);
    cfg_set_validate_func(cfg, "http|user", check_name);
    cfg_set_error_function(cfg, report);
}

static void *must_calloc(size_t count, size_t size)
{
    void *memory = calloc(count > 0 ? count : 1, size);

    if (memory == NULL)
        abort(); /* at start or on SIGHUP: a restart is the answer to both */
    return memory;
}

static char *must_strdup(const char *text)
{
    char *copy = strdup(text);

    if (copy == NULL)
        abort();
    return copy;
}

static struct config_strings take_strings(cfg_t *section, const char *key)
{
    unsigned count = cfg_size(section, key);
    struct config_strings list = {must_calloc(count, sizeof(char *)), count};

    for (unsigned i = 0; i < count; i++)
        list.items[i] = must_strdup(cfg_getnstr(section, key, i));
    return list;
}

static struct prefix_list take_prefixes(cfg_t *section, const char *key)
{
    unsigned count = cfg_size(section, key);
    struct prefix_list list = {must_calloc(count, sizeof(struct prefix)), count};

    for (unsigned i = 0; i < count; i++)
        if (prefix_parse(cfg_getnstr(section, key, i), &list.items[i]) != PREFIX_OK)
            abort(); /* check_prefix let it in */
    return list;
}

static struct config_user take_account(cfg_t *section, const char *key)
{
    cfg_opt_t *opt = cfg_getopt(section, key);

    return (struct config_user){
        .name = must_strdup(cfg_opt_getnstr(opt, 0)),
        .configured = (opt->flags & CFGF_MODIFIED) != 0,
    };
}

static void take_policy(cfg_t *section, struct policy *policy)
{
    cfg_opt_t *ports = cfg_getopt(section, "ports");

    policy_init(policy);
    if ((ports->flags & CFGF_MODIFIED) != 0) {
        memset(policy->ports, 0, sizeof(policy->ports));
        for (unsigned i = 0; i < cfg_opt_size(ports); i++)
            policy_allow_port(policy, (uint16_t)cfg_opt_getnint(ports, i));
    }
    policy->any_port = cfg_getbool(section, "any-port");
    policy->max_ports = (uint8_t)cfg_getint(section, "max-ports");
    policy->timeout_ms = (uint32_t)cfg_getint(section, "timeout-ms");
    policy->linger_ms = (uint32_t)cfg_getint(section, "linger-ms");
    policy->echo = cfg_getbool(section, "echo");
    policy->control_port = cfg_getbool(section, "control-port");
    policy->allow = take_prefixes(section, "allow");
    policy->deny = take_prefixes(section, "deny");
}

/* What a visitor may hold or do beside his quota; without a quota there is none unless
 * the file says otherwise. */
static uint32_t take_client_limit(cfg_t *section, const char *key, uint32_t preset)
{
    long value = cfg_getint(section, key);

    if (value != UNSET)
        return (uint32_t)value;
    return cfg_getint(section, "client-quota") > 0 ? preset : 0;
}

static uint32_t at_least(uint32_t least, uint32_t value)
{
    return value > least ? value : least;
}

static uint32_t take_connections(cfg_t *section)
{
    long value = cfg_getint(section, "max-connections");

    if (value == UNSET)
        value = cfg_getint(section, "max-pending") + CONNECTIONS_BESIDES;
    return (uint32_t)(value < CONNECTIONS_MAX ? value : CONNECTIONS_MAX);
}

static void take_limits(cfg_t *section, struct config *config)
{
    config->limits.client_quota = (uint32_t)cfg_getint(section, "client-quota");
    config->limits.client_window_s = (uint32_t)cfg_getint(section, "client-window-s");
    config->limits.target_quota = (uint32_t)cfg_getint(section, "target-quota");
    config->limits.target_window_s = (uint32_t)cfg_getint(section, "target-window-s");
    config->limits.max_pending = (uint32_t)cfg_getint(section, "max-pending");
    config->limits.networks = cfg_getbool(section, "networks");
    config->limits.max_connections = take_connections(section);
    config->limits.max_connections_given = cfg_getint(section, "max-connections") != UNSET;
    config->limits.client_connections = take_client_limit(
        section, "client-connections", at_least(CLIENT_CONNECTIONS, config->limits.client_quota));
    config->limits.client_checks = take_client_limit(
        section, "client-checks", at_least(CLIENT_CHECKS, config->limits.client_quota / 2));
    config->limits.client_targets =
        take_client_limit(section, "client-targets", config->limits.client_quota);
}

static void take_config(cfg_t *cfg, struct config *config)
{
    cfg_t *prober = cfg_getsec(cfg, "prober");
    cfg_t *http = cfg_getsec(cfg, "http");
    cfg_t *resolver = cfg_getsec(cfg, "resolver");

    memset(config, 0, sizeof(*config));
    take_policy(cfg_getsec(cfg, "policy"), &config->policy);
    config->prober.socket = must_strdup(cfg_getstr(prober, "socket"));
    config->prober.user = take_account(prober, "user");
    config->prober.group = take_account(prober, "group");
    config->prober.max_rate = (uint32_t)cfg_getint(prober, "max-rate");
    config->http.listen = take_strings(http, "listen");
    config->http.names = take_strings(http, "names");
    config->http.user = take_account(http, "user");
    config->http.trusted_proxies = take_prefixes(http, "trusted-proxies");
    config->resolver.nameservers = take_strings(resolver, "nameservers");
    config->resolver.timeout_ms = (uint32_t)cfg_getint(resolver, "timeout-ms");
    take_limits(cfg_getsec(cfg, "limits"), config);
}

/* libconfuse names the file in the messages of a section only if told to. */
static void name_file(cfg_t *cfg, const char *name)
{
    cfg->filename = must_strdup(name);
    for (const cfg_opt_t *opt = cfg->opts; opt->name != NULL; opt++)
        cfg_getsec(cfg, opt->name)->filename = must_strdup(name);
}

/* The whole file for the caller to free, or NULL after logging why not.  Plain reads:
 * a sandboxed process has few calls to read with. */
static char *read_all(int fd, const char *name, size_t *len)
{
    char *text = must_calloc(FILE_MAX_LEN + 1, 1);
    ssize_t got;

    *len = 0;
    while ((got = read(fd, text + *len, FILE_MAX_LEN + 1 - *len)) > 0)
        *len += (size_t)got;
    if (got < 0)
        log_warn("config", "%s: %s", name, strerror(errno));
    else if (*len > FILE_MAX_LEN)
        log_warn("config", "%s: more than %d bytes", name, FILE_MAX_LEN);
    else if (memchr(text, '\0', *len) != NULL)
        log_warn("config", "%s: has a NUL byte", name);
    else
        return text;
    free(text);
    return NULL;
}

static bool parse_text(cfg_t *cfg, const char *name, char *text, size_t len)
{
    int unended = config_text_prepare(text, len);
    unsigned reports_before = reports;
    char key[CONFIG_TEXT_KEY_LEN];
    int repeated;
    FILE *file;
    int rc;

    if (unended != 0) {
        log_warn("config", "%s:%d: what begins here does not end", name, unended);
        return false;
    }
    repeated = config_text_find_repeat(text, len, key);
    if (repeated != 0) {
        log_warn("config", "%s:%d: %s is set twice; a list takes all its values in one", name,
                 repeated, key);
        return false;
    }
    if (len == 0)
        return true;
    file = fmemopen(text, len, "r");
    if (file == NULL)
        abort(); /* out of memory */
    rc = cfg_parse_fp(cfg, file);
    fclose(file);
    if (rc != CFG_SUCCESS && reports == reports_before) /* a key that is "" */
        log_warn("config", "%s:%d: what begins here cannot be read", name, cfg->line);
    return rc == CFG_SUCCESS;
}

static bool parse(cfg_t *cfg, int directory, const char *path)
{
    const char *name = path != NULL ? path : CONFIG_DEFAULT_PATH;
    const char *slash = directory != AT_FDCWD ? strrchr(name, '/') : NULL;
    int fd = openat(directory, slash != NULL ? slash + 1 : name, CONFIG_OPEN_FLAGS);
    size_t len = 0;
    char *text;
    bool ok;

    if (fd < 0) {
        if (path == NULL && errno == ENOENT)
            return true;
        log_warn("config", "%s: %s", name, strerror(errno));
        return false;
    }
    text = read_all(fd, name, &len);
    close(fd);
    if (text == NULL)
        return false;
    name_file(cfg, name);
    ok = parse_text(cfg, name, text, len);
    free(text);
    return ok;
}

bool config_load_from(struct config *config, int directory, const char *path)
{
    cfg_opt_t policy[] = {
        CFG_INT_LIST("ports", NULL, CFGF_NODEFAULT),
        CFG_BOOL("any-port", cfg_false, CFGF_NONE),
        CFG_INT("max-ports", POLICY_PORTS_MAX, CFGF_NONE),
        CFG_INT("timeout-ms", POLICY_TIMEOUT_MAX_MS, CFGF_NONE),
        CFG_INT("linger-ms", 600, CFGF_NONE),
        CFG_BOOL("echo", cfg_true, CFGF_NONE),
        CFG_BOOL("control-port", cfg_false, CFGF_NONE),
        CFG_STR_LIST("allow", NULL, CFGF_NODEFAULT),
        CFG_STR_LIST("deny", NULL, CFGF_NODEFAULT),
        CFG_END(),
    };
    cfg_opt_t prober[] = {
        CFG_STR("socket", "/run/portlight/prober.sock", CFGF_NONE),
        CFG_STR("user", "portlight-prober", CFGF_NONE),
        CFG_STR("group", "portlight", CFGF_NONE),
        CFG_INT("max-rate", 20000, CFGF_NONE),
        CFG_END(),
    };
    cfg_opt_t http[] = {
        CFG_STR_LIST("listen", "{\"127.0.0.1:8080\"}", CFGF_NONE),
        CFG_STR_LIST("names", NULL, CFGF_NODEFAULT),
        CFG_STR("user", "portlight", CFGF_NONE),
        CFG_STR_LIST("trusted-proxies", NULL, CFGF_NODEFAULT),
        CFG_END(),
    };
    cfg_opt_t resolver[] = {
        CFG_STR_LIST("nameservers", NULL, CFGF_NODEFAULT),
        CFG_INT("timeout-ms", 2000, CFGF_NONE),
        CFG_END(),
    };
    cfg_opt_t quota[] = {
        CFG_INT("client-quota", 60, CFGF_NONE),
        CFG_INT("client-window-s", 60, CFGF_NONE),
        CFG_INT("target-quota", 30, CFGF_NONE),
        CFG_INT("target-window-s", 60, CFGF_NONE),
        CFG_INT("max-pending", 20000, CFGF_NONE),
        CFG_INT("max-connections", UNSET, CFGF_NONE),
        CFG_INT("client-connections", UNSET, CFGF_NONE),
        CFG_INT("client-checks", UNSET, CFGF_NONE),
        CFG_INT("client-targets", UNSET, CFGF_NONE),
        CFG_BOOL("networks", cfg_true, CFGF_NONE),
        CFG_END(),
    };
    cfg_opt_t root[] = {
        CFG_SEC("policy", policy, CFGF_NONE), CFG_SEC("prober", prober, CFGF_NONE),
        CFG_SEC("http", http, CFGF_NONE),     CFG_SEC("resolver", resolver, CFGF_NONE),
        CFG_SEC("limits", quota, CFGF_NONE),  CFG_END(),
    };
    cfg_t *cfg = cfg_init(root, CFGF_NONE);
    bool ok;

    if (cfg == NULL)
        abort();
    set_checks(cfg);
    ok = parse(cfg, directory, path);
    if (ok)
        take_config(cfg, config);
    cfg_free(cfg);
    return ok;
}

bool config_load(struct config *config, const char *path)
{
    return config_load_from(config, AT_FDCWD, path);
}

static void free_strings(struct config_strings *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i]);
    free(list->items);
}

void config_free(struct config *config)
{
    free(config->policy.allow.items);
    free(config->policy.deny.items);
    free(config->prober.socket);
    free(config->prober.user.name);
    free(config->prober.group.name);
    free(config->http.user.name);
    free(config->http.trusted_proxies.items);
    free_strings(&config->http.listen);
    free_strings(&config->http.names);
    free_strings(&config->resolver.nameservers);
    memset(config, 0, sizeof(*config));
}
