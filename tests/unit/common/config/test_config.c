/* SPDX-License-Identifier: BSD-2-Clause */
/* What a file makes of the configuration, and what is said of a wrong one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/base/compiler.h"
#include "common/config/config.h"

enum { SAID_LEN = 2048, FILE_MAX_LEN = 1 << 20 };

/* With standard error in said. */
static bool load(struct config *config, const char *path, char said[static SAID_LEN])
{
    int log = memfd_create("log", 0), shown = dup(STDERR_FILENO);
    ssize_t len;
    bool ok;

    assert_true(log >= 0 && shown >= 0 && dup2(log, STDERR_FILENO) >= 0);
    ok = config_load(config, path);
    dup2(shown, STDERR_FILENO);
    len = pread(log, said, SAID_LEN - 1, 0);
    assert_true(len >= 0);
    said[len] = '\0';
    close(log);
    close(shown);
    return ok;
}

static bool load_bytes(struct config *config, const void *bytes, size_t len,
                       char said[static SAID_LEN])
{
    int file = memfd_create("portlight.conf", 0);
    char path[64];
    bool ok;

    assert_true(file >= 0 && write(file, bytes, len) == (ssize_t)len);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
    ok = load(config, path, said);
    close(file);
    return ok;
}

static bool load_text(struct config *config, const char *text, char said[static SAID_LEN])
{
    return load_bytes(config, text, strlen(text), said);
}

static void assert_prefixes(const struct prefix_list *list, const char *first, const char *second)
{
    struct prefix wanted[2];

    assert_int_equal(list->count, 2);
    assert_int_equal(prefix_parse(first, &wanted[0]), PREFIX_OK);
    assert_int_equal(prefix_parse(second, &wanted[1]), PREFIX_OK);
    for (unsigned i = 0; i < 2; i++) {
        assert_true(addr_equal(&list->items[i].addr, &wanted[i].addr));
        assert_int_equal(list->items[i].bits, wanted[i].bits);
    }
}

static unsigned count_ports(const struct policy *policy)
{
    unsigned count = 0;

    for (unsigned port = 0; port <= UINT16_MAX; port++)
        count += policy_check_port(policy, (uint16_t)port) == POLICY_OK;
    return count;
}

static void test_nothing_set(void **state)
{
    static const char *const texts[] = {"", "# nothing\n", "policy {}\nlimits {}\n"};

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(texts); i++) {
        struct config config;
        char said[SAID_LEN];
        assert_true(load_text(&config, texts[i], said));
        assert_string_equal(said, "");
        assert_int_equal(count_ports(&config.policy), policy_default_ports_len);
        assert_int_equal(config.policy.max_ports, 3);
        assert_int_equal(config.policy.timeout_ms, 3000);
        assert_int_equal(config.policy.deny.count, 0);
        assert_false(config.prober.user.configured);
        assert_string_equal(config.prober.user.name, "portlight-prober");
        assert_int_equal(config.http.listen.count, 1);
        assert_string_equal(config.http.listen.items[0], "127.0.0.1:8080");
        assert_int_equal(config.http.trusted_proxies.count, 0);
        assert_int_equal(config.resolver.nameservers.count, 0);
        assert_int_equal(config.limits.client_quota, 60);
        assert_true(config.limits.networks);
        config_free(&config);
    }
}

static void test_policy(void **state)
{
    struct config config;
    char said[SAID_LEN];

    (void)state;
    assert_true(load_text(&config,
                          "policy { ports = {1, 65535} ports += {80} any-port = false\n"
                          "max-ports = 1 timeout-ms = 100 linger-ms = 0 echo = no\n"
                          "control-port = on allow = {\"10.0.0.0/8\", '2001:db8::/32'}\n"
                          "deny = {\"192.0.2.0/24\", \"192.0.2.1\"} }",
                          said));
    assert_int_equal(count_ports(&config.policy), 3);
    assert_int_equal(policy_check_port(&config.policy, 1), POLICY_OK);
    assert_int_equal(policy_check_port(&config.policy, 80), POLICY_OK);
    assert_int_equal(policy_check_port(&config.policy, 65535), POLICY_OK);
    assert_int_equal(config.policy.max_ports, 1);
    assert_int_equal(config.policy.timeout_ms, 100);
    assert_int_equal(config.policy.linger_ms, 0);
    assert_false(config.policy.echo);
    assert_true(config.policy.control_port);
    assert_prefixes(&config.policy.allow, "10.0.0.0/8", "2001:db8::/32");
    assert_prefixes(&config.policy.deny, "192.0.2.0/24", "192.0.2.1/32");
    config_free(&config);
    /* an empty list is one: no port, not the usual ones */
    assert_true(load_text(&config, "policy { ports = {} }", said));
    assert_int_equal(count_ports(&config.policy), 0);
    config_free(&config);
    assert_true(load_text(&config, "policy { ports = {} any-port = true }", said));
    assert_int_equal(count_ports(&config.policy), 65535);
    config_free(&config);
}

