/* SPDX-License-Identifier: BSD-2-Clause */
/* The source ports of a group of flows: from which range, and no two alike. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <netinet/in.h>
#include <sched.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/compiler.h"
#include "prober/io/source_ports.h"
#include "prober/packet/our_syn.h"

enum { GROUP = 5, COUNT = 4 * GROUP };

static void test_each_flow_has_its_range(void **state)
{
    uint16_t ports[COUNT];

    (void)state;
    assert_true(source_ports_reserve(ports, COUNT, GROUP));
    for (unsigned i = 0; i < COUNT; i++) {
        if (our_syn_is_ephemeral(i % GROUP))
            assert_in_range(ports[i], 49152, 60999);
        else
            assert_in_range(ports[i], 61000, 65535);
        for (unsigned k = 0; k < i; k++)
            assert_int_not_equal(ports[k], ports[i]);
    }
}

/* Of the flows with one range, and of those with one mark, one is even and one is odd; and the
 * next group has it the other way round. */
static void test_parity_goes_with_nothing(void **state)
{
    uint16_t ports[COUNT];

    (void)state;
    assert_true(source_ports_reserve(ports, COUNT, GROUP));
    for (unsigned group = 0; group < COUNT / GROUP; group++) {
        unsigned ephemeral_odd = 0, marked_odd = 0, odd = 0;
        for (unsigned flow = 0; flow < SYN_SCHEDULE_FLOWS; flow++) {
            unsigned parity = ports[group * GROUP + flow] % 2;
            odd += parity;
            ephemeral_odd += our_syn_is_ephemeral(flow) ? parity : 0;
            marked_odd += our_syn_tos(flow) != 0 ? parity : 0;
        }
        assert_int_equal(odd, 2);
        assert_int_equal(ephemeral_odd, 1);
        assert_int_equal(marked_odd, 1);
    }
    for (unsigned i = GROUP; i < COUNT; i++)
        assert_int_not_equal(ports[i] % 2, ports[i - GROUP] % 2);
}

/* Nobody else gets them; what others have is passed over. */
static void test_they_are_taken(void **state)
{
    uint16_t ports[COUNT], more[COUNT];

    (void)state;
    assert_true(source_ports_reserve(ports, COUNT, GROUP));
    assert_true(source_ports_reserve(more, COUNT, GROUP));
    for (unsigned i = 0; i < COUNT; i++) {
        struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = htons(ports[i])};
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        assert_int_equal(bind(fd, (struct sockaddr *)&any, sizeof(any)), -1);
        assert_int_equal(errno, EADDRINUSE);
        close(fd);
        for (unsigned k = 0; k < COUNT; k++)
            assert_int_not_equal(more[k], ports[i]);
    }
}

/* A proxy's connections to this machine, as they linger: Linux gives clients the even ports of its
 * range first. */
static void test_all_even_ones_are_taken(void **state)
{
    struct rlimit files = {20000, 20000};
    uint16_t ports[COUNT];
    int fds[(60999 - 49152) / 2 + 1];

    (void)state;
    setrlimit(RLIMIT_NOFILE, &files);
    for (unsigned i = 0; i < ARRAY_LEN(fds); i++) {
        struct sockaddr_in even = {.sin_family = AF_INET,
                                   .sin_port = htons((uint16_t)(49152 + 2 * i)),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        fds[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        assert_true(fds[i] >= 0);
        if (bind(fds[i], (struct sockaddr *)&even, sizeof(even)) != 0)
            assert_int_equal(errno, EADDRINUSE);
    }
    assert_true(source_ports_reserve(ports, COUNT, GROUP));
    for (unsigned i = 0; i < COUNT; i++)
        if (our_syn_is_ephemeral(i % GROUP)) {
            assert_in_range(ports[i], 49152, 60999);
            assert_int_equal(ports[i] % 2, 1);
        }
    for (unsigned i = 0; i < ARRAY_LEN(fds); i++)
        close(fds[i]);
}

static void test_spans(void **state)
{
    static const uint16_t ports[2 * GROUP] = {49152, 61001, 61000, 49155, 61004,
                                              49157, 61006, 61009, 49152, 61002};
    struct source_ports_span spans[SOURCE_PORTS_SPANS];

    (void)state;
    source_ports_spans(ports, ARRAY_LEN(ports), GROUP, spans);
    assert_int_equal(spans[0].low, 49152);
    assert_int_equal(spans[0].high, 49157);
    assert_int_equal(spans[1].low, 61000);
    assert_int_equal(spans[1].high, 61009);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_flow_has_its_range),
        cmocka_unit_test(test_parity_goes_with_nothing),
        cmocka_unit_test(test_they_are_taken),
        cmocka_unit_test(test_all_even_ones_are_taken),
        cmocka_unit_test(test_spans),
    };

    /* a network of its own, where the kernel lets it: connections that linger on a busy machine
     * hold half of the ports */
    (void)unshare(CLONE_NEWUSER | CLONE_NEWNET);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
