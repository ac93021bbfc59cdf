/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/config/config.h"

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
#include "common/config/config_items.h"
#include "common/config/config_text.h"

enum {
    FILE_MAX_LEN = 1 << 20,
    SECTIONS_MAX = 16,
};

static const uint32_t UNSET = UINT32_MAX; /* in a number that follows from others */

static const char OUT_OF_MEMORY[] = "out of memory";

static unsigned reports; /* so far: libconfuse hands no context on */

static void PRINTF_LIKE(2, 0) report(cfg_t *cfg, const char *format, va_list arguments)
{
    char text[LOG_LINE_MAX];

    reports++;
    vsnprintf(text, sizeof(text), format, arguments);
    if (cfg != NULL && cfg->filename != NULL)
        log_error("config", "%s:%d: %s", cfg->filename, cfg->line, text);
    else
        log_error("config", "%s", text);
}

static int check_range(cfg_t *cfg, cfg_opt_t *opt)
{
    const struct config_key *key = config_key_find(cfg_name(cfg), cfg_opt_name(opt));
    long value = cfg_opt_getnint(opt, cfg_opt_size(opt) - 1);

    if (value >= key->min && value <= key->max)
        return 0;
    cfg_error(cfg, "%s.%s%s %ld: must be %ld to %ld", key->section, key->name,
              key->type == CONFIG_PORTS ? ":" : " =", value, key->min, key->max);
    return -1;
}

static int check_prefix(cfg_t *cfg, cfg_opt_t *opt)
{
    const char *text = cfg_opt_getnstr(opt, cfg_opt_size(opt) - 1);
    struct prefix prefix;
    enum prefix_error error = prefix_parse(text, &prefix);

    if (error == PREFIX_OK && strcmp(cfg_opt_name(opt), "embed") == 0 &&
        !policy_can_embed(&prefix)) {
        cfg_error(cfg,
                  "%s.%s: \"%s\": must be IPv6 with a length of up to 32, 40, 48, 56, 64 or 96",
                  cfg_name(cfg), cfg_opt_name(opt), text);
        return -1;
    }
    if (error == PREFIX_OK)
        return 0;
    cfg_error(cfg, "%s.%s: \"%s\": %s", cfg_name(cfg), cfg_opt_name(opt), text,
              prefix_error_text(error));
    return -1;
}

static int check_item(cfg_t *cfg, cfg_opt_t *opt)
{
    unsigned last = cfg_opt_size(opt) - 1;
    const char *text = cfg_opt_getnstr(opt, last);
    const char *mistake = config_item_mistake(cfg_name(cfg), cfg_opt_name(opt), text, last);

    if (mistake == NULL)
        return 0;
    cfg_error(cfg, "%s.%s: \"%s\" %s", cfg_name(cfg), cfg_opt_name(opt), text, mistake);
    return -1;
}

static int check_path(cfg_t *cfg, cfg_opt_t *opt)
{
    const char *path = cfg_opt_getnstr(opt, 0);
    size_t max = sizeof(((struct sockaddr_un *)NULL)->sun_path) - 1;

    if (path[0] == '/' && strlen(path) <= max)
        return 0;
    cfg_error(cfg, "%s.%s = \"%s\": must be an absolute path of at most %zu bytes", cfg_name(cfg),
              cfg_opt_name(opt), path, max);
    return -1;
}

static int check_text(cfg_t *cfg, cfg_opt_t *opt)
{
    const char *text = cfg_opt_getnstr(opt, 0);

    for (; *text != '\0'; text++)
        if (((unsigned char)*text < ' ' && *text != '\n') || *text == 0x7f) {
            cfg_error(cfg, "%s.%s: must have no control characters but \\n", cfg_name(cfg),
                      cfg_opt_name(opt));
            return -1;
        }
    return check_item(cfg, opt);
}

static int check_name(cfg_t *cfg, cfg_opt_t *opt)
{
    if (cfg_opt_getnstr(opt, 0)[0] != '\0')
        return 0;
    cfg_error(cfg, "%s.%s: must not be empty", cfg_name(cfg), cfg_opt_name(opt));
    return -1;
}