static void test_the_other_sections(void **state)
{
    struct config config;
    char said[SAID_LEN];

    (void)state;
    assert_true(load_text(
        &config,
        "prober { socket = \"/s\" user = \"portlight-prober\" group = g max-rate = 7 }\n"
        "http { listen = {\"[::1]:80\", \"127.0.0.1:81\"} user = u trusted-proxies = {\"::/0\", "
        "\"1.1.1.1\"} "
        "}\n"
        "resolver { nameservers = {\"127.0.0.1\"} timeout-ms = 10000 }\n"
        "limits { client-quota = 1 client-window-s = 2 target-quota = 3 target-window-s = 4\n"
        "max-pending = 5 max-connections = 6 client-connections = 7 networks = false }",
        said));
    assert_string_equal(config.prober.socket, "/s");
    assert_true(config.prober.user.configured && config.prober.group.configured &&
                config.http.user.configured);
    assert_string_equal(config.prober.group.name, "g");
    assert_string_equal(config.http.user.name, "u");
    assert_int_equal(config.prober.max_rate, 7);
    assert_int_equal(config.http.listen.count, 2);
    assert_string_equal(config.http.listen.items[0], "[::1]:80");
    assert_string_equal(config.http.listen.items[1], "127.0.0.1:81");
    assert_int_equal(config.prober.group.line, 1);
    assert_int_equal(config.http.user.line, 2);
    assert_prefixes(&config.http.trusted_proxies, "::/0", "1.1.1.1");
    assert_int_equal(config.resolver.nameservers.count, 1);
    assert_string_equal(config.resolver.nameservers.items[0], "127.0.0.1");
    assert_int_equal(config.resolver.timeout_ms, 10000);
    assert_int_equal(config.limits.client_quota, 1);
    assert_int_equal(config.limits.client_window_s, 2);
    assert_int_equal(config.limits.target_quota, 3);
    assert_int_equal(config.limits.target_window_s, 4);
    assert_int_equal(config.limits.max_pending, 5);
    assert_int_equal(config.limits.max_connections, 6);
    assert_int_equal(config.limits.client_connections, 7);
    assert_false(config.limits.networks);
    config_free(&config);
}

static void assert_refused(const char *text, const char *why)
{
    struct config config;
    char said[SAID_LEN];

    if (load_text(&config, text, said))
        fail_msg("accepted: %s", text);
    if (strstr(said, why) == NULL)
        fail_msg("%s: said \"%s\", not \"%s\"", text, said, why);
}

