/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/compiler.h"
#include "prober/evidence/ttl_probe.h"
#include "tests/unit/support/frames.h"
#include "tests/unit/support/judge.h"

#define MS(n) ((uint64_t)(n)*NS_PER_MS)

enum { FIRST_SEQ = 1000, START_MS = 5000 };

static struct observed a_record(void)
{
    return (struct observed){
        .src = frame_us4,
        .dst = frame_them4,
        .dport = FRAME_DPORT,
        .seqs = {FRAME_SEQ},
        .sports = {FRAME_SPORT},
        .extra = judge_room(),
    };
}

/* Sends all that is due: the hops, as a string of letters, a for hop 1. */
static const char *sent(struct ttl_probe *ttl_probe, uint64_t at_ms)
{
    static char text[64];
    uint8_t number, hop;
    size_t n = 0;

    while (ttl_probe_next(ttl_probe, MS(at_ms), &number, &hop)) {
        assert_int_equal(number / 4, hop);
        text[n++] = (char)('a' + hop - 1);
    }
    text[n] = '\0';
    return text;
}

static struct packet exceeded(const struct addr *router, unsigned hop, unsigned send)
{
    return (struct packet){
        .kind = PACKET_ICMP_ERROR,
        .src = *router,
        .dst = frame_us4,
        .icmp = {11, 0},
        .time_ns = NS_PER_S,
        .quote = {.kind = PACKET_TCP,
                  .src = frame_us4,
                  .dst = frame_them4,
                  .sport = FRAME_SPORT,
                  .dport = FRAME_DPORT,
                  .seq = FIRST_SEQ + hop * 4 + send,
                  .tos = 0x28},
    };
}

static struct packet reply(uint8_t flags, unsigned hop, unsigned send)
{
    return (struct packet){
        .kind = PACKET_TCP,
        .src = frame_them4,
        .dst = frame_us4,
        .time_ns = NS_PER_S,
        .tcp = {.sport = FRAME_DPORT,
                .dport = FRAME_SPORT,
                .ack = FIRST_SEQ + hop * 4 + send + 1,
                .flags = flags},
    };
}

static bool see(struct ttl_probe *ttl_probe, struct packet packet)
{
    struct observed observed = a_record();
    bool news;

    return ttl_probe_on_packet(ttl_probe, &observed, &packet, &news) && news;
}

static struct addr router(unsigned hop)
{
    return (struct addr){ADDR_IPV4, {198, 18, (uint8_t)hop, 1}};
}

static void hear(struct ttl_probe *ttl_probe, unsigned from, unsigned to)
{
    for (unsigned hop = from; hop <= to; hop++) {
        struct addr addr = router(hop);
        assert_true(see(ttl_probe, exceeded(&addr, hop, 0)));
    }
}

static void test_some_hops_are_asked_twice(void **state)
{
    struct ttl_probe ttl_probe;
    bool proven;

    (void)state;
    ttl_probe_begin(&ttl_probe, FIRST_SEQ, 0, 1U << 2 | 1U << 3, MS(START_MS));
    assert_string_equal(sent(&ttl_probe, START_MS), "bc");
    assert_string_equal(sent(&ttl_probe, START_MS + 299), "");
    assert_int_equal(ttl_probe_due_ns(&ttl_probe, MS(START_MS)), MS(START_MS + 300));
    assert_true(see(&ttl_probe, reply(TCP_RST | TCP_ACK, 3, 0)));
    assert_int_equal(ttl_probe_first_answered(&ttl_probe, &proven), 3);
    assert_false(proven);
    assert_string_equal(sent(&ttl_probe, START_MS + 300), "b");
    assert_string_equal(sent(&ttl_probe, START_MS + 600), "");
    assert_false(ttl_probe_is_over(&ttl_probe, MS(START_MS + 899)));
    assert_true(ttl_probe_is_over(&ttl_probe, MS(START_MS + 900)));
    assert_int_equal(ttl_probe_first_answered(&ttl_probe, &proven), 3);
    assert_true(proven); /* silent when asked again */
}

static void test_it_is_over_as_soon_as_all_answered(void **state)
{
    struct ttl_probe ttl_probe;
    struct addr first = router(2);
    bool proven;

    (void)state;
    ttl_probe_begin(&ttl_probe, FIRST_SEQ, 0, 1U << 2 | 1U << 3, MS(START_MS));
    sent(&ttl_probe, START_MS);
    assert_true(see(&ttl_probe, exceeded(&first, 2, 0)));
    assert_false(ttl_probe_is_over(&ttl_probe, MS(START_MS + 1)));
    assert_true(see(&ttl_probe, reply(TCP_SYN | TCP_ACK, 3, 0)));
    assert_true(ttl_probe_is_over(&ttl_probe, MS(START_MS + 1)));
    assert_int_equal(ttl_probe_due_ns(&ttl_probe, MS(START_MS + 1)), UINT64_MAX);
    assert_int_equal(ttl_probe_first_answered(&ttl_probe, &proven), 3);
    assert_true(proven);
    assert_int_equal(ttl_probe.half_open, 1U << 3);
}

