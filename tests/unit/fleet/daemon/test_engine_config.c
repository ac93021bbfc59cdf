/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fleet/daemon/engine_config.h"

static char *write_config(const struct config *config)
{
    char *text = NULL;
    size_t len;
    FILE *to = open_memstream(&text, &len);

    assert_non_null(to);
    engine_config_write(config, to);
    assert_int_equal(fclose(to), 0);
    return text;
}

/* Each may say what is its own, and nothing else. */
static void test_who_may_what(void **state)
{
    char *places[] = {"fra; Frankfurt", "iad; Virginia"}, *frontends[] = {"web1", "web2"},
         *engines[] = {"192.0.2.1:4222"};
    struct config config = {.fleet = {.places = {places, 2},
                                      .frontends = {frontends, 2},
                                      .engines = {engines, 1},
                                      .name = "other",
                                      .authority = "/etc/portlight/ca.crt"}};
    char *text;

    (void)state;
    text = write_config(&config);
    assert_non_null(strstr(text, "listen: \"192.0.2.1:4222\"\n"));
    assert_non_null(strstr(text, "ca_file: \"/etc/portlight/ca.crt\"\n"));
    assert_non_null(strstr(text, "  verify_and_map: true\n"));
    assert_non_null(strstr(
        text, "{user: \"fra.place\", permissions: {\n"
              "      subscribe: [\"pl.*.ask.fra.*\"], publish: {deny: \">\"},\n"
              "      allow_responses: {max: 1, expires: \"6s\"}}}\n"
              "    {user: \"iad.place\", permissions: {\n"
              "      subscribe: [\"pl.*.ask.iad.*\"], publish: {deny: \">\"},\n"
              "      allow_responses: {max: 1, expires: \"6s\"}}}\n"
              "    {user: \"web1.frontend\", permissions: {\n"
              "      subscribe: [\"pl.*.tell.web1.>\", \"pl.*.charge.*\", \"pl.*.keep.web1.*\"],\n"
              "      publish: [\"pl.*.ask.*.web1\", \"pl.*.charge.web1\", \"pl.*.keep.*.web1\"],\n"
              "      allow_responses: {max: 1, expires: \"6s\"}}}\n"
              "    {user: \"web2.frontend\", permissions: {\n"));
    assert_null(strstr(text, "other"));
    free(text);
}

/* One frontend alone is named nowhere else. */
static void test_alone(void **state)
{
    struct config config = {.fleet = {.name = "web9", .authority = "/ca"}};
    char *text;

    (void)state;
    text = write_config(&config);
    assert_non_null(strstr(text, "listen: \"0.0.0.0:4222\"\n"));
    assert_non_null(strstr(text, "{user: \"web9.frontend\", "));
    assert_null(strstr(text, ".place\""));
    free(text);
    config.fleet.name = "";
    text = write_config(&config);
    assert_null(strstr(text, "{user:"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_may_what),
        cmocka_unit_test(test_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
