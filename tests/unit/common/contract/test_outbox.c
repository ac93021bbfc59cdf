/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/contract/outbox.h"

enum { SMALL = 4, LARGE = 3 * SEQPACKET_BATCH + 5, UNREAD = 100000 };

static int fds[2]; /* the sender's, the peer's */

static int open_pair(void **state)
{
    (void)state;
    return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, fds);
}

static int close_pair(void **state)
{
    (void)state;
    close(fds[0]);
    close(fds[1]);
    return 0;
}

static void add(struct outbox *outbox, uint64_t token)
{
    outbox_add(outbox, &(struct wire_message){.type = WIRE_PING, .token = token});
}

/* The next message that reached the peer is this PING, byte for byte. */
static void expect(uint64_t token)
{
    uint8_t wanted[WIRE_MESSAGE_MAX_LEN], got[WIRE_MESSAGE_MAX_LEN];
    size_t len = wire_encode(&(struct wire_message){.type = WIRE_PING, .token = token}, wanted);

    assert_int_equal(recv(fds[1], got, sizeof(got), 0), len);
    assert_memory_equal(got, wanted, len);
}

static void expect_nothing(void)
{
    uint8_t byte;

    assert_int_equal(recv(fds[1], &byte, 1, 0), -1);
}

static void test_messages_leave_in_order_over_several_batches(void **state)
{
    struct outbox *outbox = outbox_new(LARGE);

    (void)state;
    assert_true(outbox_is_empty(outbox));
    for (uint64_t i = 0; i < SEQPACKET_BATCH + 5; i++)
        add(outbox, i);
    expect_nothing();
    assert_int_equal(outbox_send(outbox, fds[0]), SEQPACKET_OK);
    assert_true(outbox_is_empty(outbox));
    for (uint64_t i = 0; i < SEQPACKET_BATCH + 5; i++)
        expect(i);
    expect_nothing();
    outbox_free(outbox);
}

static void test_it_is_full_at_its_capacity(void **state)
{
    struct outbox *outbox = outbox_new(SMALL);

    (void)state;
    for (uint64_t i = 0; i < SMALL; i++) {
        assert_false(outbox_is_full(outbox));
        add(outbox, i);
    }
    assert_true(outbox_is_full(outbox));
    assert_int_equal(outbox_send(outbox, fds[0]), SEQPACKET_OK);
    assert_false(outbox_is_full(outbox));
    outbox_free(outbox);
}

/* What a full socket did not take goes out later, in order, around the end of the ring. */
static void test_a_slow_peer_gets_everything_in_order(void **state)
{
    struct outbox *outbox = outbox_new(LARGE);
    uint64_t added = 0, seen = 0;

    (void)state;
    while (added < UNREAD && !outbox_is_full(outbox)) {
        add(outbox, added++);
        (void)outbox_send(outbox, fds[0]);
    }
    assert_true(outbox_is_full(outbox));
    assert_int_equal(outbox_send(outbox, fds[0]), SEQPACKET_AGAIN);
    for (int turn = 0; turn < 7; turn++) {
        for (int i = 0; i < SEQPACKET_BATCH / 2; i++)
            expect(seen++);
        (void)outbox_send(outbox, fds[0]);
        while (!outbox_is_full(outbox))
            add(outbox, added++);
    }
    while (seen < added) {
        expect(seen++);
        (void)outbox_send(outbox, fds[0]);
    }
    assert_true(outbox_is_empty(outbox));
    expect_nothing();
    outbox_free(outbox);
}

static void test_a_peer_that_left_is_reported_and_nothing_is_lost(void **state)
{
    struct outbox *outbox = outbox_new(SMALL);

    (void)state;
    add(outbox, 1);
    close(fds[1]);
    assert_int_equal(outbox_send(outbox, fds[0]), SEQPACKET_CLOSED);
    assert_false(outbox_is_empty(outbox));
    close(fds[0]);
    assert_int_equal(open_pair(NULL), 0);
    assert_int_equal(outbox_send(outbox, fds[0]), SEQPACKET_OK);
    expect(1);
    outbox_free(outbox);
}

static void test_clear_forgets_what_is_queued(void **state)
{
    struct outbox *outbox = outbox_new(SMALL);

    (void)state;
    add(outbox, 1);
    add(outbox, 2);
    outbox_clear(outbox);
    assert_true(outbox_is_empty(outbox));
    add(outbox, 3);
    assert_int_equal(outbox_send(outbox, fds[0]), SEQPACKET_OK);
    expect(3);
    expect_nothing();
    outbox_free(outbox);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_pair, close_pair)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_messages_leave_in_order_over_several_batches),
        TEST(test_it_is_full_at_its_capacity),
        TEST(test_a_slow_peer_gets_everything_in_order),
        TEST(test_a_peer_that_left_is_reported_and_nothing_is_lost),
        TEST(test_clear_forgets_what_is_queued),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
