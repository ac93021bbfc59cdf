/* SPDX-License-Identifier: BSD-2-Clause */
/* The sender on a pair of local sockets in the raw socket's stead: whatever is sent can be
 * read at the other end, and nothing leaves the process. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/net/packet.h"
#include "prober/io/raw_sender.h"

enum { MANY = 1000, WAIT_MS = 10000 };

static const struct addr us4 = {ADDR_IPV4, {198, 18, 1, 2}};
static const struct addr them4 = {ADDR_IPV4, {198, 18, 3, 2}};
static const struct addr us6 = {ADDR_IPV6, {0x20, 1, 2}};
static const struct addr them6 = {ADDR_IPV6, {0x20, 1, 3}};

struct failures {
    unsigned count;
    int error;                /* of the last */
    unsigned times[2 * MANY]; /* each tag was reported */
};

static void on_failed(void *context, uint64_t tag, int error)
{
    struct failures *failures = context;

    assert_true(tag < 2 * MANY);
    failures->count++;
    failures->error = error;
    failures->times[tag]++;
}

/* A socket for the sender, and the other end. */
static int open_pair(int *other)
{
    int fds[2];

    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, fds), 0);
    *other = fds[1];
    return fds[0];
}

static struct segment syn(bool ipv6, uint16_t sport)
{
    return (struct segment){
        .src = ipv6 ? us6 : us4,
        .dst = ipv6 ? them6 : them4,
        .sport = sport,
        .dport = 443,
        .flags = TCP_SYN,
        .ttl = 64,
    };
}

static void queue(struct raw_sender *sender, unsigned first, unsigned count)
{
    for (unsigned i = first; i < first + count; i++) {
        struct segment segment = syn(false, (uint16_t)i);
        raw_sender_queue(sender, &segment, i);
    }
}

/* Reads all packets, each a SYN of another source port; how many. */
static unsigned drain(int fd, bool seen[static UINT16_MAX + 1])
{
    uint8_t bytes[256];
    struct packet packet;
    unsigned count = 0;
    ssize_t len;

    while ((len = recv(fd, bytes, sizeof(bytes), 0)) > 0) {
        assert_true(packet_parse_ip(bytes, (size_t)len, &packet));
        assert_int_equal(packet.kind, PACKET_TCP);
        assert_int_equal(packet.tcp.dport, 443);
        assert_false(seen[packet.tcp.sport]);
        seen[packet.tcp.sport] = true;
        count++;
    }
    return count;
}

static void test_packets_leave_by_family_and_in_order(void **state)
{
    struct failures failures = {0};
    const struct echo_request echo = {.src = us4, .dst = them4, .id = 7, .seq = 9, .ttl = 64};
    int other4, other6, fd4 = open_pair(&other4), fd6 = open_pair(&other6);
    struct raw_sender *sender = raw_sender_new(fd4, fd6, on_failed, &failures);
    struct segment segment = syn(false, 1000);
    struct packet packet;
    uint8_t bytes[256];
    ssize_t len;

    (void)state;
    raw_sender_queue(sender, &segment, 0);
    raw_sender_queue_echo(sender, &echo, 1);
    segment = syn(true, 1001);
    raw_sender_queue(sender, &segment, 2);
    assert_int_equal(recv(other4, bytes, sizeof(bytes), 0), -1); /* not before the flush */
    raw_sender_flush(sender);
    assert_int_equal(raw_sender_count(sender), 3);

    len = recv(other4, bytes, sizeof(bytes), 0);
    assert_true(packet_parse_ip(bytes, (size_t)len, &packet));
    assert_int_equal(packet.tcp.sport, 1000);
    len = recv(other4, bytes, sizeof(bytes), 0);
    assert_true(packet_parse_ip(bytes, (size_t)len, &packet));
    assert_int_equal(packet.kind, PACKET_ECHO);
    assert_int_equal(packet.echo.seq, 9);
    len = recv(other6, bytes, sizeof(bytes), 0);
    assert_true(packet_parse_ip(bytes, (size_t)len, &packet));
    assert_true(addr_equal(&packet.dst, &them6));
    assert_int_equal(packet.tcp.sport, 1001);
    assert_int_equal(failures.count, 0);
    raw_sender_close(sender);
    close(other4);
    close(other6);
}

