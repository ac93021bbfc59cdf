/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/base/compiler.h"
#include "common/net/endpoint.h"

static void test_endpoints(void **state)
{
    static const struct {
        const char *text, *address; /* NULL: none */
        int port;                   /* -1: without one */
    } rows[] = {
        {"192.0.2.1", "192.0.2.1", -1},
        {"192.0.2.1:80", "192.0.2.1", 80},
        {"192.0.2.1:0", "192.0.2.1", 0},
        {"192.0.2.1:65535", "192.0.2.1", 65535},
        {"2001:db8::1", "2001:db8::1", -1},
        {"[2001:DB8::1]", "2001:db8::1", -1},
        {"[2001:db8::1]:443", "2001:db8::1", 443},
        {"[::]:8080", "::", 8080},
        {"192.0.2.1:65536", NULL, 0},
        {"192.0.2.1:080", NULL, 0},
        {"192.0.2.1:", NULL, 0},
        {"192.0.2.1:8x", NULL, 0},
        {"192.0.2.1:-1", NULL, 0},
        {"192.0.2.1:999999999999", NULL, 0},
        {"[192.0.2.1]:80", NULL, 0},
        {"[2001:db8::1]80", NULL, 0},
        {"[2001:db8::1", NULL, 0},
        {"[]:80", NULL, 0},
        {":80", NULL, 0},
        {"", NULL, 0},
        {"localhost:80", NULL, 0},
        {"*:80", NULL, 0},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        char address[ADDR_TEXT_LEN];
        struct endpoint at;
        if (endpoint_parse(rows[i].text, &at) != (rows[i].address != NULL))
            fail_msg("%s", rows[i].text);
        if (rows[i].address == NULL)
            continue;
        addr_format(&at.addr, address);
        assert_string_equal(address, rows[i].address);
        assert_int_equal(at.has_port ? at.port : -1, rows[i].port);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_endpoints)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
