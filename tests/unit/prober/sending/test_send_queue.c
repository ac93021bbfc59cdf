/* SPDX-License-Identifier: BSD-2-Clause */
/* Who sends next when the packet rate is used up, and who may promise packets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/base/clock.h"
#include "prober/sending/budget.h"

enum { CAPACITY = 8, ITEMS = 3 };

static struct queued_packet packet_of(uint16_t sport)
{
    return (struct queued_packet){.segment = {.sport = sport}};
}

/* A queue whose burst is used up, at this time. */
static struct send_queue *busy_queue(uint64_t now_ns)
{
    struct send_queue *queue = send_queue_new(1000, CAPACITY, ITEMS);

    assert_non_null(queue);
    for (unsigned i = 0; i < 6; i++)
        assert_true(send_queue_pass(queue, now_ns));
    assert_false(send_queue_pass(queue, now_ns));
    return queue;
}

static void add(struct send_queue *queue, unsigned owner, uint16_t sport)
{
    const struct queued_packet packet = packet_of(sport);

    assert_true(send_queue_add(queue, owner, &packet));
}

static struct send_next take(struct send_queue *queue, uint64_t *now_ns)
{
    struct send_next next;

    assert_false(send_queue_take(queue, *now_ns, &next));
    *now_ns += NS_PER_MS;
    assert_int_equal(send_queue_next_ns(queue), *now_ns);
    assert_true(send_queue_take(queue, *now_ns, &next));
    return next;
}

static void test_owners_take_turns(void **state)
{
    uint64_t now_ns = 7 * NS_PER_S;
    struct send_queue *queue = busy_queue(now_ns);
    static const uint16_t expected[] = {1, 300, 2, 301, 3, 4};

    (void)state;
    for (uint16_t i = 0; i < 4; i++)
        add(queue, 0, 1 + i);
    add(queue, 3, 300);
    add(queue, 3, 301);
    for (unsigned i = 0; i < 6; i++) {
        struct send_next next = take(queue, &now_ns);
        assert_non_null(next.packet);
        assert_int_equal(next.packet->segment.sport, expected[i]);
        assert_int_equal(next.owner, expected[i] / 100);
    }
    assert_int_equal(send_queue_next_ns(queue), UINT64_MAX);
    send_queue_free(queue);
}

static void assert_turn(struct send_next next, uint32_t item)
{
    assert_null(next.packet);
    assert_int_equal(next.item, item);
}

static void test_turns_go_before_the_owners_packets_only(void **state)
{
    uint64_t now_ns = 7 * NS_PER_S;
    struct send_queue *queue = busy_queue(now_ns);

    (void)state;
    add(queue, 0, 1);
    add(queue, 1, 2);
    send_queue_wait(queue, 0, 0);
    send_queue_wait(queue, 0, 1);
    send_queue_wait(queue, 0, 2);
    assert_turn(take(queue, &now_ns), 0);
    assert_false(send_queue_waits(queue, 0));
    assert_true(send_queue_waits(queue, 1));
    assert_int_equal(take(queue, &now_ns).packet->segment.sport, 2);
    send_queue_leave(queue, 1);
    send_queue_leave(queue, 1); /* is nothing */
    assert_turn(take(queue, &now_ns), 2);
    assert_int_equal(take(queue, &now_ns).packet->segment.sport, 1);
    send_queue_free(queue);
}

static void test_nobody_passes_who_waits(void **state)
{
    uint64_t now_ns = 7 * NS_PER_S;
    struct send_queue *queue = busy_queue(now_ns);
    struct send_next next;

    (void)state;
    add(queue, 0, 1);
    assert_false(send_queue_pass(queue, now_ns + NS_PER_S));
    assert_true(send_queue_take(queue, now_ns + NS_PER_S, &next));
    assert_true(send_queue_pass(queue, now_ns + NS_PER_S));
    send_queue_free(queue);
}

