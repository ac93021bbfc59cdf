/* SPDX-License-Identifier: BSD-2-Clause */
/* Sorted packets, against the definition of sorted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "frontend/packets/packet_order.h"

enum { MOST = 3072, EVERY_COUNT = 70, ROUNDS = 20 };

static struct wire_packet packets[MOST];
static const struct wire_packet *sorted[MOST + 1], *room[MOST + 1];
static uint64_t seed = 11;

static uint32_t draw(uint32_t below)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(seed >> 33) % below;
}

/* In order, none twice, equal ones as they stood; nothing is written behind the ends. */
static void sort_and_look(size_t count)
{
    static struct wire_packet sentinel;

    for (size_t i = 0; i < count; i++)
        sorted[i] = &packets[i];
    sorted[count] = room[count] = &sentinel;
    packet_order_sort(sorted, room, count);
    for (size_t i = 1; i < count; i++) {
        int order = packet_order_compare(sorted[i - 1], sorted[i]);
        assert_true(order < 0 || (order == 0 && sorted[i - 1] < sorted[i]));
    }
    assert_ptr_equal(sorted[count], &sentinel);
    assert_ptr_equal(room[count], &sentinel);
}

/* Times below `kinds`: the fewer, the more packets are equal. */
static void fill(size_t count, uint32_t kinds)
{
    for (size_t i = 0; i < count; i++)
        packets[i] = (struct wire_packet){.time_ns = draw(kinds), .len = 20};
}

static void test_every_small_count(void **state)
{
    (void)state;
    for (size_t count = 0; count <= EVERY_COUNT; count++)
        for (unsigned i = 0; i < ROUNDS; i++) {
            fill(count, 1 + i * 7);
            sort_and_look(count);
        }
}

static void test_the_most_there_can_be(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ROUNDS; i++) {
        fill(MOST - i, 1 + i * i * i);
        sort_and_look(MOST - i);
    }
}

static void test_forwards_backwards_and_runs(void **state)
{
    (void)state;
    fill(MOST, 1);
    for (unsigned i = 0; i < MOST; i++)
        packets[i].time_ns = i;
    sort_and_look(MOST);
    for (unsigned i = 0; i < MOST; i++)
        packets[i].time_ns = MOST - i;
    sort_and_look(MOST);
    for (unsigned i = 0; i < MOST; i++) /* six ports, as captured */
        packets[i].time_ns = i % (MOST / 6);
    sort_and_look(MOST);
}

static void test_what_comes_first(void **state)
{
    struct wire_packet early = {.time_ns = 1, .len = 60}, late = {.time_ns = UINT64_MAX, .len = 20};
    struct wire_packet same = early, longer = early, other = early;

    (void)state;
    longer.len = 61;
    other.bytes[59] = 1;
    assert_true(packet_order_compare(&early, &late) < 0 && packet_order_compare(&late, &early) > 0);
    assert_true(packet_order_compare(&early, &longer) < 0);
    assert_true(packet_order_compare(&longer, &early) > 0);
    assert_true(packet_order_compare(&early, &other) < 0);
    assert_int_equal(packet_order_compare(&early, &same), 0);
    same.bytes[60] = 1; /* behind its end */
    assert_int_equal(packet_order_compare(&early, &same), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_small_count),
        cmocka_unit_test(test_the_most_there_can_be),
        cmocka_unit_test(test_forwards_backwards_and_runs),
        cmocka_unit_test(test_what_comes_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
