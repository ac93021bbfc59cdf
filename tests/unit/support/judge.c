/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests of verdicts share. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/compiler.h"
#include "tests/unit/support/frames.h"
#include "tests/unit/support/judge.h"

void judge_alone(const struct observed *observed, struct verdict *verdict)
{
    struct findings findings = {.observed = observed};

    classify(&findings, verdict);
}

struct observed_extra *judge_room(void)
{
    static struct observed_extra rooms[256];
    static unsigned next;
    struct observed_extra *extra = &rooms[next++ % ARRAY_LEN(rooms)];

    memset(extra, 0, sizeof(*extra));
    return extra;
}

struct observed judge_probe_between(const struct addr *src, const struct addr *dst)
{
    struct observed observed = {
        .src = *src,
        .dst = *dst,
        .dport = FRAME_DPORT,
        .seqs = {FRAME_SEQ, 2, 3, 4, 5},
        .sports = {FRAME_SPORT, FRAME_SPORT + 1, FRAME_SPORT + 2, FRAME_SPORT + 3, FRAME_SPORT + 4},
        .ts_value = 0x0a0b0c0d,
        .ip_id = 0x4242,
        .first_egress_ns = NS_PER_S,
        .egress = {1},
        .attempt_count = 1,
        .planned = 1,
        .extra = judge_room(),
    };

    return observed;
}

struct observed judge_probe(bool ipv6)
{
    return ipv6 ? judge_probe_between(&frame_us6, &frame_them6)
                : judge_probe_between(&frame_us4, &frame_them4);
}

struct packet judge_packet(const char *name, uint64_t time_ns)
{
    const struct frame *frame = frame_named(name);
    struct packet packet;

    assert_true(packet_parse_frame(frame->bytes, frame->len, &packet));
    packet.time_ns = time_ns;
    return packet;
}

void judge_flow(struct observed *observed, unsigned flow, const struct addr *from,
                struct observed_answer answer)
{
    struct observed_flow_answer *on = &observed->extra->flows[flow];

    if (answer.attempt == 0)
        for (uint8_t n = SYN_SCHEDULE_ATTEMPTS; n-- > 0;)
            if (observed_flow(n) == flow)
                answer.attempt = n;
    answer.from = *from;
    if (answer.attempt < SYN_SCHEDULE_ATTEMPTS) {
        if (observed->attempt_count <= answer.attempt)
            observed->attempt_count = (uint8_t)(answer.attempt + 1);
        if (observed->egress[answer.attempt] == 0 && answer.attempt > 0)
            observed_set_egress(observed, answer.attempt,
                                NS_PER_S + syn_schedule[answer.attempt].at_ms * NS_PER_MS);
    }
    if (answer.time_ns == 0)
        answer.time_ns =
            NS_PER_S + 5 * NS_PER_MS +
            (answer.attempt < SYN_SCHEDULE_ATTEMPTS ? syn_schedule[answer.attempt].at_ms * NS_PER_MS
                                                    : 0);
    if (answer.kind > on->kind)
        *on = (struct observed_flow_answer){
            .kind = answer.kind, .ttl = answer.ttl, .tos = answer.tos, .has_reset = on->has_reset};
    on->has_reset = on->has_reset || answer.kind == ANSWER_RESET;
    observed->extra->answers[observed->answer_count++] = answer;
}

void judge_answer(struct observed *observed, const struct addr *from, struct observed_answer answer)
{
    judge_flow(observed, 0, from, answer);
}

struct echo judge_echo(uint8_t ttl)
{
    return (struct echo){
        .attempts = {{.ttl = ECHO_FULL_TTL, .outcome = ECHO_REPLIED}},
        .attempt_count = 1,
        .replied = true,
        .reply_ttl = ttl,
        .reply_tos = OUR_SYN_TOS,
        .rtt_ns = 5 * NS_PER_MS,
    };
}

void judge_echo_at(struct echo *echo, uint8_t ttl, enum echo_outcome outcome)
{
    echo->attempts[echo->attempt_count++] =
        (struct echo_attempt){.ttl = ttl, .outcome = outcome & 3U};
}

struct ttl_probe judge_walk(unsigned first, const struct addr *router, const struct addr *target)
{
    struct ttl_probe ttl_probe;

    ttl_probe_begin(&ttl_probe, 1, 0, ~UINT32_C(0), 0);
    for (unsigned hop = 1; hop <= TTL_PROBE_HOPS_MAX; hop++) {
        ttl_probe.hops[hop].outcome = hop < first ? TTL_PROBE_EXCEEDED : TTL_PROBE_ANSWERED;
        ttl_probe.hops[hop].from = hop < first ? *router : *target;
        ttl_probe.hops[hop].from.bytes[1] ^= hop < first ? (uint8_t)hop : 0;
        ttl_probe.hops[hop].sends = 1;
    }
    return ttl_probe;
}

