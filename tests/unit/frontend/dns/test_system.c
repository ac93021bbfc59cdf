/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "frontend/dns/system.h"

static void test_servers(void **state)
{
    static const char *const rows[][2] = {
        {"", ""},
        {"nameserver 192.0.2.1\n", "192.0.2.1"},
        {"nameserver 192.0.2.1", "192.0.2.1"},
        {"# nameserver 192.0.2.9\n;nameserver 192.0.2.8\nnameserver\t2001:db8::1 # x\r\n"
         "search a b\n nameserver 192.0.2.1\n",
         "2001:db8::1,192.0.2.1"},
        {"nameserver fe80::1%eth0\nnameserver x\nnameserver\nnameservers 192.0.2.1\n", ""},
    };
    char servers[SYSTEM_SERVERS_LEN];

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        system_servers(rows[i][0], servers);
        assert_string_equal(servers, rows[i][1]);
    }
}

static void test_hosts(void **state)
{
    static const char hosts[] = "# 10.0.0.9 nas\n10.0.0.5 nas.lan nas\n10.0.0.6\tNAS\r\n"
                                "fd00::5 nas\nfe80::1%lo nas\n10.0.0.7 db#nas\n\n10.0.0.8";
    struct lookup lookup;

    (void)state;
    assert_true(system_find_host(hosts, "nas", ADDR_IPV4, &lookup));
    assert_int_equal(lookup.status, LOOKUP_OK);
    assert_int_equal(lookup.count, 2);
    assert_int_equal(lookup.addrs[1].bytes[3], 6);
    assert_true(system_find_host(hosts, "nas", ADDR_IPV6, &lookup));
    assert_int_equal(lookup.count, 1);
    assert_true(system_find_host(hosts, "nas.LAN", ADDR_IPV6, &lookup));
    assert_int_equal(lookup.status, LOOKUP_NO_ADDRESS);
    assert_false(system_find_host(hosts, "na", ADDR_IPV4, &lookup));
    assert_false(system_find_host(hosts, "", ADDR_IPV4, &lookup));
    assert_false(system_find_host("", "nas", ADDR_IPV4, &lookup));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_servers),
        cmocka_unit_test(test_hosts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