static int check_word(cfg_t *cfg, cfg_opt_t *opt)
{
    const char *text = cfg_opt_getnstr(opt, 0);

    if (text[0] == '\0' || place_is_name(text, strlen(text)))
        return 0;
    cfg_error(cfg, "%s.%s = \"%s\": must be 1 to 16 letters a-z, digits and hyphens", cfg_name(cfg),
              cfg_opt_name(opt), text);
    return -1;
}

static const cfg_validate_callback_t checks[] = {
    [CONFIG_NUMBER] = check_range, [CONFIG_FLAG] = NULL,
    [CONFIG_PORTS] = check_range,  [CONFIG_PATH] = check_path,
    [CONFIG_TEXT] = check_text,    [CONFIG_USER] = check_name,
    [CONFIG_STRINGS] = check_item, [CONFIG_PREFIXES] = check_prefix,
    [CONFIG_NAME] = check_word,
};

/* libconfuse's description of a key. */
static cfg_opt_t describe(const struct config_key *key)
{
    cfg_opt_t opt = CFG_STR(key->name, key->text, CFGF_NONE);

    switch (key->type) {
    case CONFIG_NUMBER: opt = (cfg_opt_t)CFG_INT(key->name, key->number, CFGF_NONE); break;
    case CONFIG_FLAG:
        opt = (cfg_opt_t)CFG_BOOL(key->name, (cfg_bool_t)key->number, CFGF_NONE);
        break;
    case CONFIG_PORTS: opt = (cfg_opt_t)CFG_INT_LIST(key->name, NULL, CFGF_NODEFAULT); break;
    case CONFIG_NAME:
    case CONFIG_PATH:
    case CONFIG_TEXT:
    case CONFIG_USER: break;
    case CONFIG_STRINGS:
    case CONFIG_PREFIXES:
        opt = (cfg_opt_t)CFG_STR_LIST(key->name, key->text, CFGF_NONE);
        opt.flags |= key->text == NULL ? CFGF_NODEFAULT : CFGF_NONE;
        break;
    }
    opt.validcb = checks[key->type];
    return opt;
}

/* At start or on SIGHUP: a restart is the answer to both. */
static void NORETURN give_up(const char *why)
{
    log_error("config", "%s", why);
    abort();
}

static void *must_calloc(size_t count, size_t size)
{
    void *memory = calloc(count > 0 ? count : 1, size);

    if (memory == NULL)
        give_up(OUT_OF_MEMORY);
    return memory;
}

static char *must_strdup(const char *text)
{
    char *copy = strdup(text);

    if (copy == NULL)
        give_up(OUT_OF_MEMORY);
    return copy;
}

static struct config_strings take_strings(cfg_opt_t *opt)
{
    unsigned count = cfg_opt_size(opt);
    struct config_strings list = {must_calloc(count, sizeof(char *)), count};

    for (unsigned i = 0; i < count; i++)
        list.items[i] = must_strdup(cfg_opt_getnstr(opt, i));
    return list;
}

static struct prefix_list take_prefixes(cfg_opt_t *opt)
{
    unsigned count = cfg_opt_size(opt);
    struct prefix_list list = {must_calloc(count, sizeof(struct prefix)), count};

    for (unsigned i = 0; i < count; i++)
        if (prefix_parse(cfg_opt_getnstr(opt, i), &list.items[i]) != PREFIX_OK)
            give_up("a prefix was not checked");
    return list;
}

static void take_ports(cfg_opt_t *opt, struct policy *policy)
{
    memset(policy->ports, 0, sizeof(policy->ports));
    for (unsigned i = 0; i < cfg_opt_size(opt); i++)
        policy_allow_port(policy, (uint16_t)cfg_opt_getnint(opt, i));
}

static void take_number(const struct config_key *key, long value, void *member)
{
    if (key->size == sizeof(uint8_t))
        *(uint8_t *)member = (uint8_t)value;
    else
        *(uint32_t *)member = (uint32_t)value;
}

static void *member_of(const struct config_key *key, struct config *config)
{
    return (char *)config + key->offset;
}

