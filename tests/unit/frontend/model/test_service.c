/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "frontend/model/service.h"

static void test_in_the_order_of_ports(void **state)
{
    unsigned count = 0;

    (void)state;
    for (const struct service *at = service_after(0), *next; at != NULL; at = next, count++) {
        next = service_after(at->port);
        assert_true(next == NULL || next->port > at->port);
        assert_ptr_equal(service_by_port(at->port), at);
        assert_ptr_equal(service_by_name(at->name), at);
        assert_true(at->group < SERVICE_GROUP_COUNT);
        assert_true(strlen(at->label) > 0 && strlen(at->description) > 0);
    }
    assert_true(count > 20);
    assert_null(service_after(UINT16_MAX));
}

static void test_by_port_and_name(void **state)
{
    (void)state;
    assert_string_equal(service_by_port(443)->name, "https");
    assert_string_equal(service_by_port(3389)->label, "Remote Desktop");
    assert_int_equal(service_by_name("https-alt")->port, 8443);
    assert_int_equal(service_after(443)->port, 445);
    assert_null(service_by_port(444));
    assert_null(service_by_name("http-"));
    assert_null(service_by_name("HTTP"));
    assert_string_equal(service_group_text(service_by_port(25)->group), "Mail");
}

static void test_records_that_clients_obey(void **state)
{
    (void)state;
    assert_string_equal(service_srv_label(25565), "_minecraft._tcp");
    assert_string_equal(service_srv_label(5269), "_xmpp-server._tcp");
    assert_null(service_srv_label(443));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_in_the_order_of_ports),
        cmocka_unit_test(test_by_port_and_name),
        cmocka_unit_test(test_records_that_clients_obey),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
