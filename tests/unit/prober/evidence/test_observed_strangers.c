/* SPDX-License-Identifier: BSD-2-Clause */
/* Packets of all kinds with our addresses and ports, and none of our numbers: what strangers send,
 * and what our kernel answers them.  None of them changes what was observed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/compiler.h"
#include "tests/unit/support/judge.h"
#include "tests/unit/support/world_random.h"

enum { PACKETS = 40000, DPORT = 443, ECHO_ID = 0x1234, ECHO_SEQ = 7 };

#define OURS UINT32_C(0x80000000) /* a bit of all our numbers, and of no stranger's */

static const struct addr us = {ADDR_IPV4, {198, 18, 1, 2}}, also_us = {ADDR_IPV4, {198, 18, 1, 3}},
                         them = {ADDR_IPV4, {198, 18, 3, 2}}, router = {ADDR_IPV4, {198, 18, 1, 1}};

/* All that packets about a port can change. */
struct records {
    struct observed observed;
    struct observed_extra extra;
    struct ttl_probe ttl_probe;
    struct echo echo;
};

static struct addr draw_addr(struct world_random *random)
{
    const struct addr *const all[] = {&us, &also_us, &them, &router};

    return *all[random_below(random, ARRAY_LEN(all))];
}

static uint16_t draw_port(struct world_random *random, const struct observed *observed)
{
    uint64_t which = random_below(random, OBSERVED_FLOWS + 2);

    if (which < OBSERVED_FLOWS)
        return observed->sports[which];
    return which == OBSERVED_FLOWS ? observed->dport : (uint16_t)random_next(random);
}

static uint32_t draw_number(struct world_random *random)
{
    return (uint32_t)random_next(random) & ~OURS;
}

static struct packet draw_packet(struct world_random *random, const struct observed *observed)
{
    static const enum packet_kind kinds[] = {PACKET_TCP, PACKET_ICMP_ERROR, PACKET_ECHO};
    struct packet packet = {
        .time_ns = 2 * NS_PER_S,
        .outgoing = random_chance(random, 30),
        .loopback = random_chance(random, 20),
        .kind = kinds[random_below(random, ARRAY_LEN(kinds))],
        .src = draw_addr(random),
        .dst = draw_addr(random),
        .ttl = (uint8_t)random_next(random),
        .tcp = {.sport = draw_port(random, observed),
                .dport = draw_port(random, observed),
                .seq = draw_number(random),
                .ack = draw_number(random),
                .flags = (uint8_t)random_next(random),
                .has_timestamps = random_chance(random, 50),
                .ts_value = draw_number(random)},
        .icmp = {(uint8_t)random_below(random, 13), (uint8_t)random_below(random, 16)},
        .echo = {.id = ECHO_ID,
                 .seq = (uint16_t)(ECHO_SEQ + random_below(random, 3)),
                 .reply = random_chance(random, 50),
                 .has_cookie = random_chance(random, 50),
                 .cookie = draw_number(random)},
        .quote = {.src = draw_addr(random),
                  .dst = draw_addr(random),
                  .kind = random_chance(random, 50) ? PACKET_TCP : PACKET_ECHO,
                  .sport = draw_port(random, observed),
                  .dport = draw_port(random, observed),
                  .seq = draw_number(random),
                  .ip_id = (uint16_t)(random_next(random) & ~UINT64_C(1))}, /* ours are odd */
    };

    packet.quote.echo = packet.echo;
    return packet;
}

/* Of a port that was asked in all ways.  (What is compared has no padding left to chance.) */
static void begin(struct records *records, bool has_nat, bool is_answered)
{
    struct observed *observed = &records->observed;
    uint8_t number, hop;

    memset(records, 0, sizeof(*records));
    *observed = judge_probe_between(&us, &them);
    observed->extra = &records->extra;
    observed->dport = DPORT;
    for (unsigned flow = 0; flow < OBSERVED_FLOWS; flow++)
        observed->seqs[flow] = OURS + flow * 77777;
    observed->ts_value = observed->ack = OURS + 0x1000000;
    observed->ack_asked = true;
    observed->planned = SYN_SCHEDULE_ATTEMPTS;
    observed->attempt_count = SYN_SCHEDULE_ATTEMPTS - 1;
    for (unsigned n = 1; n < observed->attempt_count; n++)
        observed_set_egress(observed, n, NS_PER_S + syn_schedule[n].at_ms * NS_PER_MS);
    if (has_nat) {
        observed->has_nat = true;
        records->extra.nat_src = also_us;
        records->extra.nat_sports[0] = 40000;
    }
    if (is_answered)
        judge_answer(observed, &them, (struct observed_answer){.kind = ANSWER_RESET, .ttl = 60});
    ttl_probe_begin_trace(&records->ttl_probe, 1, 0, TTL_PROBE_HOPS_MAX, NS_PER_S);
    for (bool more = true; more;)
        more = ttl_probe_next(&records->ttl_probe, NS_PER_S, &number, &hop);
    records->echo.id = ECHO_ID;
    records->echo.first_seq = ECHO_SEQ;
    records->echo.cookie = (uint64_t)OURS << 32 | OURS;
    for (uint8_t ttl = ECHO_FULL_TTL; ttl > 0; ttl = (uint8_t)(ttl / 16))
        echo_add(&records->echo, ttl,
                 &(struct echo_request){.ip_id = (uint16_t)(0x5501 + ttl * 2)});
}

/* One that has a number of ours after all: those of the hops are spread over all numbers. */
static bool is_lucky(const struct records *records, const struct packet *packet)
{
    return ttl_probe_has_seq(&records->ttl_probe, packet->tcp.seq) ||
           ttl_probe_has_seq(&records->ttl_probe, packet->tcp.seq - 1) ||
           ttl_probe_has_seq(&records->ttl_probe, packet->tcp.ack - 1) ||
           ttl_probe_has_seq(&records->ttl_probe, packet->quote.seq);
}

static void test_strangers_leave_no_trace(void **state)
{
    static struct records records, before;
    struct world_random random = {1};
    bool news;

    (void)state;
    for (unsigned variant = 0; variant < 4; variant++) {
        begin(&records, (variant & 1) != 0, (variant & 2) != 0);
        memcpy(&before, &records, sizeof(before));
        for (unsigned i = 0; i < PACKETS; i++) {
            struct packet packet = draw_packet(&random, &records.observed);
            if (is_lucky(&records, &packet))
                continue;
            assert_false(
                ttl_probe_on_packet(&records.ttl_probe, &records.observed, &packet, &news));
            assert_true(observed_on_packet(&records.observed, &packet) <= OBSERVED_EGRESS);
            assert_false(echo_on_packet(&records.echo, &them, &packet));
            assert_memory_equal(&records, &before, sizeof(records));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_strangers_leave_no_trace)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
