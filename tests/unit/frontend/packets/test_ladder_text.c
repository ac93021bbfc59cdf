/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "frontend/packets/ladder_text.h"
#include "tests/unit/support/frames.h"

enum { COOKED_LEN = 20 };

static void add(struct result_target *target, const char *name, uint64_t time_ns)
{
    const struct frame *frame = frame_named(name);
    struct wire_message message = {
        .type = WIRE_PACKET,
        .packet = {.port = FRAME_DPORT,
                   .time_ns = time_ns,
                   .outgoing = strncmp(name, "own-", 4) == 0,
                   .len = (uint8_t)(frame->len - COOKED_LEN)},
    };
    unsigned index;

    memcpy(message.packet.bytes, frame->bytes + COOKED_LEN, message.packet.len);
    assert_true(result_take(target, &message, &index));
}

static struct result_target a_target(const struct addr *addr)
{
    struct result_target target = {.addr = *addr, .port_count = 1};

    verdict_init(&target.verdicts[0], FRAME_DPORT);
    return target;
}

/* Takes the target's packets. */
static void assert_ladder(struct result_target *target, bool utf8, const char *wanted)
{
    struct strbuf buf = {0};
    char *text;

    ladder_text_append(&buf, target, 0, utf8);
    strbuf_append(&buf, "");
    text = strbuf_take(&buf);
    assert_string_equal(text, wanted);
    free(text);
    probe_details_free(&target->trails[0]);
}

static void test_an_open_port(void **state)
{
    struct result_target target = a_target(&frame_them4);

    (void)state;
    add(&target, "own-syn4", 5000000000);
    add(&target, "syn-ack4", 5023104000);
    assert_ladder(&target, false,
                  "      0.000ms  -->  SYN seq 0 win 64239 ttl 64 port 61000\n"
                  "     23.104ms  <--  SYN,ACK seq 0 ack 1 win 65160 ttl 62 port 61000\n");
}

static void test_arrows(void **state)
{
    struct result_target target = a_target(&frame_them4);

    (void)state;
    add(&target, "own-syn4", 1000);
    add(&target, "host-rst4", 501000);
    assert_ladder(&target, true,
                  "      0.000ms  ──▶  SYN seq 0 win 64239 ttl 64 port 61000\n"
                  "      0.500ms  ◀──  RST,ACK seq 0 ack 1 win 0 ttl 62 port 61000\n");
}

/* What came before the first SYN has a negative time. */
static void test_echoes_and_errors(void **state)
{
    struct result_target target = a_target(&frame_them4);

    (void)state;
    add(&target, "own-echo4", 1000000000);
    add(&target, "own-syn4", 1000120000);
    add(&target, "echo-reply4", 1002000000);
    add(&target, "ttl-exceeded4", 1003000000);
    add(&target, "echo-exceeded4", 1004000000);
    add(&target, "fragmentation-needed4", 1005000000);
    add(&target, "port-unreachable4", 13000120000);
    assert_ladder(
        &target, false,
        "     -0.120ms  -->  ICMP echo request ttl 62\n"
        "      0.000ms  -->  SYN seq 0 win 64239 ttl 64 port 61000\n"
        "      1.880ms  <--  ICMP echo reply ttl 62\n"
        "      2.880ms  <--  ICMP TTL exceeded (type 11, code 0) ttl 64, quotes our packet "
        "from port 61000 with ttl 63, from 198.18.1.1\n"
        "      3.880ms  <--  ICMP TTL exceeded (type 11, code 0) ttl 64, quotes our echo "
        "request with ttl 1, from 198.18.1.1\n"
        "      4.880ms  <--  ICMP fragmentation needed (type 3, code 4) ttl 64, quotes our "
        "packet from port 61000 with ttl 63, from 198.18.1.1\n"
        "  12000.000ms  <--  ICMP port unreachable (type 3, code 3) ttl 64, quotes our "
        "packet from port 61000 with ttl 63\n");
}

