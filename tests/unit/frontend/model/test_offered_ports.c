/* SPDX-License-Identifier: BSD-2-Clause */
/* Whatever is allowed is offered, in order, and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "common/base/compiler.h"
#include "frontend/model/offered_ports.h"
#include "frontend/model/service.h"

static struct policy policy;

static void assert_offered(const uint16_t *ports, size_t count)
{
    uint16_t port = 0;

    for (size_t i = 0; i < count; i++) {
        port = offered_port_after(&policy, port);
        assert_int_equal(port, ports[i]);
    }
    assert_int_equal(offered_port_after(&policy, port), 0);
}

static void test_the_allowlist(void **state)
{
    static const uint16_t edges[] = {1, 62, 63, 64, 65, 127, 128, 8080, 65471, 65472, 65535};

    (void)state;
    policy_init(&policy);
    assert_offered(policy_default_ports, policy_default_ports_len);
    memset(policy.ports, 0, sizeof(policy.ports));
    assert_offered(NULL, 0);
    for (size_t i = 0; i < ARRAY_LEN(edges); i++)
        policy_allow_port(&policy, edges[i]);
    assert_offered(edges, ARRAY_LEN(edges));
}

static void test_all_ports_listed(void **state)
{
    uint16_t port = 0;

    (void)state;
    policy_init(&policy);
    for (unsigned i = 1; i <= UINT16_MAX; i++)
        policy_allow_port(&policy, (uint16_t)i);
    for (unsigned i = 1; i <= UINT16_MAX; i++) {
        port = offered_port_after(&policy, port);
        assert_int_equal(port, i);
    }
    assert_int_equal(offered_port_after(&policy, port), 0);
}

static void test_any_port_offers_the_named(void **state)
{
    unsigned count = 0;

    (void)state;
    policy_init(&policy);
    policy.any_port = true;
    for (uint16_t port = 0, before = 0; (port = offered_port_after(&policy, port)) != 0; count++) {
        assert_true(port > before);
        assert_non_null(service_by_port(port));
        before = port;
    }
    assert_true(count >= policy_default_ports_len);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_allowlist),
        cmocka_unit_test(test_all_ports_listed),
        cmocka_unit_test(test_any_port_offers_the_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