static void take_key(const struct config_key *key, cfg_opt_t *opt, struct config *config)
{
    bool given = (opt->flags & CFGF_MODIFIED) != 0;
    void *member = member_of(key, config);

    if (!given && key->origin == CONFIG_FROM_OTHERS)
        take_number(key, UNSET, member);
    if (!given && key->origin != CONFIG_FROM_KEY)
        return;
    switch (key->type) {
    case CONFIG_NUMBER: take_number(key, cfg_opt_getnint(opt, 0), member); break;
    case CONFIG_FLAG: *(bool *)member = cfg_opt_getnbool(opt, 0); break;
    case CONFIG_PORTS: take_ports(opt, member); break;
    case CONFIG_NAME:
    case CONFIG_PATH:
    case CONFIG_TEXT: *(char **)member = must_strdup(cfg_opt_getnstr(opt, 0)); break;
    case CONFIG_USER:
        *(struct config_user *)member =
            (struct config_user){.name = must_strdup(cfg_opt_getnstr(opt, 0)), .configured = given};
        break;
    case CONFIG_STRINGS: *(struct config_strings *)member = take_strings(opt); break;
    case CONFIG_PREFIXES: *(struct prefix_list *)member = take_prefixes(opt); break;
    }
}

static uint32_t at_least(uint32_t least, uint32_t value)
{
    return value > least ? value : least;
}

/* What a client may hold or do beside its quota; without a quota there is none unless
 * the file says otherwise. */
static void derive(uint32_t *limit, uint32_t quota, uint32_t preset)
{
    if (*limit == UNSET)
        *limit = quota > 0 ? preset : 0;
}

static void derive_limits(struct config *config)
{
    uint32_t quota = config->limits.client_quota;
    uint32_t connections = config->limits.max_pending + CONFIG_CONNECTIONS_EXTRA;

    derive(&config->limits.client_connections, quota, at_least(CONFIG_CLIENT_CONNECTIONS, quota));
    derive(&config->limits.client_checks, quota, at_least(CONFIG_CLIENT_CHECKS, quota / 2));
    derive(&config->limits.client_targets, quota, quota);
    config->limits.max_connections_given = config->limits.max_connections != UNSET;
    if (!config->limits.max_connections_given)
        config->limits.max_connections =
            connections < CONFIG_CONNECTIONS_MAX ? connections : CONFIG_CONNECTIONS_MAX;
}

static void take_config(cfg_t *cfg, struct config *config)
{
    memset(config, 0, sizeof(*config));
    policy_init(&config->policy);
    for (size_t i = 0; i < config_keys_len; i++) {
        const struct config_key *key = &config_keys[i];
        take_key(key, cfg_getopt(cfg_getsec(cfg, key->section), key->name), config);
    }
    derive_limits(config);
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
        log_error("config", "%s: %s", name, strerror(errno));
    else if (*len > FILE_MAX_LEN)
        log_error("config", "%s: more than %d bytes", name, FILE_MAX_LEN);
    else if (memchr(text, '\0', *len) != NULL)
        log_error("config", "%s: has a NUL byte", name);
    else
        return text;
    free(text);
    return NULL;
}

/* Where the keys stand that are judged when all is read; 0: nowhere. */
struct lines {
    int listen, metrics_listen, http_user, http_group, prober_user, prober_group;
};

static struct lines find_lines(char *text, size_t len)
{
    return (struct lines){
        .listen = config_text_find_key(text, len, "http.listen"),
        .metrics_listen = config_text_find_key(text, len, "http.metrics-listen"),
        .http_group = config_text_find_key(text, len, "http.group"),
        .http_user = config_text_find_key(text, len, "http.user"),
        .prober_user = config_text_find_key(text, len, "prober.user"),
        .prober_group = config_text_find_key(text, len, "prober.group"),
    };
}

/* The place number `index` of both lists, one behind the other; NULL at their end. */
static const char *place_at(cfg_t *http, unsigned index)
{
    unsigned listens = cfg_size(http, "listen");

    if (index < listens)
        return cfg_getnstr(http, "listen", index);
    index -= listens;
    return index < cfg_size(http, "metrics-listen") ? cfg_getnstr(http, "metrics-listen", index)
                                                    : NULL;
}

