/* SPDX-License-Identifier: BSD-2-Clause */
/* The evidence table for ICMP errors, held against a host whose own packets arrive
 * with TTL 62 from hop 3: docs/verdicts.md, "ICMP errors". */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/base/clock.h"
#include "common/base/compiler.h"
#include "prober/evidence/distance.h"
#include "tests/unit/support/frames.h"
#include "tests/unit/support/judge.h"

#define ONCE_NS      (5 * NS_PER_MS)
#define GIVEN_UP_NS  (3050 * NS_PER_MS)
#define FROM_ROUTER  FACT(RESPONDER_IS_ROUTER)
#define FROM_TARGET  FACT(RESPONDER_IS_TARGET)
#define IN_ITS_PLACE (FROM_TARGET | FACT(TTL_MATCHES_HOST) | FACT(HOP_CONFIRMED))
#define BEFORE_IT    (FROM_TARGET | FACT(TTL_NEARER) | FACT(HOP_CONFIRMED) | FACT(FORGED_SOURCE))
#define BEHIND_IT    (FROM_TARGET | FACT(TTL_FARTHER) | FACT(HOP_CONFIRMED))
#define LATE         FACT(REPORTED_LATE)
#define LIKELY       CONFIDENCE_LIKELY
#define GUESS        CONFIDENCE_GUESS