static void test_ipv6_has_words_of_its_own(void **state)
{
    struct result_target target = a_target(&frame_them6);

    (void)state;
    add(&target, "admin-prohibited6", 1000);
    add(&target, "echo-exceeded6", 2000);
    assert_ladder(&target, false,
                  "      0.000ms  <--  ICMP administratively prohibited (type 1, code 1) ttl 64, "
                  "quotes our packet from port 61000 with ttl 63, from 2001:2::3\n"
                  "      0.001ms  <--  ICMP hop limit exceeded (type 3, code 0) ttl 64, quotes our "
                  "echo request with ttl 1, from 2001:2::3\n");
}

/* Type 3 code 77 has none; a packet that can't be read has no line. */
/* The same numbers mean something else on IPv6. */
static void test_ipv4_has_words_of_its_own(void **state)
{
    struct result_target target = a_target(&frame_them4);

    (void)state;
    add(&target, "port-unreachable4", 1000);
    target.trails[0].packets[0].bytes[21] = 0;
    assert_ladder(
        &target, false,
        "      0.000ms  <--  ICMP network unreachable (type 3, code 0) ttl 64, quotes our "
        "packet from port 61000 with ttl 63\n");
}

static void test_what_has_no_words(void **state)
{
    struct result_target target = a_target(&frame_them4);
    uint8_t *bytes;

    (void)state;
    add(&target, "port-unreachable4", 1000);
    add(&target, "syn-ack4", 1000);
    add(&target, "own-syn4", 1000);
    target.trails[0].packets[0].bytes[21] = 77;
    bytes = target.trails[0].packets[1].bytes;
    bytes[33] = 0;                             /* no flags */
    target.trails[0].packets[2].bytes[0] = 80; /* IP version 5 */
    assert_ladder(&target, false,
                  "      0.000ms  <--  ICMP error (type 3, code 77) ttl 64, quotes our packet from "
                  "port 61000 with ttl 63\n"
                  "      0.000ms  <--  no flags win 65160 ttl 62 port 61000\n");
}

static void test_where_the_syn_died(void **state)
{
    static const struct {
        int16_t last_hop, silent_from;
        const char *text;
    } rows[] = {
        {VERDICT_UNKNOWN_HOP, VERDICT_UNKNOWN_HOP, ""},
        {0, 1,
         "  The SYN dies behind hop 0 (the checker itself): hop 1 and all farther ones are "
         "silent.\n"},
        {1, 2,
         "  The SYN dies behind hop 1 (198.18.1.1): hop 2 and all farther ones are silent.\n"},
        {2, 3, "  The SYN dies behind hop 2: hop 3 and all farther ones are silent.\n"},
        {9, 10, "  The SYN dies behind hop 9: hop 10 and all farther ones are silent.\n"},
        {1, VERDICT_UNKNOWN_HOP, "  The last to forward the SYN is hop 1 (198.18.1.1).\n"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct addr routers[] = {frame_router4, {0}};
        struct result_target target = a_target(&frame_them4);
        for (uint8_t hop = 1; hop <= 2; hop++)
            assert_true(probe_details_add(
                &target.trails[0],
                &(struct wire_message){
                    .type = WIRE_HOP,
                    .hop = {.hop = hop, .addr = routers[hop - 1], .rtt_ns = VERDICT_NO_RTT}}));
        target.trails[0].hops[8] = target.trails[0].hops[0]; /* beyond the count */
        target.verdicts[0].last_hop = rows[i].last_hop;
        target.verdicts[0].silent_from = rows[i].silent_from;
        assert_ladder(&target, false, rows[i].text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_open_port),
        cmocka_unit_test(test_arrows),
        cmocka_unit_test(test_echoes_and_errors),
        cmocka_unit_test(test_ipv6_has_words_of_its_own),
        cmocka_unit_test(test_ipv4_has_words_of_its_own),
        cmocka_unit_test(test_what_has_no_words),
        cmocka_unit_test(test_where_the_syn_died),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
