/* SPDX-License-Identifier: BSD-2-Clause */
/* The file that is installed, packaging/portlight.conf: all of it is comments, and each
 * key in it is the built-in default. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/compiler.h"
#include "common/config/config.h"

#define INSTALLED "packaging/portlight.conf"

enum { TEXT_LEN = 16384, TOLD_LEN = 8192, ALL_KEYS = -1 };

static char installed[TEXT_LEN];

static int read_installed(void **state)
{
    FILE *file = fopen(INSTALLED, "re");
    size_t len;

    (void)state;
    if (file == NULL)
        return -1;
    len = fread(installed, 1, sizeof(installed) - 1, file);
    fclose(file);
    installed[len] = '\0';
    return len == sizeof(installed) - 1 ? -1 : 0;
}

/* "  #key = value": where the # is, in a line that holds such a one, or NULL. */
static char *key_of(char *line)
{
    char *hash = line + strspn(line, " ");

    return *hash == '#' && hash[1] >= 'a' && hash[1] <= 'z' ? hash : NULL;
}

/* The installed text with the n-th key, or all, uncommented.  Returns the place of
 * the last of them, NULL if there is none. */
static char *uncomment(char text[static TEXT_LEN], int wanted)
{
    char *last = NULL;
    int n = 0;

    strcpy(text, installed);
    for (char *line = text; line != NULL; line = strchr(line, '\n')) {
        char *hash;
        line += *line == '\n';
        hash = key_of(line);
        if (hash != NULL && (n++ == wanted || wanted == ALL_KEYS)) {
            *hash = ' ';
            last = hash + 1;
        }
    }
    return last;
}

struct telling {
    char *at, *end;
};

static void PRINTF_LIKE(2, 3) tell(struct telling *to, const char *format, ...)
{
    va_list arguments;
    int len;

    va_start(arguments, format);
    len = vsnprintf(to->at, (size_t)(to->end - to->at), format, arguments);
    va_end(arguments);
    assert_true(len >= 0 && len < to->end - to->at);
    to->at += len;
}

static void tell_strings(struct telling *to, const char *key, const struct config_strings *list)
{
    tell(to, "%s", key);
    for (size_t i = 0; i < list->count; i++)
        tell(to, " \"%s\"", list->items[i]);
    tell(to, "\n");
}

static void tell_prefixes(struct telling *to, const char *key, const struct prefix_list *list)
{
    tell(to, "%s", key);
    for (size_t i = 0; i < list->count; i++)
        tell(to, " /%u", (unsigned)list->items[i].bits);
    tell(to, "\n");
}

static void tell_policy(struct telling *to, const struct policy *policy)
{
    tell(to, "ports");
    for (unsigned port = 1; port <= 65535; port++)
        if (policy_check_port(policy, (uint16_t)port) == POLICY_OK)
            tell(to, " %u", port);
    tell(to, "\nmax %u timeout %u linger %u echo %d control %d own %d shown %d\n",
         policy->max_ports, policy->timeout_ms, policy->linger_ms, policy->echo,
         policy->control_port, policy->own, policy->show_own);
    tell_prefixes(to, "embed", &policy->embed);
    tell_prefixes(to, "allow", &policy->allow);
    tell_prefixes(to, "deny", &policy->deny);
}

/* Whether it was configured is not told: the user of that name is the same. */
static void tell_config(const struct config *config, char told[static TOLD_LEN])
{
    struct telling to = {told, told + TOLD_LEN};
    struct policy policy = config->policy;

    policy.any_port = false; /* 65535 ports are too many to tell */
    tell_policy(&to, &policy);
    tell(&to, "any %d\n", config->policy.any_port);
    tell(&to, "socket %s user %s group %s rate %u\n", config->prober.socket,
         config->prober.user.name, config->prober.group.name, config->prober.max_rate);
    tell(&to, "inspector %d %s user %s roots %s workers %u deadlines %u %u quota %u\n",
         config->inspector.enabled, config->inspector.socket, config->inspector.user.name,
         config->inspector.roots, config->inspector.max_workers, config->inspector.deadline_ms,
         config->inspector.mail_deadline_ms, config->inspector.target_quota);
    tell(&to, "known %s helo %s patient %u keep %u\n", config->inspector.known_intermediates,
         config->inspector.helo, config->inspector.patient_deadline_ms, config->inspector.keep_s);
    tell_strings(&to, "listen", &config->http.listen);
    tell_strings(&to, "metrics", &config->http.metrics_listen);
    tell_strings(&to, "names", &config->http.names);
    tell_prefixes(&to, "trusted", &config->http.trusted_proxies);
    tell(&to, "owner %s %s %s %s\n", config->http.title, config->http.contact, config->http.imprint,
         config->http.about);
    tell_strings(&to, "nameservers", &config->resolver.nameservers);
    tell(&to, "table %s age %u\n", config->networks.table, config->networks.max_age_days);
    tell(&to, "http %s group %s lookup %u\n", config->http.user.name, config->http.group.name,
         config->resolver.timeout_ms);
    tell(&to, "client %u/%u target %u/%u networks %d pending %u\n", config->limits.client_quota,
         config->limits.client_window_s, config->limits.target_quota,
         config->limits.target_window_s, config->limits.networks, config->limits.max_pending);
    tell(&to, "connections %u of one %u checks %u targets %u\n", config->limits.max_connections,
         config->limits.client_connections, config->limits.client_checks,
         config->limits.client_targets);
    tell_strings(&to, "places", &config->fleet.places);
    tell_strings(&to, "engines", &config->fleet.engines);
    tell_strings(&to, "frontends", &config->fleet.frontends);
    tell_strings(&to, "beacons", &config->fleet.beacons);
    tell_strings(&to, "revoked", &config->fleet.revoked);
    tell(&to, "here %s name %s at most %u in %s user %s\n", config->fleet.here, config->fleet.name,
         config->fleet.max_places, config->fleet.directory, config->fleet.user.name);
    tell(&to, "certificate %s key %s authority %s secret %s\n", config->fleet.certificate,
         config->fleet.key, config->fleet.authority, config->fleet.secret);
    tell(&to, "place %s jobs %u quotas %u %u\n", config->serve.place, config->serve.jobs,
         config->serve.frontend_quota, config->serve.target_quota);
}