/* type and code; who sent it; TTL on arrival, TTL in the quote; how long it took */
static const struct row {
    const char *name;
    bool ipv6;
    uint8_t type, code;
    bool by_target;
    uint8_t ttl, quoted_ttl;
    uint64_t after_ns;
    enum verdict_reason reason;
    enum verdict_disposition disposition;
    enum verdict_actor actor;
    enum verdict_confidence confidence;
    int16_t actor_hop;
    uint64_t evidence;
} rows[] = {
    {"11: port unreachable", false, 3, 3, true, 62, 62, ONCE_NS, REASON_ICMP_PORT_UNREACHABLE,
     DISPOSITION_REJECT, ACTOR_HOST_FIREWALL, LIKELY, 3, IN_ITS_PLACE},
    {"11: prohibited", false, 3, 13, true, 62, 62, ONCE_NS, REASON_ICMP_ADMIN_PROHIBITED,
     DISPOSITION_REJECT, ACTOR_HOST_FIREWALL, LIKELY, 3, IN_ITS_PLACE},
    {"11: IPv6, port unreachable", true, 1, 4, true, 62, 62, ONCE_NS, REASON_ICMP_PORT_UNREACHABLE,
     DISPOSITION_REJECT, ACTOR_HOST_FIREWALL, LIKELY, 3, IN_ITS_PLACE},
    {"11: IPv6, reject route", true, 1, 6, true, 62, 62, ONCE_NS, REASON_ICMP_REJECT_ROUTE,
     DISPOSITION_REJECT, ACTOR_HOST_FIREWALL, LIKELY, 3, IN_ITS_PLACE},
    {"12: forged before routing", false, 3, 13, true, 64, 64, ONCE_NS, REASON_ICMP_ADMIN_PROHIBITED,
     DISPOSITION_REJECT, ACTOR_PATH, LIKELY, 1, BEFORE_IT},
    {"12: forged after routing", false, 3, 3, true, 63, 62, ONCE_NS, REASON_ICMP_PORT_UNREACHABLE,
     DISPOSITION_REJECT, ACTOR_UNKNOWN, LIKELY, -1,
     FROM_TARGET | FACT(TTL_NEARER) | FACT(HOP_CONFIRMED)},
    {"12: IPv6", true, 1, 1, true, 64, 63, ONCE_NS, REASON_ICMP_ADMIN_PROHIBITED,
     DISPOSITION_REJECT, ACTOR_PATH, LIKELY, 1, BEFORE_IT},
    {"12: by the TTL alone", false, 3, 13, true, 64, 0, ONCE_NS, REASON_ICMP_ADMIN_PROHIBITED,
     DISPOSITION_REJECT, ACTOR_PATH, LIKELY, -1, FROM_TARGET | FACT(TTL_NEARER)},
    {"behind its NAT", false, 3, 13, true, 61, 61, ONCE_NS, REASON_ICMP_ADMIN_PROHIBITED,
     DISPOSITION_REJECT, ACTOR_UNKNOWN, LIKELY, -1, BEHIND_IT},
    {"13: a router", false, 3, 13, false, 64, 63, ONCE_NS, REASON_ICMP_ADMIN_PROHIBITED,
     DISPOSITION_REJECT, ACTOR_PATH, LIKELY, 1, FROM_ROUTER},
    {"13: IPv6", true, 1, 1, false, 253, 62, ONCE_NS, REASON_ICMP_ADMIN_PROHIBITED,
     DISPOSITION_REJECT, ACTOR_PATH, LIKELY, 3, FROM_ROUTER},
    {"13: forged far away", false, 3, 13, false, 50, 63, ONCE_NS, REASON_ICMP_ADMIN_PROHIBITED,
     DISPOSITION_REJECT, ACTOR_PATH, LIKELY, -1, FROM_ROUTER},
    {"13: farther than our SYN goes", false, 3, 13, false, 191, 0, ONCE_NS,
     REASON_ICMP_ADMIN_PROHIBITED, DISPOSITION_REJECT, ACTOR_PATH, LIKELY, -1, FROM_ROUTER},
    {"14: no route", false, 3, 0, false, 64, 64, ONCE_NS, REASON_ICMP_NET_UNREACHABLE,
     DISPOSITION_REJECT, ACTOR_PATH, GUESS, 1, FROM_ROUTER}, /* to a host that answers echoes? */
    {"14: IPv6", true, 1, 0, false, 64, 64, ONCE_NS, REASON_ICMP_NO_ROUTE, DISPOSITION_REJECT,
     ACTOR_PATH, GUESS, 1, FROM_ROUTER},
    {"the near side of a router that is the target", false, 3, 13, false, 62, 62, ONCE_NS,
     REASON_ICMP_ADMIN_PROHIBITED, DISPOSITION_REJECT, ACTOR_UNKNOWN, LIKELY, -1, FROM_ROUTER},
    {"the same, IPv6", true, 1, 1, false, 62, 62, ONCE_NS, REASON_ICMP_ADMIN_PROHIBITED,
     DISPOSITION_REJECT, ACTOR_UNKNOWN, LIKELY, -1, FROM_ROUTER},
    {"a router as far by its TTL alone", false, 3, 13, false, 62, 63, ONCE_NS,
     REASON_ICMP_ADMIN_PROHIBITED, DISPOSITION_REJECT, ACTOR_PATH, LIKELY, -1, FROM_ROUTER},
    {"15: dead host", false, 3, 1, false, 63, 62, GIVEN_UP_NS, REASON_ICMP_HOST_UNREACHABLE,
     DISPOSITION_UNREACHABLE, ACTOR_PATH, LIKELY, 2, FROM_ROUTER | LATE},
    {"15: IPv6", true, 1, 3, false, 63, 62, GIVEN_UP_NS, REASON_ICMP_ADDRESS_UNREACHABLE,
     DISPOSITION_UNREACHABLE, ACTOR_PATH, LIKELY, 2, FROM_ROUTER | LATE},
    {"a filter is not late", false, 3, 13, false, 64, 63, GIVEN_UP_NS, REASON_ICMP_ADMIN_PROHIBITED,
     DISPOSITION_REJECT, ACTOR_PATH, LIKELY, 1, FROM_ROUTER},
    {"16: dead host behind its NAT", false, 3, 1, true, 61, 60, GIVEN_UP_NS,
     REASON_ICMP_HOST_UNREACHABLE, DISPOSITION_UNREACHABLE, ACTOR_BEHIND_NAT, LIKELY, 4,
     BEHIND_IT | LATE},
    {"no route behind its NAT", false, 3, 0, true, 61, 61, ONCE_NS, REASON_ICMP_NET_UNREACHABLE,
     DISPOSITION_UNREACHABLE, ACTOR_UNKNOWN, LIKELY, -1, BEHIND_IT},
    {"no route, says the target", false, 3, 1, true, 62, 62, ONCE_NS, REASON_ICMP_HOST_UNREACHABLE,
     DISPOSITION_UNREACHABLE, ACTOR_UNKNOWN, GUESS, -1, IN_ITS_PLACE},
    {"18: loop", false, 11, 0, false, 64, 1, ONCE_NS, REASON_ICMP_TTL_EXCEEDED,
     DISPOSITION_UNREACHABLE, ACTOR_PATH, LIKELY, -1, FROM_ROUTER | FACT(TTL_EXPIRED_IN_TRANSIT)},
    {"no TCP", true, 4, 1, true, 62, 62, ONCE_NS, REASON_ICMP_PARAMETER_PROBLEM, DISPOSITION_REJECT,
     ACTOR_UNKNOWN, GUESS, -1, IN_ITS_PLACE},
    {"no such protocol", false, 3, 2, true, 62, 62, ONCE_NS, REASON_ICMP_PROTOCOL_UNREACHABLE,
     DISPOSITION_REJECT, ACTOR_UNKNOWN, GUESS, -1, IN_ITS_PLACE},
    {"18: a loop behind its NAT", false, 11, 0, true, 62, 1, ONCE_NS, REASON_ICMP_TTL_EXCEEDED,
     DISPOSITION_UNREACHABLE, ACTOR_UNKNOWN, LIKELY, -1,
     IN_ITS_PLACE | FACT(TTL_EXPIRED_IN_TRANSIT)},
    {"18: IPv6", true, 3, 0, false, 64, 1, ONCE_NS, REASON_ICMP_TTL_EXCEEDED,
     DISPOSITION_UNREACHABLE, ACTOR_PATH, LIKELY, -1, FROM_ROUTER | FACT(TTL_EXPIRED_IN_TRANSIT)},
};