static void test_an_owners_room_is_its_own(void **state)
{
    struct send_queue *queue = busy_queue(NS_PER_S);
    const struct queued_packet packet = packet_of(1);

    (void)state;
    for (unsigned i = 0; i < CAPACITY; i++)
        add(queue, 2, 1);
    assert_false(send_queue_add(queue, 2, &packet));
    assert_true(send_queue_add(queue, 1, &packet));
    /* one of each in turn: 8 more of its own, 1 of the other's before each */
    assert_int_equal(send_queue_packet_ns(queue, 2), 16 * NS_PER_MS);
    assert_int_equal(send_queue_packet_ns(queue, 1), 2 * NS_PER_MS);
    assert_int_equal(send_queue_turn_ns(queue, 2), 0);
    assert_int_equal(send_queue_packet_ns(queue, 5), 0);
    send_queue_free(queue);
}

static void test_without_a_rate_nobody_waits(void **state)
{
    struct send_queue *queue = send_queue_new(0, CAPACITY, ITEMS);

    (void)state;
    for (unsigned i = 0; i < 100000; i++)
        assert_true(send_queue_pass(queue, NS_PER_S));
    send_queue_free(queue);
}

/* --- budget -------------------------------------------------------------------------- */

static void fill(struct budget *budget, uint32_t peer, uint32_t packets)
{
    while (budget_admits(budget, peer, packets))
        budget_promise(budget, peer, packets);
}

static void test_who_is_alone_may_have_all(void **state)
{
    struct budget budget = budget_make(1000); /* 2400 */

    (void)state;
    budget.present[0] = true;
    fill(&budget, 0, 10);
    assert_in_range(budget.promised, 2110, 2134); /* but for a ninth */
    budget_release(&budget, 0, 10);
    assert_true(budget_admits(&budget, 0, 10));
}

static void test_parts_are_kept(void **state)
{
    struct budget budget = budget_make(1000); /* parts of 300 */

    (void)state;
    for (uint32_t peer = 0; peer < 6; peer++)
        budget.present[peer] = true;
    for (uint32_t peer = 1; peer < 6; peer++)
        fill(&budget, peer, 10);
    assert_in_range(budget.promised, 2000, 2400 - 300);
    fill(&budget, 0, 10);
    assert_int_equal(budget.promised_to[0], 300);
    assert_false(budget_admits(&budget, 0, 10));
}

/* Who connects later finds most taken, and has his part before the other gets more. */
static void test_a_newcomer_has_his_part(void **state)
{
    struct budget budget = budget_make(1000);

    (void)state;
    budget.present[0] = true;
    fill(&budget, 0, 10);
    budget.present[1] = true;
    fill(&budget, 1, 10);
    assert_in_range(budget.promised_to[1], 250, 300);
    budget_release(&budget, 0, 100); /* it has sent these */
    assert_false(budget_admits(&budget, 0, 10));
    assert_true(budget_admits(&budget, 1, 10));
}

/* Whoever was first. */
static void test_those_who_want_all_get_equal_shares(void **state)
{
    struct budget budget = budget_make(100000); /* 240000 */

    (void)state;
    budget.present[0] = budget.present[1] = true;
    fill(&budget, 0, 10);
    for (unsigned turn = 0; turn < 20000; turn++) { /* each packet sent is replaced */
        budget_release(&budget, 0, budget.promised_to[0] >= 10 ? 10 : 0);
        fill(&budget, 1, 10);
        fill(&budget, 0, 10);
        budget_release(&budget, 1, 10);
    }
    assert_in_range(budget.promised_to[0], 110000, 120000);
    assert_in_range(budget.promised_to[1], 110000, 120000);
}

static void test_one_check_is_always_possible(void **state)
{
    struct budget budget = budget_make(1); /* 2 packets */

    (void)state;
    assert_true(budget_admits(&budget, 4, 60));
    budget_promise(&budget, 4, 60);
    assert_false(budget_admits(&budget, 4, 1));
    assert_true(budget_admits(&budget, 5, 60));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_owners_take_turns),
        cmocka_unit_test(test_turns_go_before_the_owners_packets_only),
        cmocka_unit_test(test_nobody_passes_who_waits),
        cmocka_unit_test(test_an_owners_room_is_its_own),
        cmocka_unit_test(test_without_a_rate_nobody_waits),
        cmocka_unit_test(test_who_is_alone_may_have_all),
        cmocka_unit_test(test_parts_are_kept),
        cmocka_unit_test(test_a_newcomer_has_his_part),
        cmocka_unit_test(test_those_who_want_all_get_equal_shares),
        cmocka_unit_test(test_one_check_is_always_possible),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