/* What a configuration of this text is. */
static void load(const char *text, char told[static TOLD_LEN])
{
    char path[] = "/tmp/portlight-config-XXXXXX";
    int fd = mkstemp(path);
    struct config config;
    bool ok;

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    ok = config_load(&config, path);
    unlink(path);
    if (!ok)
        fail_msg("is no configuration: %s", text);
    tell_config(&config, told);
    config_free(&config);
}

static void test_it_changes_nothing(void **state)
{
    char defaults[TOLD_LEN], told[TOLD_LEN], text[TEXT_LEN];

    (void)state;
    load("", defaults);
    load(installed, told);
    assert_string_equal(told, defaults);
    assert_non_null(uncomment(text, ALL_KEYS));
    load(text, told);
    assert_string_equal(told, defaults);
}

static void test_each_key_is_the_default(void **state)
{
    char defaults[TOLD_LEN], told[TOLD_LEN], text[TEXT_LEN];
    int n = 0;

    (void)state;
    load("", defaults);
    for (; uncomment(text, n) != NULL; n++) {
        load(text, told);
        assert_string_equal(told, defaults);
    }
    assert_int_equal(n, config_keys_len);
}

/* Another value of the same kind: one less, the other truth, a list or name with something
 * else in it. */
static void change(char *key)
{
    char *value = strchr(key, '=') + 2;
    char *end = strchr(key, '\n');
    char rest[TEXT_LEN];

    strcpy(rest, end);
    *end = '\0';
    if (strncmp(key, "ports", 5) == 0)
        strcpy(value, "{7}");
    else if (strncmp(key, "beacons", 7) == 0)
        strcpy(value, "{\"192.0.2.1:80 open\"}");
    else if (strncmp(key, "revoked", 7) == 0)
        strcpy(value, "{\"/other\"}");
    else if (strcmp(value, "true") == 0 || strcmp(value, "false") == 0)
        strcpy(value, strcmp(value, "true") == 0 ? "false" : "true");
    else if (strcmp(value, "\"\"") == 0 && strncmp(key, "known-intermediates", 19) == 0)
        strcpy(value, "\"/other\"");
    else if (strcmp(value, "\"\"") == 0 || strncmp(key, "places", 6) == 0 ||
             strncmp(key, "frontends", 9) == 0)
        strcpy(value, *value == '{' ? "{\"abc\"}" : "\"abc\"");
    else if (*value == '"')
        strcpy(value, "\"/other\"");
    else if (strncmp(key, "embed", 5) == 0)
        strcpy(value, "{\"64:ff9b::/96\"}");
    else if (strncmp(key, "listen", 6) == 0 || strncmp(key, "engines", 7) == 0 ||
             strncmp(key, "metrics-listen", 14) == 0)
        strcpy(value, "{\"192.0.2.1:80\"}");
    else if (*value == '{')
        strcpy(value, "{\"192.0.2.1\"}");
    else
        sprintf(value, "%ld", strtol(value, NULL, 10) - 1);
    strcat(value, rest);
}

/* Else the tests above would see nothing. */
static void test_each_key_is_seen(void **state)
{
    char defaults[TOLD_LEN], told[TOLD_LEN], text[TEXT_LEN];
    char *key;

    (void)state;
    load("", defaults);
    for (int n = 0; (key = uncomment(text, n)) != NULL; n++) {
        change(key);
        load(text, told);
        if (strcmp(told, defaults) == 0)
            fail_msg("changes nothing: %.30s", key);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_it_changes_nothing),
        cmocka_unit_test(test_each_key_is_the_default),
        cmocka_unit_test(test_each_key_is_seen),
    };

    return cmocka_run_group_tests(tests, read_installed, NULL);
}
