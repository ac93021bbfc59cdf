/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/base/compiler.h"
#include "common/net/bogons.h"

static enum bogon_kind kind_of(const char *text)
{
    struct addr addr;

    assert_true(addr_parse(text, &addr));
    return bogon_kind_of(&addr);
}

/* The first and the last address of each range, and their neighbours outside. */
static void test_ends_of_ranges(void **state)
{
    static const struct {
        const char *before, *first, *last, *after; /* NULL: also special, or none */
        enum bogon_kind kind;
    } rows[] = {
        {NULL, "0.0.0.0", "0.255.255.255", "1.0.0.0", BOGON_NOT_PUBLIC},
        {"9.255.255.255", "10.0.0.0", "10.255.255.255", "11.0.0.0", BOGON_NOT_PUBLIC},
        {"100.63.255.255", "100.64.0.0", "100.127.255.255", "100.128.0.0", BOGON_NOT_PUBLIC},
        {"126.255.255.255", "127.0.0.0", "127.255.255.255", "128.0.0.0", BOGON_NOT_PUBLIC},
        {"168.63.129.15", "168.63.129.16", "168.63.129.16", "168.63.129.17", BOGON_NOT_PUBLIC},
        {"169.253.255.255", "169.254.0.0", "169.254.255.255", "169.255.0.0", BOGON_NOT_PUBLIC},
        {"172.15.255.255", "172.16.0.0", "172.31.255.255", "172.32.0.0", BOGON_NOT_PUBLIC},
        {"191.255.255.255", "192.0.0.0", "192.0.0.255", "192.0.1.0", BOGON_NOT_PUBLIC},
        {"192.0.1.255", "192.0.2.0", "192.0.2.255", "192.0.3.0", BOGON_NOT_PUBLIC},
        {"192.31.195.255", "192.31.196.0", "192.31.196.255", "192.31.197.0", BOGON_NOT_PUBLIC},
        {"192.52.192.255", "192.52.193.0", "192.52.193.255", "192.52.194.0", BOGON_NOT_PUBLIC},
        {"192.88.98.255", "192.88.99.0", "192.88.99.255", "192.88.100.0", BOGON_NOT_PUBLIC},
        {"192.167.255.255", "192.168.0.0", "192.168.255.255", "192.169.0.0", BOGON_NOT_PUBLIC},
        {"192.175.47.255", "192.175.48.0", "192.175.48.255", "192.175.49.0", BOGON_NOT_PUBLIC},
        {"198.17.255.255", "198.18.0.0", "198.19.255.255", "198.20.0.0", BOGON_NOT_PUBLIC},
        {"198.51.99.255", "198.51.100.0", "198.51.100.255", "198.51.101.0", BOGON_NOT_PUBLIC},
        {"203.0.112.255", "203.0.113.0", "203.0.113.255", "203.0.114.0", BOGON_NOT_PUBLIC},
        {"223.255.255.255", "224.0.0.0", "255.255.255.255", NULL, BOGON_NOT_PUBLIC},
        {NULL, "::", "::1", NULL, BOGON_NOT_PUBLIC},
        {NULL, "::2", "::ffff:ffff", NULL, BOGON_EMBEDDED},
        {NULL, "::ffff:0:0", "::ffff:ffff:ffff", NULL, BOGON_EMBEDDED},
        {NULL, "::ffff:0:0:0", "::ffff:0:ffff:ffff", NULL, BOGON_EMBEDDED},
        {NULL, "64:ff9b::", "64:ff9b::ffff:ffff", NULL, BOGON_EMBEDDED},
        {NULL, "64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff", NULL, BOGON_EMBEDDED},
        {NULL, "100::", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2000::", BOGON_NOT_PUBLIC},
        {"2000:ffff::", "2001::", "2001:0:ffff:ffff:ffff:ffff:ffff:ffff", NULL, BOGON_EMBEDDED},
        {NULL, "2001:1::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff",
         "2001:200::", BOGON_NOT_PUBLIC},
        {"2001:db7:ffff::", "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
         "2001:db9::", BOGON_NOT_PUBLIC},
        {"2001:ffff::", "2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
         "2003::", BOGON_EMBEDDED},
        {"2620:4f:7fff::", "2620:4f:8000::", "2620:4f:8000:ffff:ffff:ffff:ffff:ffff",
         "2620:4f:8001::", BOGON_NOT_PUBLIC},
        {"3ffd:ffff::", "3ffe::", "3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff", NULL,
         BOGON_NOT_PUBLIC},
        {NULL, "3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", "3fff:1000::", BOGON_NOT_PUBLIC},
        {"3fff:ffff::", "4000::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", NULL,
         BOGON_NOT_PUBLIC},
        {NULL, "fc00::", "fdff:ffff::", NULL, BOGON_NOT_PUBLIC},
        {NULL, "fe80::1", "febf::1", NULL, BOGON_NOT_PUBLIC},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        if ((rows[i].before != NULL && kind_of(rows[i].before) != BOGON_NONE) ||
            (rows[i].after != NULL && kind_of(rows[i].after) != BOGON_NONE))
            fail_msg("beside %s", rows[i].first);
        if (kind_of(rows[i].first) != rows[i].kind || kind_of(rows[i].last) != rows[i].kind)
            fail_msg("%s to %s", rows[i].first, rows[i].last);
    }
}

static void test_isatap_under_any_prefix(void **state)
{
    (void)state;
    assert_int_equal(kind_of("2a00:1450::5efe:a00:1"), BOGON_EMBEDDED);
    assert_int_equal(kind_of("2a00:1450::200:5efe:a00:1"), BOGON_EMBEDDED);
    assert_int_equal(kind_of("2a00:1450::100:5efe:a00:1"), BOGON_NONE);
    assert_int_equal(kind_of("2a00:1450::5eff:a00:1"), BOGON_NONE);
}

static void test_no_address(void **state)
{
    (void)state;
    assert_int_equal(bogon_kind_of(&(struct addr){0}), BOGON_NOT_PUBLIC);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ends_of_ranges),
        cmocka_unit_test(test_isatap_under_any_prefix),
        cmocka_unit_test(test_no_address),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
