/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "frontend/page/ladder_svg.h"
#include "tests/unit/support/frames.h"

static struct result_target a_target(enum verdict_state state, enum verdict_reason reason)
{
    struct result_target target = {.addr = frame_them4, .port_count = 1, .shows_packets = true};

    verdict_init(&target.verdicts[0], FRAME_DPORT);
    target.verdicts[0].state = state;
    target.verdicts[0].reason = reason;
    target.done[0] = true;
    return target;
}

/* A frame of frames.h, without its cooked header. */
static void add(struct result_target *target, const char *name, uint64_t ms, bool outgoing)
{
    const struct frame *frame = frame_named(name);
    struct wire_message message = {
        .type = WIRE_PACKET,
        .packet = {.port = FRAME_DPORT, .time_ns = NS_PER_S + ms * NS_PER_MS, .outgoing = outgoing},
    };

    message.packet.len = (uint8_t)(frame->len - 20);
    memcpy(message.packet.bytes, frame->bytes + 20, message.packet.len);
    if (outgoing)
        message.packet.bytes[8] = 64; /* not one of the trace */
    assert_true(probe_details_add(&target->trails[0], &message));
}

/* A TCP packet between us and them. */
static void add_tcp(struct result_target *target, uint64_t ms, bool outgoing, uint32_t seq,
                    uint32_t ack, uint8_t flags)
{
    const struct addr *src = outgoing ? &frame_us4 : &frame_them4;
    const struct addr *dst = outgoing ? &frame_them4 : &frame_us4;
    struct wire_message message = {
        .type = WIRE_PACKET,
        .packet = {.port = FRAME_DPORT, .time_ns = NS_PER_S + ms * NS_PER_MS, .outgoing = outgoing},
    };
    struct writer w = writer_of(message.packet.bytes, sizeof(message.packet.bytes));

    frame_ipv4(&w, src, dst, IPPROTO_TCP, 0, 64, 20);
    frame_tcp(&w, outgoing ? FRAME_SPORT : FRAME_DPORT, outgoing ? FRAME_DPORT : FRAME_SPORT, seq,
              ack, flags, 1024);
    message.packet.len = (uint8_t)w.pos;
    assert_true(probe_details_add(&target->trails[0], &message));
}

static char *draw(struct result_target *target)
{
    struct strbuf buf = {0};

    ladder_svg_append(&buf, ENGLISH, target, 0);
    probe_details_free(&target->trails[0]);
    return strbuf_take(&buf);
}

static unsigned count_of(const char *text, const char *word)
{
    unsigned count = 0;

    for (; (text = strstr(text, word)) != NULL; text += strlen(word))
        count++;
    return count;
}

static void assert_has(const char *text, const char *wanted)
{
    if (strstr(text, wanted) == NULL)
        fail_msg("not there: %s\n%s", wanted, text);
}

static void test_a_syn_and_its_answer(void **state)
{
    struct result_target target = a_target(STATE_OPEN, REASON_SYN_ACK);
    char *drawn;

    (void)state;
    add(&target, "own-syn4", 0, true);
    add(&target, "syn-ack4", 23, false);
    drawn = draw(&target);
    assert_has(drawn, "<svg class=\"ladder\" role=\"img\"");
    assert_has(drawn, "port 443: packets sent: 1, received: 1; syn-ack</title>");
    assert_int_equal(count_of(drawn, "<path class=\"out\""), 1);
    assert_int_equal(count_of(drawn, "<path class=\"back\""), 1);
    assert_int_equal(count_of(drawn, "class=\"lost\""), 0);
    assert_has(drawn, "23.0 ms</text>");
    assert_has(drawn, "<li>0.000 ms: SYN, TTL 64</li>");
    assert_has(drawn, "<li>23.0 ms: SYN,ACK comes back, TTL");
    free(drawn);
}