static void test_a_trace_widens_with_what_it_hears(void **state)
{
    struct ttl_probe ttl_probe;

    (void)state;
    ttl_probe_begin_trace(&ttl_probe, FIRST_SEQ, 0, 30, MS(START_MS));
    assert_string_equal(sent(&ttl_probe, START_MS), "abcdefghijkl");
    hear(&ttl_probe, 1, 4);
    assert_string_equal(sent(&ttl_probe, START_MS + 10), ""); /* 4 + 8 is no farther */
    hear(&ttl_probe, 5, 6);
    assert_string_equal(sent(&ttl_probe, START_MS + 20), "mn");
    hear(&ttl_probe, 7, 14);
    assert_string_equal(sent(&ttl_probe, START_MS + 30), "opqrstuv");
    assert_string_equal(sent(&ttl_probe, START_MS + 300), "opqrstuv");
    assert_string_equal(sent(&ttl_probe, START_MS + 600), "opqrstuv");
    assert_string_equal(sent(&ttl_probe, START_MS + 900), ""); /* three times are enough */
    assert_false(ttl_probe_is_over(&ttl_probe, MS(START_MS + 1199)));
    assert_true(ttl_probe_is_over(&ttl_probe, MS(START_MS + 1200)));
    assert_int_equal(ttl_probe_last_forwarder(&ttl_probe), 14);
    assert_int_equal(ttl_probe_length(&ttl_probe), 15);
}

static void test_a_silent_hop_between_is_no_end(void **state)
{
    struct ttl_probe ttl_probe;

    (void)state;
    ttl_probe_begin_trace(&ttl_probe, FIRST_SEQ, 0, 5, MS(START_MS));
    assert_string_equal(sent(&ttl_probe, START_MS), "abcde");
    hear(&ttl_probe, 1, 1);
    hear(&ttl_probe, 3, 3);
    assert_string_equal(sent(&ttl_probe, START_MS + 300), "bde");
    assert_int_equal(ttl_probe_last_forwarder(&ttl_probe), 3);
    assert_int_equal(ttl_probe_length(&ttl_probe), 4);
}

static void test_nothing_is_asked_behind_an_answer(void **state)
{
    struct ttl_probe ttl_probe;

    (void)state;
    ttl_probe_begin_trace(&ttl_probe, FIRST_SEQ, 0, 30, MS(START_MS));
    sent(&ttl_probe, START_MS);
    hear(&ttl_probe, 1, 2);
    assert_true(see(&ttl_probe, reply(TCP_RST | TCP_ACK, 3, 0)));
    assert_string_equal(sent(&ttl_probe, START_MS + 300), "");
    assert_true(ttl_probe_is_over(&ttl_probe, MS(START_MS + 300)));
    assert_int_equal(ttl_probe_length(&ttl_probe), 3);
}

static void test_a_loop_does_not_go_on(void **state)
{
    struct ttl_probe ttl_probe;
    struct addr a = router(1), b = router(2);

    (void)state;
    ttl_probe_begin_trace(&ttl_probe, FIRST_SEQ, 0, 30, MS(START_MS));
    sent(&ttl_probe, START_MS);
    for (unsigned hop = 1; hop <= 12; hop++)
        assert_true(see(&ttl_probe, exceeded(hop % 2 != 0 ? &a : &b, hop, 0)));
    assert_true(ttl_probe_loops(&ttl_probe));
    assert_string_equal(sent(&ttl_probe, START_MS + 300), "");
    assert_int_equal(ttl_probe_hop_of(&ttl_probe, &b), 2);
}

static void test_what_is_a_loop(void **state)
{
    static const struct {
        const char *hops; /* - is silent */
        bool loops;
    } rows[] = {{"abab", true}, {"aba", true},   {"abcdb", true}, {"ab-ab", true}, {"abcd", false},
                {"aa", false},  {"aaaa", false}, {"a--a", false}, {"abbb", false}, {"", false}};

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct ttl_probe ttl_probe;
        ttl_probe_begin(&ttl_probe, FIRST_SEQ, 0, ~UINT32_C(0), 0);
        for (unsigned hop = 1; hop <= strlen(rows[i].hops); hop++) {
            char letter = rows[i].hops[hop - 1];
            ttl_probe.hops[hop].outcome = letter != '-' ? TTL_PROBE_EXCEEDED : TTL_PROBE_SILENT;
            ttl_probe.hops[hop].from = router((unsigned)letter);
        }
        if (ttl_probe_loops(&ttl_probe) != rows[i].loops)
            fail_msg("%s", rows[i].hops);
    }
}

