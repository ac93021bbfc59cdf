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

enum { SECRET = 1000, START_MS = 5000 };

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

/* The sequence number of a hop's n-th SYN. */
static uint32_t seq(unsigned hop, unsigned send)
{
    const struct ttl_probe ttl_probe = {.secret = SECRET};

    return ttl_probe_seq(&ttl_probe, ttl_probe_number(hop, send));
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
                  .seq = seq(hop, send),
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
                .ack = seq(hop, send) + 1,
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
    ttl_probe_begin(&ttl_probe, SECRET, 0, 1U << 2 | 1U << 3, MS(START_MS));
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
    assert_false(proven); /* silent when asked again: both may be lost */
}

static void test_it_is_over_as_soon_as_all_answered(void **state)
{
    struct ttl_probe ttl_probe;
    struct addr first = router(2);
    bool proven;

    (void)state;
    ttl_probe_begin(&ttl_probe, SECRET, 0, 1U << 2 | 1U << 3, MS(START_MS));
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
    ttl_probe_begin_trace(&ttl_probe, SECRET, 0, 30, MS(START_MS));
    assert_string_equal(sent(&ttl_probe, START_MS), "abcdefgh");
    hear(&ttl_probe, 1, 4);
    assert_string_equal(sent(&ttl_probe, START_MS + 10), ""); /* 4 + 4 is no farther */
    hear(&ttl_probe, 5, 6);
    assert_string_equal(sent(&ttl_probe, START_MS + 20), "ij");
    hear(&ttl_probe, 7, 10);
    assert_string_equal(sent(&ttl_probe, START_MS + 30), "klmn");
    hear(&ttl_probe, 11, 14);
    assert_string_equal(sent(&ttl_probe, START_MS + 40), "opqr");
    assert_string_equal(sent(&ttl_probe, START_MS + 300), "opqr");
    assert_string_equal(sent(&ttl_probe, START_MS + 600), "opqr");
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
    ttl_probe_begin_trace(&ttl_probe, SECRET, 0, 5, MS(START_MS));
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
    ttl_probe_begin_trace(&ttl_probe, SECRET, 0, 30, MS(START_MS));
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
    ttl_probe_begin_trace(&ttl_probe, SECRET, 0, 30, MS(START_MS));
    sent(&ttl_probe, START_MS);
    for (unsigned hop = 1; hop <= 8; hop++)
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
        ttl_probe_begin(&ttl_probe, SECRET, 0, ~UINT32_C(0), 0);
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
    ttl_probe_begin(&ttl_probe, SECRET, 0, 1U << 2, MS(START_MS));
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
    ttl_probe_begin(&ttl_probe, SECRET, 0, 1U << 2 | 1U << 3, MS(START_MS));
    sent(&ttl_probe, START_MS);
    ack = reply(TCP_ACK, 2, 0);
    assert_true(ttl_probe_on_packet(&ttl_probe, &observed, &ack, &news));
    assert_false(news);
    ack.tcp.ack++;
    assert_false(ttl_probe_on_packet(&ttl_probe, &observed, &ack, &news));
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
        .tcp = {.sport = FRAME_SPORT, .dport = FRAME_DPORT, .seq = seq(2, 0), .flags = TCP_SYN},
    };
    struct addr addr = router(2);

    (void)state;
    ttl_probe_begin(&ttl_probe, SECRET, 0, 1U << 2, MS(START_MS));
    sent(&ttl_probe, START_MS);
    assert_false(see(&ttl_probe, copy));
    assert_true(see(&ttl_probe, exceeded(&addr, 2, 0)));
    assert_int_equal(ttl_probe.hops[2].rtt_ns, MS(7));
    assert_int_equal(ttl_probe.hops[2].quoted_tos, 0x28);
}

/* Whoever sees one of them can't guess another, and no two are near to each other. */
static void test_sequence_numbers_are_unrelated(void **state)
{
    (void)state;
    for (uint32_t secret = 0; secret < 200; secret++) {
        const struct ttl_probe one = {.secret = secret * UINT32_C(0x01000193)};
        const struct ttl_probe other = {.secret = one.secret + 1};
        for (uint32_t n = 0; n < TTL_PROBE_NUMBERS; n++) {
            assert_int_not_equal(ttl_probe_seq(&one, n), ttl_probe_seq(&other, n));
            for (uint32_t m = 0; m < n; m++)
                assert_int_not_equal(ttl_probe_seq(&one, n), ttl_probe_seq(&one, m));
            if (n > 0)
                assert_true(ttl_probe_seq(&one, n) - ttl_probe_seq(&one, n - 1) > 16 &&
                            ttl_probe_seq(&one, n - 1) - ttl_probe_seq(&one, n) > 16);
        }
    }
}