static void test_silence_ends_where_the_trace_says(void **state)
{
    struct result_target target = a_target(STATE_FILTERED, REASON_NO_RESPONSE);
    char *near, *far;

    (void)state;
    target.verdicts[0].last_hop = 0;
    target.verdicts[0].silent_from = 1;
    add(&target, "own-syn4", 0, true);
    add(&target, "own-syn4", 300, true);
    near = draw(&target);
    assert_int_equal(count_of(near, "<path class=\"lost\""), 2);
    assert_int_equal(count_of(near, "class=\"cross\""), 2);
    assert_has(near, "<li>300.0 ms: SYN, TTL 64, without an answer</li>");
    target.verdicts[0].silent_from = 5;
    add(&target, "own-syn4", 0, true);
    far = draw(&target);
    assert_string_not_equal(strstr(near, "class=\"lost\" d="), strstr(far, "class=\"lost\" d="));
    free(near);
    free(far);
}

/* Nobody knows how far it came. */
static void test_an_ack_without_an_answer_does_not_arrive(void **state)
{
    struct result_target target = a_target(STATE_FILTERED, REASON_NO_RESPONSE);
    char *drawn;

    (void)state;
    target.verdicts[0].last_hop = 2;
    target.verdicts[0].silent_from = 3;
    add_tcp(&target, 0, true, 7, 9, TCP_ACK);
    add(&target, "own-echo4", 1, true);
    drawn = draw(&target);
    assert_int_equal(count_of(drawn, "<path class=\"lost\""), 2);
    assert_int_equal(count_of(drawn, "class=\"where\""), 2);
    assert_int_equal(count_of(drawn, "class=\"cross\""), 0);
    assert_has(drawn, "<li>0.000 ms: ACK, TTL 64, without an answer</li>");
    free(drawn);
}

static void test_an_ack_is_answered_by_a_reset(void **state)
{
    struct result_target target = a_target(STATE_FILTERED, REASON_NO_RESPONSE);
    char *drawn;

    (void)state;
    add_tcp(&target, 0, true, 7, 9, TCP_ACK);
    add_tcp(&target, 2, true, 7, 10, TCP_ACK); /* of this one, nothing comes back */
    add_tcp(&target, 4, false, 9, 0, TCP_RST);
    add_tcp(&target, 6, true, 11, 0, TCP_RST); /* which asks for no answer */
    drawn = draw(&target);
    assert_int_equal(count_of(drawn, "<path class=\"out\""), 2);
    assert_int_equal(count_of(drawn, "<path class=\"lost\""), 1);
    assert_has(drawn, "<li>6.0 ms: RST, TTL 64</li>");
    free(drawn);
}

static void test_a_router_stands_between(void **state)
{
    struct result_target target = a_target(STATE_FILTERED, REASON_ICMP_ADMIN_PROHIBITED);
    char *drawn;

    (void)state;
    add(&target, "own-syn4", 0, true);
    add(&target, "admin-prohibited4", 9, false);
    drawn = draw(&target);
    assert_int_equal(count_of(drawn, "class=\"life\""), 3);
    assert_has(drawn, "ICMP 3/13 from ");
    free(drawn);
}

static void test_too_many_are_counted(void **state)
{
    struct result_target target = a_target(STATE_FILTERED, REASON_NO_RESPONSE);
    char *drawn;

    (void)state;
    for (unsigned i = 0; i < LADDER_ROWS_MAX + 7; i++)
        add(&target, "own-syn4", i, true);
    drawn = draw(&target);
    assert_int_equal(count_of(drawn, "<path class=\"lost\""), LADDER_ROWS_MAX);
    assert_has(drawn, "<li>and 7 more</li>");
    free(drawn);
}

static void test_nothing_without_packets(void **state)
{
    struct result_target target = a_target(STATE_OPEN, REASON_SYN_ACK);
    char *drawn = draw(&target);

    (void)state;
    assert_true(drawn == NULL || drawn[0] == '\0');
    free(drawn);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_syn_and_its_answer),
        cmocka_unit_test(test_silence_ends_where_the_trace_says),
        cmocka_unit_test(test_an_ack_without_an_answer_does_not_arrive),
        cmocka_unit_test(test_an_ack_is_answered_by_a_reset),
        cmocka_unit_test(test_a_router_stands_between),
        cmocka_unit_test(test_too_many_are_counted),
        cmocka_unit_test(test_nothing_without_packets),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
