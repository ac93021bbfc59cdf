/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/pool.h"
#include "prober/engine/packet_log.h"

static void test_a_stock_lends_and_takes_back(void **state)
{
    struct pool *pool = pool_new(3, sizeof(uint64_t));
    uint64_t *items[3];

    (void)state;
    for (unsigned round = 0; round < 3; round++) {
        for (unsigned i = 0; i < 3; i++) {
            items[i] = pool_get(pool);
            assert_non_null(items[i]);
            assert_int_equal(*items[i], 0); /* whatever it was used for before */
            *items[i] = UINT64_MAX;
            for (unsigned j = 0; j < i; j++)
                assert_ptr_not_equal(items[i], items[j]);
        }
        assert_null(pool_get(pool));
        pool_put(pool, NULL);
        for (unsigned i = 0; i < 3; i++)
            pool_put(pool, items[i]);
    }
    pool_free(pool);
}

static struct packet a_packet(uint64_t time_ns, const uint8_t *bytes, uint16_t len)
{
    return (struct packet){.time_ns = time_ns, .outgoing = true, .bytes = bytes, .len = len};
}

static void test_a_log_sorts_by_port(void **state)
{
    static const uint8_t bytes[300] = {0x45, [191] = 1, [192] = 2};
    struct packet_log *log = calloc(1, sizeof(*log));
    struct packet first = a_packet(10, bytes, 300), second = a_packet(20, bytes, 40);
    struct wire_packet message;
    uint16_t position = 0;

    (void)state;
    packet_log_add(log, &first, 1 << 0, false);
    packet_log_add(log, &second, 1 << 1, false);
    packet_log_add(log, &second, 1 << 2, false); /* the same one, for another port */
    assert_int_equal(log->count, 2);
    assert_true(packet_log_next(log, &position, 0, &message));
    assert_int_equal(message.len, WIRE_PACKET_BYTES_LEN); /* cut */
    assert_int_equal(message.time_ns, 10);
    assert_true(message.outgoing);
    assert_memory_equal(message.bytes, bytes, WIRE_PACKET_BYTES_LEN);
    assert_false(packet_log_next(log, &position, 0, &message));
    position = 0;
    assert_true(packet_log_next(log, &position, 2, &message));
    assert_int_equal(message.len, 40);
    for (unsigned i = 40; i < WIRE_PACKET_BYTES_LEN; i++)
        assert_int_equal(message.bytes[i], 0); /* nothing of another packet */
    free(log);
}

static void test_a_full_log_takes_no_more(void **state)
{
    static const uint8_t bytes[20] = {0x45};
    struct packet_log *log = calloc(1, sizeof(*log));

    (void)state;
    for (unsigned i = 0; i < PACKET_LOG_MAX + 10; i++) {
        struct packet packet = a_packet(i, bytes, sizeof(bytes));
        packet_log_add(log, &packet, 1, false);
    }
    assert_int_equal(log->count, PACKET_LOG_MAX - PACKET_LOG_STRANGERS_MAX);
    free(log);
}

/* Neither part takes the other's room, and both stand in the order of capture. */
static void test_strangers_have_a_part_of_their_own(void **state)
{
    static const uint8_t bytes[20] = {0x45};
    struct packet_log *log = calloc(1, sizeof(*log));
    struct wire_packet message;
    uint64_t last_ns = 0;
    uint16_t position = 0;

    (void)state;
    for (unsigned i = 1; i <= 4 * PACKET_LOG_MAX; i++) {
        struct packet packet = a_packet(i, bytes, sizeof(bytes));
        packet_log_add(log, &packet, 1, i % 2 != 0);
    }
    assert_int_equal(log->strangers, PACKET_LOG_STRANGERS_MAX);
    assert_int_equal(log->count, PACKET_LOG_MAX);
    while (packet_log_next(log, &position, 0, &message)) {
        assert_true(message.time_ns > last_ns);
        last_ns = message.time_ns;
    }
    free(log);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_stock_lends_and_takes_back),
        cmocka_unit_test(test_a_log_sorts_by_port),
        cmocka_unit_test(test_a_full_log_takes_no_more),
        cmocka_unit_test(test_strangers_have_a_part_of_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
