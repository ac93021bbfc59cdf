/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "common/base/compiler.h"
#include "common/config/config.h"
#include "common/config/config_compare.h"

static void load(struct config *config, const char *text)
{
    char path[] = "/tmp/portlight-compare-XXXXXX";
    int fd = mkstemp(path);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    assert_true(config_load(config, path));
    unlink(path);
}

/* The names of all keys that differ, with blanks between. */
static void list_differences(const struct config *a, const struct config *b, char *out, size_t room)
{
    size_t len = 0;

    out[0] = '\0';
    for (size_t i = 0; i < config_keys_len; i++)
        if (config_differs(&config_keys[i], a, b))
            len += (size_t)snprintf(out + len, room - len, "%s%s", len > 0 ? " " : "",
                                    config_keys[i].name);
}

/* One key of each type; what follows from it differs with it. */
static void test_a_change_is_seen_and_nothing_else(void **state)
{
    static const struct {
        const char *a, *b, *differences;
    } rows[] = {
        {"", "", ""},
        {"limits { target-quota = 30 }", "limits { target-quota = 30 }", ""},
        {"limits { target-quota = 30 }", "limits { target-quota = 31 }", "target-quota"},
        {"", "limits { networks = false }", "networks"},
        {"policy { ports = {80} }", "policy { ports = {80, 443} }", "ports"},
        {"policy { ports = {80, 443} }", "policy { ports = {443, 80} }", ""},
        {"http { title = \"a\" }", "http { title = \"b\" }", "title"},
        {"http { title = \"a\" }", "http { title = \"a\" }", ""},
        {"prober { socket = \"/run/a\" }", "prober { socket = \"/run/b\" }", "socket"},
        {"http { names = {\"a.example\"} }", "http { names = {\"a.example\", \"b.example\"} }",
         "names"},
        {"http { names = {\"a.example\"} }", "http { names = {\"b.example\"} }", "names"},
        {"http { names = {\"a.example\"} }", "http { names = {\"a.example\"} }", ""},
        {"http { trusted-proxies = {\"192.0.2.0/24\"} }",
         "http { trusted-proxies = {\"192.0.2.0/25\"} }", "trusted-proxies"},
        {"http { trusted-proxies = {\"192.0.2.0/24\"} }",
         "http { trusted-proxies = {\"198.51.100.0/24\"} }", "trusted-proxies"},
        {"http { trusted-proxies = {\"192.0.2.0/24\"} }",
         "http { trusted-proxies = {\"192.0.2.0/24\"} }", ""},
        {"http { user = \"root\" }", "http { user = \"daemon\" }", "user"},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct config a, b;
        char differences[1000];
        load(&a, rows[i].a);
        load(&b, rows[i].b);
        list_differences(&a, &b, differences, sizeof(differences));
        if (strcmp(differences, rows[i].differences) != 0)
            fail_msg("%s / %s: %s", rows[i].a, rows[i].b, differences);
        list_differences(&b, &a, differences, sizeof(differences));
        assert_string_equal(differences, rows[i].differences);
        config_free(&a);
        config_free(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_change_is_seen_and_nothing_else),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
