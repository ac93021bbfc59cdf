/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "common/base/compiler.h"
#include "common/contract/beacon.h"

static void test_read(void **state)
{
    struct beacon beacon;
    char address[ADDR_TEXT_LEN];

    (void)state;
    assert_null(beacon_read("203.0.113.9:443 open", &beacon));
    addr_format(&beacon.addr, address);
    assert_string_equal(address, "203.0.113.9");
    assert_int_equal(beacon.port, 443);
    assert_int_equal(beacon.state, STATE_OPEN);
    assert_null(beacon_read("[2001:db8::9]:22 closed", &beacon));
    assert_int_equal(beacon.addr.family, ADDR_IPV6);
    assert_int_equal(beacon.state, STATE_CLOSED);
    assert_null(beacon_read("203.0.113.9:25 filtered", &beacon));
    assert_int_equal(beacon.state, STATE_FILTERED);
}

static void test_mistakes(void **state)
{
    static const char *const wrong[] = {
        "",
        "203.0.113.9",
        "203.0.113.9 open",
        "203.0.113.9:0 open",
        "203.0.113.9:443",
        "203.0.113.9:443 ",
        "203.0.113.9:443 Open",
        "203.0.113.9:443 unknown",
        "203.0.113.9:443  open",
        "www.example.net:443 open",
        "[2001:db8:2001:db8:2001:db8:2001:db8:2001:db8:2001:db8:2001:db8:2001:db8]:22 closed",
    };
    struct beacon beacon;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
        if (beacon_read(wrong[i], &beacon) == NULL)
            fail_msg("\"%s\" is read", wrong[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_mistakes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
