/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "fleet/ask/answer.h"

static const struct wire_check asked = {
    .addr = {.family = ADDR_IPV4, .bytes = {93, 184, 215, 14}},
    .port_count = 2,
    .ports = {443, 80},
    .trace = true,
};

static uint8_t bytes[4096];
static struct writer envelope;

static void begin(void)
{
    envelope = writer_of(bytes, sizeof(bytes));
}

static struct wire_message result_of(uint16_t port, bool last)
{
    struct wire_message message = {.type = WIRE_RESULT, .result.last = last};
    struct verdict *verdict = &message.result.verdict;

    verdict_init(verdict, port);
    verdict->state = STATE_OPEN;
    verdict->reason = REASON_SYN_ACK;
    verdict->disposition = DISPOSITION_ACCEPT;
    verdict->rtt_ns = 1000;
    verdict->sent = 1;
    return message;
}

static void add_result(uint16_t port, bool last)
{
    const struct wire_message message = result_of(port, last);

    envelope_add(&envelope, &message);
}

static enum answer read_it(const struct wire_check *check, struct answer_read *read)
{
    return answer_read(bytes, envelope.pos, check, read);
}

static void test_results(void **state)
{
    const struct wire_message hop = {.type = WIRE_HOP,
                                     .hop = {.port = 443, .hop = 1, .rtt_ns = VERDICT_NO_RTT}};
    struct answer_read read;

    (void)state;
    begin();
    add_result(80, false);
    envelope_add(&envelope, &hop);
    add_result(443, true);
    assert_int_equal(read_it(&asked, &read), ANSWER_RESULTS);
    for (size_t cut = 0; cut < envelope.pos; cut++)
        assert_int_equal(answer_read(bytes, cut, &asked, &read), ANSWER_NONSENSE);
    assert_int_equal(read_it(NULL, &read), ANSWER_NONSENSE);
}

static void test_nonsense(void **state)
{
    struct wire_message lie = result_of(443, true);
    struct answer_read read;

    (void)state;
    begin(); /* another's port */
    add_result(80, false);
    add_result(22, true);
    assert_int_equal(read_it(&asked, &read), ANSWER_NONSENSE);
    begin(); /* the same twice */
    add_result(80, false);
    add_result(80, true);
    assert_int_equal(read_it(&asked, &read), ANSWER_NONSENSE);
    begin(); /* more than the last */
    add_result(80, false);
    add_result(443, true);
    add_result(443, true);
    assert_int_equal(read_it(&asked, &read), ANSWER_NONSENSE);
    begin(); /* an end that is none */
    add_result(80, true);
    assert_int_equal(read_it(&asked, &read), ANSWER_NONSENSE);
    begin(); /* what can't be true */
    lie.result.verdict.reason = REASON_NO_RESPONSE;
    add_result(80, false);
    envelope_add(&envelope, &lie);
    assert_int_equal(read_it(&asked, &read), ANSWER_NONSENSE);
    begin(); /* packets that nobody wanted */
    envelope_add(&envelope,
                 &(struct wire_message){.type = WIRE_PACKET, .packet = {.port = 443, .len = 20}});
    add_result(80, false);
    add_result(443, true);
    assert_int_equal(read_it(&asked, &read), ANSWER_NONSENSE);
}

/* Else the frontend would think that the place did not answer. */
static void test_hops_that_no_trace_has(void **state)
{
    static const uint8_t rows[][2] = {{2, 3}, {1, 1}, {1, 3}, {2, 1}};
    struct answer_read read;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        begin();
        for (size_t k = 0; k < ARRAY_LEN(rows[i]); k++)
            envelope_add(&envelope, &(struct wire_message){
                                        .type = WIRE_HOP,
                                        .hop = {.port = 443, .hop = rows[i][k], .rtt_ns = 1000}});
        add_result(80, false);
        add_result(443, true);
        assert_int_equal(read_it(&asked, &read), ANSWER_NONSENSE);
    }
}

static void test_refusals(void **state)
{
    struct wire_message refused = {
        .type = WIRE_REFUSED,
        .refused = {.reason = REFUSED_OPTED_OUT, .port_index = WIRE_NO_PORT, .retry_after_ms = 7},
    };
    struct answer_read read;

    (void)state;
    begin();
    envelope_add(&envelope, &refused);
    assert_int_equal(read_it(&asked, &read), ANSWER_REFUSED);
    assert_int_equal(read.refused.reason, REFUSED_OPTED_OUT);
    assert_int_equal(read.refused.retry_after_ms, 7);
    /* not for a place to say */
    refused.refused.reason = REFUSED_PLACE_VERSION;
    begin();
    envelope_add(&envelope, &refused);
    assert_int_equal(read_it(&asked, &read), ANSWER_REFUSED);
    assert_int_equal(read.refused.reason, REFUSED_OTHER);
}

static void test_pongs(void **state)
{
    static const uint8_t newer[] = {0, 3, 250, 1, 2}; /* a type that is not known here */
    struct answer_read read;

    (void)state;
    begin();
    envelope_add(&envelope, &(struct wire_message){.type = WIRE_PONG, .pong.packets_sent = 9});
    write_bytes(&envelope, newer, sizeof(newer));
    envelope_add(&envelope,
                 &(struct wire_message){.type = WIRE_PLACE,
                                        .place = {.state = PLACE_UP, .version = 0x000100}});
    assert_int_equal(read_it(NULL, &read), ANSWER_PONG);
    assert_int_equal(read.pong.packets_sent, 9);
    assert_int_equal(read.place.version, 0x000100);
    assert_int_equal(read_it(&asked, &read), ANSWER_NONSENSE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_results),
        cmocka_unit_test(test_nonsense),
        cmocka_unit_test(test_hops_that_no_trace_has),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_pongs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