static bool listens(cfg_t *cfg, const char *name, const struct lines *lines)
{
    cfg_t *http = cfg_getsec(cfg, "http");
    int line = lines->listen > 0 ? lines->listen : lines->metrics_listen;
    const char *place, *other;

    if (cfg_size(http, "listen") == 0) {
        log_error("config", "%s:%d: http.listen is empty: nothing to serve on", name, line);
        return false;
    }
    for (unsigned i = 0; (place = place_at(http, i)) != NULL; i++)
        for (unsigned j = i + 1; (other = place_at(http, j)) != NULL; j++)
            if (config_items_clash(place, other)) {
                log_error("config", "%s:%d: http.listen: \"%s\" and \"%s\" are the same place",
                          name, line, place, other);
                return false;
            }
    return true;
}

static bool parse_text(cfg_t *cfg, const char *name, char *text, size_t len, struct lines *lines)
{
    int unended = config_text_prepare(text, len);
    unsigned reports_before = reports;
    char key[CONFIG_TEXT_KEY_LEN];
    int repeated;
    FILE *file;
    int rc;

    if (unended != 0) {
        log_error("config", "%s:%d: what begins here does not end", name, unended);
        return false;
    }
    repeated = config_text_find_repeat(text, len, key);
    if (repeated != 0) {
        log_error("config", "%s:%d: %s is set twice; a list takes all its values in one", name,
                  repeated, key);
        return false;
    }
    if (len == 0)
        return true;
    *lines = find_lines(text, len);
    file = fmemopen(text, len, "r");
    if (file == NULL)
        give_up(OUT_OF_MEMORY);
    rc = cfg_parse_fp(cfg, file);
    fclose(file);
    if (rc != CFG_SUCCESS && reports == reports_before) /* a key that is "" */
        log_error("config", "%s:%d: what begins here cannot be read", name, cfg->line);
    return rc == CFG_SUCCESS && listens(cfg, name, lines);
}

static bool parse(cfg_t *cfg, int directory, const char *path, struct lines *lines)
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
        log_error("config", "%s: %s", name, strerror(errno));
        return false;
    }
    text = read_all(fd, name, &len);
    close(fd);
    if (text == NULL)
        return false;
    name_file(cfg, name);
    ok = parse_text(cfg, name, text, len, lines);
    free(text);
    return ok;
}

/* Names the table's sections and keys to libconfuse; cfg_free ends it. */
static cfg_t *make_parser(void)
{
    cfg_opt_t *opts = must_calloc(2 * config_keys_len + 1, sizeof(cfg_opt_t));
    cfg_opt_t root[SECTIONS_MAX + 1] = {0};
    cfg_opt_t *next = opts;
    unsigned sections = 0;
    cfg_t *cfg;

    for (size_t i = 0; i < config_keys_len; i++) {
        const char *section = config_keys[i].section;
        if (i == 0 || strcmp(section, config_keys[i - 1].section) != 0) {
            next += i > 0; /* zeroes end the section before */
            if (sections == SECTIONS_MAX)
                give_up("too many sections");
            root[sections++] = (cfg_opt_t)CFG_SEC(section, next, CFGF_NONE);
        }
        *next++ = describe(&config_keys[i]);
    }
    cfg = cfg_init(root, CFGF_NONE);
    free(opts);
    if (cfg == NULL)
        give_up(OUT_OF_MEMORY);
    cfg_set_error_function(cfg, report);
    return cfg;
}

bool config_load_from(struct config *config, int directory, const char *path)
{
    cfg_t *cfg = make_parser();
    struct lines lines = {0};
    bool ok = parse(cfg, directory, path, &lines);

    if (ok) {
        take_config(cfg, config);
        config->http.user.line = lines.http_user;
        config->http.group.line = lines.http_group;
        config->prober.user.line = lines.prober_user;
        config->prober.group.line = lines.prober_group;
    }
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
    for (size_t i = 0; i < config_keys_len; i++) {
        void *member = member_of(&config_keys[i], config);
        switch (config_keys[i].type) {
        case CONFIG_NAME:
        case CONFIG_PATH:
        case CONFIG_TEXT: free(*(char **)member); break;
        case CONFIG_USER: free(((struct config_user *)member)->name); break;
        case CONFIG_STRINGS: free_strings(member); break;
        case CONFIG_PREFIXES: free(((struct prefix_list *)member)->items); break;
        case CONFIG_NUMBER:
        case CONFIG_FLAG:
        case CONFIG_PORTS: break;
        }
    }
    memset(config, 0, sizeof(*config));
}
