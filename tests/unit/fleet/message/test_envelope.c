/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fleet/message/envelope.h"

static struct wire_message refused(uint32_t job)
{
    return (struct wire_message){
        .type = WIRE_REFUSED,
        .refused = {.job = job, .reason = REFUSED_BUSY, .port_index = 1, .retry_after_ms = 250}};
}

static void test_one_after_the_other(void **state)
{
    uint8_t bytes[1024];
    struct writer writer = writer_of(bytes, sizeof(bytes));
    struct wire_message first = refused(7),
                        second = {.type = WIRE_PONG, .pong = {.token = 5, .packets_lost = 6}}, read;
    struct reader reader;

    (void)state;
    envelope_add(&writer, &first);
    assert_int_equal(writer.pos, envelope_len(&first));
    envelope_add(&writer, &second);
    assert_int_equal(writer.pos, envelope_len(&first) + envelope_len(&second));
    reader = reader_of(bytes, writer.pos);
    assert_int_equal(envelope_next(&reader, WIRE_PROBER, &read), ENVELOPE_MESSAGE);
    assert_int_equal(read.type, WIRE_REFUSED);
    assert_int_equal(read.refused.job, 7);
    assert_int_equal(read.refused.reason, REFUSED_BUSY);
    assert_int_equal(read.refused.port_index, 1);
    assert_int_equal(read.refused.retry_after_ms, 250);
    assert_int_equal(envelope_next(&reader, WIRE_PROBER, &read), ENVELOPE_MESSAGE);
    assert_int_equal(read.type, WIRE_PONG);
    assert_int_equal(read.pong.token, 5);
    assert_int_equal(read.pong.packets_lost, 6);
    assert_int_equal(envelope_next(&reader, WIRE_PROBER, &read), ENVELOPE_END);
    reader = reader_of(bytes, 0);
    assert_int_equal(envelope_next(&reader, WIRE_PROBER, &read), ENVELOPE_END);
}

static void test_cut_off(void **state)
{
    uint8_t bytes[256];
    struct writer writer = writer_of(bytes, sizeof(bytes));
    struct wire_message message = refused(7), read;

    (void)state;
    envelope_add(&writer, &message);
    for (size_t len = 1; len < writer.pos; len++) {
        struct reader reader = reader_of(bytes, len);
        assert_int_equal(envelope_next(&reader, WIRE_PROBER, &read), ENVELOPE_BROKEN);
    }
}

static void test_broken(void **state)
{
    uint8_t bytes[1024] = {0};
    struct wire_message message = refused(7), read;
    struct writer writer = writer_of(bytes, sizeof(bytes));
    struct reader reader;

    (void)state;
    /* a client sends no REFUSED */
    envelope_add(&writer, &message);
    reader = reader_of(bytes, writer.pos);
    assert_int_equal(envelope_next(&reader, WIRE_CLIENT, &read), ENVELOPE_BROKEN);
    /* no reason has that number */
    bytes[2 + 1 + 4] = 0xff;
    reader = reader_of(bytes, writer.pos);
    assert_int_not_equal(envelope_next(&reader, WIRE_PROBER, &read), ENVELOPE_END);
    /* a message of length 0, and one longer than any */
    reader = reader_of((const uint8_t[]){0, 0, 1}, 3);
    assert_int_equal(envelope_next(&reader, WIRE_PROBER, &read), ENVELOPE_BROKEN);
    bytes[0] = (WIRE_MESSAGE_MAX_LEN + 1) >> 8;
    bytes[1] = (WIRE_MESSAGE_MAX_LEN + 1) & 0xff;
    reader = reader_of(bytes, sizeof(bytes));
    assert_int_equal(envelope_next(&reader, WIRE_PROBER, &read), ENVELOPE_BROKEN);
}

/* A type that only a newer version has is no reason to lose the others. */
static void test_a_newer_message_is_skipped(void **state)
{
    uint8_t bytes[256] = {0, 3, 255, 1, 2};
    struct writer writer = writer_of(bytes, sizeof(bytes));
    struct wire_message message = refused(9), read;
    struct reader reader;

    (void)state;
    writer.pos = 5;
    envelope_add(&writer, &message);
    reader = reader_of(bytes, writer.pos);
    assert_int_equal(envelope_next(&reader, WIRE_PROBER, &read), ENVELOPE_MESSAGE);
    assert_int_equal(read.refused.job, 9);
    assert_int_equal(envelope_next(&reader, WIRE_PROBER, &read), ENVELOPE_END);
}

static void test_no_room(void **state)
{
    uint8_t bytes[8];
    struct writer writer = writer_of(bytes, sizeof(bytes));
    struct wire_message message = refused(7);

    (void)state;
    envelope_add(&writer, &message);
    assert_true(writer.failed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_after_the_other),
        cmocka_unit_test(test_cut_off),
        cmocka_unit_test(test_broken),
        cmocka_unit_test(test_a_newer_message_is_skipped),
        cmocka_unit_test(test_no_room),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
