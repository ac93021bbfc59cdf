/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/base/compiler.h"
#include "common/config/config_derived.h"

static struct config unset(uint32_t quota, uint32_t max_pending)
{
    return (struct config){.limits = {.client_quota = quota,
                                      .max_pending = max_pending,
                                      .client_connections = CONFIG_UNSET,
                                      .client_checks = CONFIG_UNSET,
                                      .client_targets = CONFIG_UNSET,
                                      .max_connections = CONFIG_UNSET}};
}

/* A client's share is enough to use up its quota. */
static void test_by_quota_and_checks(void **state)
{
    static const struct {
        uint32_t quota, max_pending, connections, checks, targets, max_connections;
    } rows[] = {
        {60, 1000, 64, 32, 60, 3048},  {64, 1000, 64, 32, 64, 3048},
        {66, 1000, 66, 33, 66, 3048},  {1000, 97951, 1000, 500, 1000, 99999},
        {1, 97952, 64, 32, 1, 100000}, {1, 1000000, 64, 32, 1, 100000},
        {0, 1000, 0, 0, 0, 3048}, /* no quota, no share */
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct config config = unset(rows[i].quota, rows[i].max_pending);
        config_derive(&config);
        assert_int_equal(config.limits.client_connections, rows[i].connections);
        assert_int_equal(config.limits.client_checks, rows[i].checks);
        assert_int_equal(config.limits.client_targets, rows[i].targets);
        assert_int_equal(config.limits.max_connections, rows[i].max_connections);
        assert_false(config.limits.max_connections_given);
    }
}

static void test_what_the_file_gives_stays(void **state)
{
    struct config config = unset(0, 1000);

    (void)state;
    config.limits.client_connections = 7;
    config.limits.client_checks = 0;
    config.limits.client_targets = 9;
    config.limits.max_connections = 10;
    config_derive(&config);
    assert_int_equal(config.limits.client_connections, 7);
    assert_int_equal(config.limits.client_checks, 0);
    assert_int_equal(config.limits.client_targets, 9);
    assert_int_equal(config.limits.max_connections, 10);
    assert_true(config.limits.max_connections_given);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_quota_and_checks),
        cmocka_unit_test(test_what_the_file_gives_stays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
