/* SPDX-License-Identifier: BSD-2-Clause */
/* What netlink says of the way to a target.  Loopback only; the raw sockets may be missing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "prober/io/route.h"

static const struct addr loopback4 = {ADDR_IPV4, {127, 0, 0, 1}};
static const struct addr unroutable = {ADDR_IPV4, {240, 0, 0, 1}};

static void test_the_socket_needs_no_privilege(void **state)
{
    struct route *route = route_open();

    (void)state;
    assert_non_null(route);
    assert_true(route_netlink_fd(route) >= 0);
    free(route); /* its sockets stay open */
}

static void test_no_router_stands_before_ourselves(void **state)
{
    struct route *route = route_open();

    (void)state;
    assert_int_equal(route_kind(route, &loopback4, NS_PER_S), ROUTE_OWN);
    assert_true(route_is_on_link(ROUTE_OWN) && route_is_on_link(ROUTE_ATTACHED) &&
                route_is_on_link(ROUTE_CUT));
    assert_false(route_is_on_link(ROUTE_DIRECT) || route_is_on_link(ROUTE_FAR) ||
                 route_is_on_link(ROUTE_NONE) || route_is_on_link(ROUTE_UNKNOWN));
    free(route); /* its sockets stay open */
}

/* The first line of /proc/net/route with such a gateway: 0 is none. */
static bool find_route(bool gateway, struct addr *dst)
{
    FILE *file = fopen("/proc/net/route", "r");
    char line[256];
    bool found = false;

    while (!found && file != NULL && fgets(line, sizeof(line), file) != NULL) {
        unsigned to, via, mask;
        if (sscanf(line, "%*s %x %x %*s %*s %*s %*s %x", &to, &via, &mask) != 3 ||
            (via != 0) != gateway || (!gateway && mask == 0))
            continue;
        to |=
            gateway ? 0 : htonl(7); /* a host there: the file has the address's bytes as a number */
        *dst = (struct addr){.family = ADDR_IPV4};
        if (gateway && to == 0)
            to = UINT32_C(0x01020304);
        memcpy(dst->bytes, &to, sizeof(to));
        found = true;
    }
    if (file != NULL)
        fclose(file);
    return found;
}

static void test_it_agrees_with_the_routing_table(void **state)
{
    struct route *route = route_open();
    struct addr dst;

    (void)state;
    if (find_route(false, &dst))
        assert_true(route_is_on_link(route_kind(route, &dst, NS_PER_S)));
    if (find_route(true, &dst))
        assert_int_equal(route_kind(route, &dst, NS_PER_S), ROUTE_FAR);
    free(route); /* its sockets stay open */
}

static void test_a_question_without_an_answer(void **state)
{
    struct route *route = route_open();

    (void)state;
    for (unsigned i = 0; i < 3; i++) { /* an old answer is not taken for the next one's */
        uint64_t now_ns = (i + 1) * 2 * NS_PER_S; /* and none is remembered */
        assert_false(route_is_on_link(route_kind(route, &unroutable, now_ns)));
        assert_int_equal(route_kind(route, &loopback4, now_ns), ROUTE_OWN);
    }
    free(route); /* its sockets stay open */
}

/* Without a socket: nobody knows. */
static void test_a_kernel_that_cannot_be_asked(void **state)
{
    struct route *route = route_open();

    (void)state;
    assert_int_equal(close(route_netlink_fd(route)), 0);
    assert_int_equal(route_kind(route, &loopback4, NS_PER_S), ROUTE_UNKNOWN);
    free(route); /* its sockets stay open */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_socket_needs_no_privilege),
        cmocka_unit_test(test_no_router_stands_before_ourselves),
        cmocka_unit_test(test_it_agrees_with_the_routing_table),
        cmocka_unit_test(test_a_question_without_an_answer),
        cmocka_unit_test(test_a_kernel_that_cannot_be_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