static void test_what_is_said(void **state)
{
    static const char *const rows[][2] = {
        {"policy {\n ports = {80, 0} }", ":2: policy.ports: 0: must be 1 to 65535"},
        {"policy { ports = {65536} }", ":1: policy.ports: 65536: must be 1 to 65535"},
        {"policy { ports = {65537} }", "policy.ports: 65537: must be"},
        {"policy { ports = {-1} }", "policy.ports: -1: must be"},
        {"policy { ports = {18446744073709551617} }", "out of range"},
        {"policy { deny = {\"10.0.0.1/8\"} }", "\"10.0.0.1/8\": bits are set behind"},
        {"policy { embed = {\"10.0.0.0/8\"} }", "policy.embed: \"10.0.0.0/8\": must be IPv6"},
        {"policy { embed = {\"2a00::/33\"} }", "policy.embed: \"2a00::/33\": must be IPv6"},
        {"policy { allow = {\"10.0.0.0/33\"} }", "policy.allow: \"10.0.0.0/33\": prefix length"},
        {"http { trusted-proxies = {\"proxy\"} }", "\"proxy\": not an IPv4 or IPv6 address"},
        {"prober { socket = \"run/s\" }", "must be an absolute path"},
        {"http { user = \"\" }", "http.user: must not be empty"},
        {"prober { group = '' }", "prober.group: must not be empty"},
        {"policy { colour = 1 }", "no such option 'colour'"},
        {"\n\ncolour { }", ":3: no such option 'colour'"},
        {"policy { max-ports = 1\n max-ports = 2 }", ":2: policy.max-ports is set twice"},
        {"\npolicy {", ":2: what begins here does not end"},
        {"\nhttp { user = a \"\" }", ":2: what begins here cannot be read"},
        {"limits { networks = perhaps }", "invalid boolean value"},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++)
        assert_refused(rows[i][0], rows[i][1]);
}

/* Both ends of each range, and one step outside. */
static void test_limits(void **state)
{
    static const struct {
        const char *section, *key;
        long min, max;
    } rows[] = {
        {"policy", "max-ports", 1, 3},
        {"policy", "timeout-ms", 100, 3000},
        {"policy", "linger-ms", 0, 2000},
        {"prober", "max-rate", 0, 10000000},
        {"resolver", "timeout-ms", 100, 10000},
        {"limits", "client-quota", 0, 1000000},
        {"limits", "client-window-s", 1, 86400},
        {"limits", "target-quota", 0, 1000000},
        {"limits", "target-window-s", 1, 86400},
        {"limits", "max-pending", 1, 100000},
        {"limits", "max-connections", 1, 100000},
        {"limits", "client-connections", 0, 100000},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        const long values[] = {rows[i].min, rows[i].max, rows[i].min - 1, rows[i].max + 1};
        for (unsigned j = 0; j < ARRAY_LEN(values); j++) {
            struct config config;
            char text[128], said[SAID_LEN];
            snprintf(text, sizeof(text), "%s { %s = %ld }", rows[i].section, rows[i].key,
                     values[j]);
            if (j >= 2) {
                assert_refused(text, ": must be ");
                continue;
            }
            if (!load_text(&config, text, said))
                fail_msg("%s: %s", text, said);
            config_free(&config);
        }
    }
}

/* Every check that may wait can have a connection to wait on. */
static void test_connections_follow_the_checks(void **state)
{
    static const struct {
        const char *text;
        uint32_t connections;
    } rows[] = {
        {"", 22048},
        {"limits { max-pending = 10 }", 2058},
        {"limits { max-pending = 100000 }", 100000},
        {"limits { max-pending = 100 max-connections = 7 }", 7},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct config config;
        char said[SAID_LEN];
        assert_true(load_text(&config, rows[i].text, said));
        assert_int_equal(config.limits.max_connections, rows[i].connections);
        config_free(&config);
    }
}

static void test_files_that_are_none(void **state)
{
    static char big[FILE_MAX_LEN + 1];
    struct config config;
    char said[SAID_LEN];

    (void)state;
    assert_false(load(&config, "/nonexistent/portlight.conf", said));
    assert_non_null(strstr(said, "/nonexistent/portlight.conf: No such file"));
    assert_false(load(&config, "/proc/self", said));
    assert_non_null(strstr(said, "/proc/self: Is a directory"));
    assert_false(load_bytes(&config, "policy { }\0", 11, said));
    assert_non_null(strstr(said, "has a NUL byte"));
    memset(big, '\n', sizeof(big));
    assert_false(load_bytes(&config, big, sizeof(big), said));
    assert_non_null(strstr(said, "more than 1048576 bytes"));
    assert_true(load_bytes(&config, big, sizeof(big) - 1, said));
    config_free(&config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_set),
        cmocka_unit_test(test_policy),
        cmocka_unit_test(test_the_other_sections),
        cmocka_unit_test(test_what_is_said),
        cmocka_unit_test(test_limits),
        cmocka_unit_test(test_connections_follow_the_checks),
        cmocka_unit_test(test_files_that_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