/* A host that acknowledged eight too much was once taken for an answer from two hops on. */
static void test_a_number_too_high_belongs_to_none(void **state)
{
    struct ttl_probe ttl_probe;
    struct observed observed = a_record();
    bool news;

    (void)state;
    ttl_probe_begin_trace(&ttl_probe, SECRET, 0, 30, MS(START_MS));
    sent(&ttl_probe, START_MS);
    for (unsigned hop = 1; hop <= 8; hop++)
        for (unsigned more = 0; more <= 16; more++) {
            struct packet packet = reply(TCP_RST | TCP_ACK, hop, 0);
            packet.tcp.ack += more;
            if (ttl_probe_on_packet(&ttl_probe, &observed, &packet, &news) != (more == 0))
                fail_msg("hop %u, %u more", hop, more);
        }
}

/* One router reports every TTL from some hop on: that is no loop, and no place behind it. */
static void test_a_shortened_ttl(void **state)
{
    static const struct {
        const char *hops; /* - is silent */
        uint8_t at;
    } rows[] = {{"abbb", 2},   {"aaaa", 1},   {"abb", 0}, {"abbcbb", 0},
                {"ab-b-b", 0}, {"abcccc", 3}, {"", 0}};

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct ttl_probe ttl_probe;
        ttl_probe_begin(&ttl_probe, SECRET, 0, ~UINT32_C(0), 0);
        for (unsigned hop = 1; hop <= strlen(rows[i].hops); hop++) {
            char letter = rows[i].hops[hop - 1];
            ttl_probe.hops[hop].outcome = letter != '-' ? TTL_PROBE_EXCEEDED : TTL_PROBE_SILENT;
            ttl_probe.hops[hop].from = router((unsigned)letter);
        }
        if (ttl_probe_shortened_at(&ttl_probe) != rows[i].at)
            fail_msg("%s: %u", rows[i].hops, ttl_probe_shortened_at(&ttl_probe));
        if (rows[i].at != 0) {
            assert_int_equal(ttl_probe_last_forwarder(&ttl_probe), rows[i].at);
            assert_int_equal(ttl_probe_length(&ttl_probe), rows[i].at);
        }
        for (unsigned hop = 1; hop <= strlen(rows[i].hops); hop++) {
            uint8_t first = (uint8_t)hop;
            while (first > 1 && rows[i].hops[hop - 1] != '-' &&
                   rows[i].hops[first - 2] == rows[i].hops[hop - 1])
                first--;
            assert_int_equal(ttl_probe_first_of_router(&ttl_probe, (uint8_t)hop), first);
        }
    }
}

/* Its numbers are none of the record's: state never depends on the wish for a trace. */
static void test_an_answer_of_a_hop_is_none_of_the_port(void **state)
{
    struct observed observed = judge_probe(false);
    struct packet packet = reply(TCP_SYN | TCP_ACK, 2, 0);

    (void)state;
    assert_int_equal(observed_on_packet(&observed, &packet), OBSERVED_IGNORED);
    assert_int_equal(observed.answer_count, 0);
    assert_int_equal(observed.half_open, 0);
}

/* A target that quotes TTL 1 makes the limit 63. */
static void test_no_hop_behind_the_last(void **state)
{
    struct ttl_probe ttl_probe;
    uint8_t number, hop;

    (void)state;
    ttl_probe_begin_trace(&ttl_probe, SECRET, 0, 63, MS(START_MS));
    assert_int_equal(ttl_probe.limit, TTL_PROBE_HOPS_MAX);
    sent(&ttl_probe, START_MS);
    for (unsigned at = 1; at <= TTL_PROBE_HOPS_MAX; at++) {
        hear(&ttl_probe, at, at);
        while (ttl_probe_next(&ttl_probe, MS(START_MS), &number, &hop))
            assert_in_range(hop, 1, TTL_PROBE_HOPS_MAX);
    }
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
        cmocka_unit_test(test_sequence_numbers_are_unrelated),
        cmocka_unit_test(test_a_number_too_high_belongs_to_none),
        cmocka_unit_test(test_a_shortened_ttl),
        cmocka_unit_test(test_an_answer_of_a_hop_is_none_of_the_port),
        cmocka_unit_test(test_no_hop_behind_the_last),
        cmocka_unit_test(test_round_trip_from_the_copy_seen_leaving),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