static void test_a_family_that_the_kernel_lacks(void **state)
{
    struct failures failures = {0};
    int other, fd = open_pair(&other);
    struct raw_sender *sender = raw_sender_new(fd, -1, on_failed, &failures);
    struct segment segment = syn(true, 1000);

    (void)state;
    assert_int_equal(raw_sender_fd(sender, ADDR_IPV4), fd);
    assert_int_equal(raw_sender_fd(sender, ADDR_IPV6), -1);
    raw_sender_queue(sender, &segment, 5);
    assert_int_equal(failures.count, 0);
    raw_sender_flush(sender);
    assert_int_equal(failures.times[5], 1);
    assert_int_equal(failures.error, EAFNOSUPPORT);
    assert_int_equal(raw_sender_count(sender), 0);
    raw_sender_close(sender);
    close(other);
}

/* The socket fills up meanwhile: each packet arrives or is reported, once. */
static void expect_each_once(struct raw_sender *sender, struct failures *failures, int other)
{
    static bool seen[UINT16_MAX + 1];
    unsigned arrived;

    for (unsigned i = 0; i <= UINT16_MAX; i++)
        seen[i] = false;
    queue(sender, 0, MANY);
    raw_sender_finish(sender);
    arrived = drain(other, seen);
    assert_in_range(arrived, 1, MANY - 1);
    assert_int_equal(raw_sender_count(sender), arrived);
    assert_int_equal(failures->count, MANY - arrived);
    assert_int_equal(failures->error, EAGAIN);
    for (unsigned i = 0; i < MANY; i++)
        assert_int_equal(failures->times[i] + seen[i], 1);
    queue(sender, MANY, 100); /* it goes on */
    raw_sender_finish(sender);
    assert_int_equal(drain(other, seen), 100);
    assert_int_equal(failures->count, MANY - arrived);
}

static void test_what_does_not_leave_is_reported(void **state)
{
    struct failures failures = {0};
    int other, fd = open_pair(&other);
    struct raw_sender *sender = raw_sender_new(fd, -1, on_failed, &failures);

    (void)state;
    expect_each_once(sender, &failures, other);
    raw_sender_close(sender);
    close(other);
}

/* On one processor there is no thread, and the test repeats the one before. */
static void test_the_thread_does_the_same(void **state)
{
    static struct raw_sender *sender; /* its thread lives as long as the process */
    static struct failures failures;
    int other, fd = open_pair(&other);

    (void)state;
    sender = raw_sender_new(fd, -1, on_failed, &failures);
    assert_int_equal(raw_sender_start_thread(sender), 0);
    expect_each_once(sender, &failures, other);
}

static void test_the_thread_wakes_the_loop_for_failures(void **state)
{
    static struct raw_sender *sender;
    static struct failures failures;
    int other, fd = open_pair(&other);
    struct pollfd wakeup = {.events = POLLIN};

    (void)state;
    sender = raw_sender_new(fd, -1, on_failed, &failures);
    assert_int_equal(raw_sender_start_thread(sender), 0);
    close(other);
    queue(sender, 0, 60);
    raw_sender_flush(sender);
    wakeup.fd = raw_sender_wakeup_fd(sender);
    if (failures.count == 0)
        assert_int_equal(poll(&wakeup, 1, WAIT_MS), 1);
    raw_sender_flush(sender);
    assert_int_equal(failures.count, 60);
    assert_int_equal(failures.error, EPIPE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_packets_leave_by_family_and_in_order),
        cmocka_unit_test(test_a_family_that_the_kernel_lacks),
        cmocka_unit_test(test_what_does_not_leave_is_reported),
        cmocka_unit_test(test_the_thread_does_the_same),
        cmocka_unit_test(test_the_thread_wakes_the_loop_for_failures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