/* What was never sent can't be answered, and the flow must be right. */
static void test_forgeries(void **state)
{
    struct ttl_probe ttl_probe;
    struct addr addr = router(2);
    struct packet packet;

    (void)state;
    ttl_probe_begin(&ttl_probe, FIRST_SEQ, 0, 1U << 2, MS(START_MS));
    sent(&ttl_probe, START_MS);
    assert_false(see(&ttl_probe, exceeded(&addr, 2, 1)));
    assert_false(see(&ttl_probe, exceeded(&addr, 3, 0)));
    packet = exceeded(&addr, 2, 0);
    packet.quote.sport++;
    assert_false(see(&ttl_probe, packet));
    packet = reply(TCP_RST | TCP_ACK, 2, 0);
    packet.tcp.ack++;
    assert_false(see(&ttl_probe, packet));
    packet = reply(TCP_RST, 2, 0); /* RFC 9293 section 3.10.7.3 */
    assert_false(see(&ttl_probe, packet));
    assert_true(see(&ttl_probe, exceeded(&addr, 2, 0)));
    assert_false(see(&ttl_probe, exceeded(&addr, 2, 0)));         /* nothing new */
    assert_true(see(&ttl_probe, reply(TCP_RST | TCP_ACK, 2, 0))); /* an answer outweighs it */
}

/* SYNs of one 4-tuple leave together: the first opens a connection, and the next gets
 * an ACK for it, which is no old connection's. */
static void test_a_challenge_ack_is_ours(void **state)
{
    struct observed observed = a_record();
    struct ttl_probe ttl_probe;
    struct packet ack;
    bool news;

    (void)state;
    ttl_probe_begin(&ttl_probe, FIRST_SEQ, 0, 1U << 2 | 1U << 3, MS(START_MS));
    sent(&ttl_probe, START_MS);
    ack = reply(TCP_ACK, 2, 0);
    assert_true(ttl_probe_on_packet(&ttl_probe, &observed, &ack, &news));
    assert_false(news);
    ack.tcp.ack++;
    assert_false(ttl_probe_on_packet(&ttl_probe, &observed, &ack, &news));
}

/* What answers a SYN with a small TTL is an answer of the port if nothing heavier came. */
static void test_the_record_adopts_answers(void **state)
{
    enum { SYN_ACK = TCP_SYN | TCP_ACK, RST = TCP_RST | TCP_ACK };
    static const struct {
        enum answer_kind before; /* to a SYN of the record's own; 0: none */
        uint8_t flags;
        bool adopted;
        enum answer_kind best;
    } rows[] = {
        {0, SYN_ACK, true, ANSWER_SYN_ACK},
        {0, RST, true, ANSWER_RESET},
        {0, TCP_ACK, false, 0},
        {0, TCP_RST, false, 0},
        {ANSWER_UNREACHABLE, RST, true, ANSWER_RESET},
        {ANSWER_RESET, SYN_ACK, true, ANSWER_SYN_ACK},
        {ANSWER_RESET, RST, false, ANSWER_RESET},
        {ANSWER_SYN_ACK, RST, false, ANSWER_SYN_ACK},
    };
    struct addr addr = router(2);
    struct packet packet = exceeded(&addr, 2, 0);
    struct observed observed = a_record();

    (void)state;
    assert_false(observed_take_traced_answer(&observed, &packet));
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        observed = judge_probe(false);
        if (rows[i].before != 0)
            judge_answer(&observed, &observed.dst,
                         (struct observed_answer){.kind = (uint8_t)rows[i].before});
        packet = reply(rows[i].flags, 2, 0);
        assert_int_equal(observed_take_traced_answer(&observed, &packet), rows[i].adopted);
        assert_int_equal(observed_best(&observed) != NULL ? observed_best(&observed)->kind : 0,
                         rows[i].best);
        if (rows[i].adopted) /* it was for none of the record's own SYNs */
            assert_int_equal(observed_best(&observed)->attempt, OBSERVED_NO_ATTEMPT);
    }
}

static void test_round_trip_from_the_copy_seen_leaving(void **state)
{
    struct ttl_probe ttl_probe;
    struct packet copy = {
        .kind = PACKET_TCP,
        .outgoing = true,
        .src = frame_us4,
        .dst = frame_them4,
        .time_ns = NS_PER_S - MS(7),
        .tcp = {.sport = FRAME_SPORT, .dport = FRAME_DPORT, .seq = FIRST_SEQ + 8, .flags = TCP_SYN},
    };
    struct addr addr = router(2);

    (void)state;
    ttl_probe_begin(&ttl_probe, FIRST_SEQ, 0, 1U << 2, MS(START_MS));
    sent(&ttl_probe, START_MS);
    assert_false(see(&ttl_probe, copy));
    assert_true(see(&ttl_probe, exceeded(&addr, 2, 0)));
    assert_int_equal(ttl_probe.hops[2].rtt_ns, MS(7));
    assert_int_equal(ttl_probe.hops[2].quoted_tos, 0x28);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_some_hops_are_asked_twice),
        cmocka_unit_test(test_it_is_over_as_soon_as_all_answered),
        cmocka_unit_test(test_a_trace_widens_with_what_it_hears),
        cmocka_unit_test(test_a_silent_hop_between_is_no_end),
        cmocka_unit_test(test_nothing_is_asked_behind_an_answer),
        cmocka_unit_test(test_a_loop_does_not_go_on),
        cmocka_unit_test(test_what_is_a_loop),
        cmocka_unit_test(test_forgeries),
        cmocka_unit_test(test_a_challenge_ack_is_ours),
        cmocka_unit_test(test_the_record_adopts_answers),
        cmocka_unit_test(test_round_trip_from_the_copy_seen_leaving),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