void judge_verdict(const struct verdict *got, enum verdict_state state, enum verdict_reason reason,
                   enum verdict_disposition disposition, enum verdict_actor actor,
                   enum verdict_confidence confidence, uint64_t evidence)
{
    assert_string_equal(verdict_state_name(got->state), verdict_state_name(state));
    assert_string_equal(verdict_reason_name(got->reason), verdict_reason_name(reason));
    assert_string_equal(verdict_disposition_name(got->disposition),
                        verdict_disposition_name(disposition));
    assert_string_equal(verdict_actor_name(got->actor), verdict_actor_name(actor));
    assert_string_equal(verdict_confidence_name(got->confidence),
                        verdict_confidence_name(confidence));
    assert_int_equal(got->evidence, evidence);
}

void judge_word(const char *row, const char *got, const char *wanted)
{
    if (got == NULL || wanted == NULL || strcmp(got, wanted) != 0)
        fail_msg("%s: %s instead of %s", row, got, wanted);
}

static void assert_number(const char *row, const char *field, int64_t got, int64_t wanted)
{
    if (got != wanted)
        fail_msg("%s: %s is %lld instead of %lld", row, field, (long long)got, (long long)wanted);
}

void judge_facts(const char *row, uint64_t got, uint64_t wanted)
{
    for (unsigned bit = 0; bit < 64; bit++)
        if (((got ^ wanted) >> bit & 1) != 0)
            fail_msg("%s: %s %s", row, verdict_evidence_name(bit),
                     (got >> bit & 1) != 0 ? "is claimed" : "is missing");
}

void judge_expect(const char *row, const struct findings *findings, struct verdict want)
{
    struct verdict got;
    char a[ADDR_TEXT_LEN], b[ADDR_TEXT_LEN];

    classify(findings, &got);
    judge_word(row, verdict_state_name(got.state), verdict_state_name(want.state));
    judge_word(row, verdict_reason_name(got.reason), verdict_reason_name(want.reason));
    judge_word(row, verdict_disposition_name(got.disposition),
               verdict_disposition_name(want.disposition));
    judge_word(row, verdict_actor_name(got.actor), verdict_actor_name(want.actor));
    judge_word(row, verdict_confidence_name(got.confidence),
               verdict_confidence_name(want.confidence));
    judge_facts(row, got.evidence, want.evidence);
    addr_format(&got.responder, a);
    addr_format(&want.responder, b);
    judge_word(row, a, b);
    assert_number(row, "port", got.port, FRAME_DPORT);
    assert_number(row, "rtt_ns", (int64_t)got.rtt_ns, (int64_t)want.rtt_ns);
    assert_number(row, "sent", got.sent, want.sent);
    assert_number(row, "ttl", got.ttl, want.ttl);
    assert_number(row, "hops", got.hops, want.hops);
    assert_number(row, "actor_hop", got.actor_hop, want.actor_hop);
    assert_number(row, "icmp_type", got.icmp_type, want.icmp_type);
    assert_number(row, "icmp_code", got.icmp_code, want.icmp_code);
}

/* With nothing to compare. */
void judge_expect_alone(const char *row, const struct observed *observed, struct verdict want)
{
    judge_expect(row, &(struct findings){.observed = observed}, want);
}

/* What every answered probe of one SYN has in common. */
struct verdict judge_answered_by(const struct addr *responder, uint8_t ttl)
{
    return (struct verdict){
        .rtt_ns = 5 * NS_PER_MS,
        .sent = 1,
        .responder = *responder,
        .ttl = ttl,
        .hops = (int16_t)(64 - ttl + 1),
        .actor_hop = -1,
        .icmp_type = -1,
        .icmp_code = -1,
    };
}

struct verdict judge_unanswered(enum verdict_state state, enum verdict_reason reason)
{
    struct verdict verdict;

    verdict_init(&verdict, FRAME_DPORT);
    verdict.state = state;
    verdict.reason = reason;
    return verdict;
}

struct observed judge_flows(const char *flows, uint8_t asked)
{
    struct observed observed = judge_probe(false);

    observed.planned = SYN_SCHEDULE_ATTEMPTS;
    for (unsigned flow = 0; flow < strlen(flows); flow++) {
        struct observed_answer answer = {.ttl = 62, .icmp_type = 3, .icmp_code = 13};
        if (flows[flow] == '-')
            continue;
        answer.kind = flows[flow] == 's'   ? ANSWER_SYN_ACK
                      : flows[flow] == 'r' ? ANSWER_RESET
                                           : ANSWER_UNREACHABLE;
        judge_flow(&observed, flow,
                   answer.kind == ANSWER_UNREACHABLE ? &frame_router4 : &observed.dst, answer);
    }
    observed.attempt_count = asked;
    return observed;
}