/* Of the host at hop 3. */
static struct echo host_echo(void)
{
    struct echo echo = judge_echo(62);

    judge_echo_at(&echo, 2, ECHO_EXPIRED);
    judge_echo_at(&echo, 3, ECHO_REPLIED);
    return echo;
}

static const struct addr *router_of(const struct row *row)
{
    return row->ipv6 ? &frame_router6 : &frame_router4;
}

static struct observed observed_of(const struct row *row)
{
    struct observed observed = judge_probe(row->ipv6);
    bool expired = row->reason == REASON_ICMP_TTL_EXCEEDED;

    judge_answer(
        &observed, row->by_target ? &observed.dst : router_of(row),
        (struct observed_answer){.kind = expired ? ANSWER_TTL_EXCEEDED : ANSWER_UNREACHABLE,
                                 .ttl = row->ttl,
                                 .icmp_type = row->type,
                                 .icmp_code = row->code,
                                 .quoted_ttl = row->quoted_ttl});
    observed.extra->answers[0].time_ns = observed_egress_ns(&observed, 0) + row->after_ns;
    return observed;
}

static void test_rows(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        const struct row *row = &rows[i];
        struct observed observed = observed_of(row);
        struct echo echo = host_echo();
        struct findings f = {.observed = &observed, .echo = &echo};
        struct verdict want = judge_answered_by(&observed.extra->answers[0].from, row->ttl);
        want.hops = distance_by_ttl(row->ttl);
        want.rtt_ns = row->after_ns;
        want.state = STATE_FILTERED;
        want.reason = row->reason;
        want.disposition = row->disposition;
        want.actor = row->actor;
        want.confidence = row->confidence;
        want.actor_hop = row->actor_hop;
        want.icmp_type = row->type;
        want.icmp_code = row->code;
        want.evidence = row->evidence;
        judge_expect(row->name, &f, want);
    }
}

static int16_t traced_hop(const struct row *row, unsigned hop)
{
    struct observed observed = observed_of(row);
    struct ttl_probe ttl_probe;
    struct verdict verdict;

    ttl_probe_begin(&ttl_probe, 1, 0, ~UINT32_C(0), 0);
    ttl_probe.hops[hop].outcome = TTL_PROBE_EXCEEDED;
    ttl_probe.hops[hop].from = *router_of(row);
    classify(&(struct findings){.observed = &observed, .ttl_probe = &ttl_probe}, &verdict);
    return verdict.actor_hop;
}

/* Where a router also reports expired TTLs, there it stands, whatever its TTL says; but not if the
 * SYN that it quotes came farther, or not so far: a NAT puts its address to the errors of others.
 */
static void test_a_traced_router(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        int16_t taken = 64 - rows[i].quoted_ttl;
        if (rows[i].by_target || rows[i].reason == REASON_ICMP_TTL_EXCEEDED)
            continue;
        if (rows[i].quoted_ttl == 0) { /* it was not quoted as it came */
            assert_int_equal(traced_hop(&rows[i], 5), 5);
            continue;
        }
        for (int16_t hop = 1; hop < 8; hop++) {
            int16_t want = hop == taken || hop == taken + 1 ? hop : -1;
            if (traced_hop(&rows[i], (unsigned)hop) != want)
                fail_msg("%s: hop %d", rows[i].name, hop);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_a_traced_router),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
