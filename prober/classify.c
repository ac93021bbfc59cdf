/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/classify.h"

#include <errno.h>
#include <stddef.h>

#include "common/compiler.h"

enum { SYN_TTL = 64, DSCP_MASK = 0xfc };

struct icmp_row {
    uint8_t family, type, code;
    enum verdict_reason reason;
    enum verdict_disposition disposition;
};

/* RFC 792, RFC 1122 section 3.2.2.1, RFC 1812 section 5.2.7.1; RFC 4443
 * section 3.  "Prohibited" and port-unreachable come from filters: no TCP stack
 * answers a SYN with them. */
static const struct icmp_row icmp_rows[] = {
    {ADDR_IPV4, 3, 0, REASON_ICMP_NET_UNREACHABLE, DISPOSITION_UNREACHABLE},
    {ADDR_IPV4, 3, 1, REASON_ICMP_HOST_UNREACHABLE, DISPOSITION_UNREACHABLE},
    {ADDR_IPV4, 3, 2, REASON_ICMP_PROTOCOL_UNREACHABLE, DISPOSITION_REJECT},
    {ADDR_IPV4, 3, 3, REASON_ICMP_PORT_UNREACHABLE, DISPOSITION_REJECT},
    {ADDR_IPV4, 3, 5, REASON_ICMP_NET_UNREACHABLE, DISPOSITION_UNREACHABLE},
    {ADDR_IPV4, 3, 6, REASON_ICMP_NET_UNREACHABLE, DISPOSITION_UNREACHABLE},
    {ADDR_IPV4, 3, 7, REASON_ICMP_HOST_UNREACHABLE, DISPOSITION_UNREACHABLE},
    {ADDR_IPV4, 3, 8, REASON_ICMP_HOST_UNREACHABLE, DISPOSITION_UNREACHABLE},
    {ADDR_IPV4, 3, 9, REASON_ICMP_NET_PROHIBITED, DISPOSITION_REJECT},
    {ADDR_IPV4, 3, 10, REASON_ICMP_HOST_PROHIBITED, DISPOSITION_REJECT},
    {ADDR_IPV4, 3, 11, REASON_ICMP_NET_UNREACHABLE, DISPOSITION_UNREACHABLE},
    {ADDR_IPV4, 3, 12, REASON_ICMP_HOST_UNREACHABLE, DISPOSITION_UNREACHABLE},
    {ADDR_IPV4, 3, 13, REASON_ICMP_ADMIN_PROHIBITED, DISPOSITION_REJECT},
    {ADDR_IPV4, 3, 14, REASON_ICMP_ADMIN_PROHIBITED, DISPOSITION_REJECT},
    {ADDR_IPV4, 3, 15, REASON_ICMP_ADMIN_PROHIBITED, DISPOSITION_REJECT},
    {ADDR_IPV4, 11, 0, REASON_ICMP_TTL_EXCEEDED, DISPOSITION_UNREACHABLE},
    {ADDR_IPV6, 1, 0, REASON_ICMP_NO_ROUTE, DISPOSITION_UNREACHABLE},
    {ADDR_IPV6, 1, 1, REASON_ICMP_ADMIN_PROHIBITED, DISPOSITION_REJECT},
    {ADDR_IPV6, 1, 2, REASON_ICMP_BEYOND_SCOPE, DISPOSITION_UNREACHABLE},
    {ADDR_IPV6, 1, 3, REASON_ICMP_ADDRESS_UNREACHABLE, DISPOSITION_UNREACHABLE},
    {ADDR_IPV6, 1, 4, REASON_ICMP_PORT_UNREACHABLE, DISPOSITION_REJECT},
    {ADDR_IPV6, 1, 5, REASON_ICMP_SOURCE_POLICY, DISPOSITION_REJECT},
    {ADDR_IPV6, 1, 6, REASON_ICMP_REJECT_ROUTE, DISPOSITION_REJECT},
    {ADDR_IPV6, 3, 0, REASON_ICMP_TTL_EXCEEDED, DISPOSITION_UNREACHABLE},
};

static void add(struct verdict *verdict, enum verdict_evidence fact)
{
    verdict->evidence |= UINT64_C(1) << fact;
}

int16_t classify_hops(uint8_t ttl)
{
    static const int16_t starts[] = {32, 64, 128, 255};

    for (size_t i = 0; i < ARRAY_LEN(starts); i++)
        if (ttl <= starts[i])
            return (int16_t)(starts[i] - ttl + 1);
    return VERDICT_UNKNOWN_HOP;
}

static bool is_own_address(const struct record *record)
{
    return addr_equal(&record->src, &record->dst);
}

static void judge_syn_ack(const struct record_answer *answer, struct verdict *verdict)
{
    verdict->state = STATE_OPEN;
    verdict->reason = REASON_SYN_ACK;
    verdict->disposition = DISPOSITION_ACCEPT;
    verdict->confidence = CONFIDENCE_LIKELY;
    if (answer->window_zero) {
        add(verdict, EVIDENCE_WINDOW_ZERO);
        return;
    }
    verdict->actor = ACTOR_HOST;
    verdict->actor_hop = verdict->hops;
}

/* A stack copies the SYN's DSCP into its RST and, on IPv6, sets a flow label;
 * netfilter does neither.  Seeing it proves a TCP stack, not seeing it proves
 * nothing: many stacks do not, and networks clear the field. */
static void judge_reset(const struct record *record, const struct record_answer *answer,
                        struct verdict *verdict)
{
    bool reflected =
        (record->tos & DSCP_MASK) != 0 && ((answer->tos ^ record->tos) & DSCP_MASK) == 0;

    verdict->state = STATE_CLOSED;
    verdict->reason = REASON_RESET;
    verdict->disposition = DISPOSITION_REFUSE;
    verdict->confidence = CONFIDENCE_GUESS;
    add(verdict, reflected ? EVIDENCE_DSCP_REFLECTED : EVIDENCE_DSCP_NOT_REFLECTED);
    if (record->dst.family == ADDR_IPV6)
        add(verdict, answer->flow_label_set ? EVIDENCE_FLOW_LABEL_SET : EVIDENCE_FLOW_LABEL_ZERO);
    if (!reflected)
        return;
    verdict->actor = ACTOR_HOST;
    verdict->actor_hop = verdict->hops;
    verdict->confidence = CONFIDENCE_LIKELY;
}

/* The sender's distance, if the TTL its error arrived with and the TTL that our
 * SYN had when it was stopped agree.  A router quotes the SYN before or after
 * taking one off. */
static int16_t agreed_hop(const struct record_answer *answer)
{
    int16_t hops = classify_hops(answer->ttl);
    int taken = SYN_TTL - answer->quoted_ttl;

    return hops == taken || hops == taken + 1 ? hops : VERDICT_UNKNOWN_HOP;
}

static void judge_icmp(const struct record *record, const struct record_answer *answer,
                       struct verdict *verdict)
{
    verdict->state = STATE_FILTERED;
    verdict->icmp_type = answer->icmp_type;
    verdict->icmp_code = answer->icmp_code;
    verdict->reason = record->dst.family == ADDR_IPV4 ? REASON_ICMP_HOST_UNREACHABLE
                                                      : REASON_ICMP_ADDRESS_UNREACHABLE;
    verdict->disposition = DISPOSITION_UNREACHABLE;
    for (size_t i = 0; i < ARRAY_LEN(icmp_rows); i++) {
        const struct icmp_row *row = &icmp_rows[i];
        if (row->family != record->dst.family || row->type != answer->icmp_type ||
            row->code != answer->icmp_code)
            continue;
        verdict->reason = row->reason;
        verdict->disposition = row->disposition;
    }

    if (addr_equal(&answer->from, &record->src) && !is_own_address(record)) {
        verdict->reason = REASON_LOCAL_ARP_FAILURE;
        verdict->disposition = DISPOSITION_UNREACHABLE;
        verdict->actor = ACTOR_LOCAL;
        verdict->actor_hop = verdict->hops = 0;
        verdict->confidence = CONFIDENCE_CERTAIN;
        return;
    }
    if (answer->kind == ANSWER_TTL_EXCEEDED)
        add(verdict, EVIDENCE_TTL_EXPIRED_IN_TRANSIT);
    if (addr_equal(&answer->from, &record->dst)) {
        bool filter = verdict->disposition == DISPOSITION_REJECT;
        add(verdict, EVIDENCE_RESPONDER_IS_TARGET);
        verdict->actor = filter ? ACTOR_HOST_FIREWALL : ACTOR_UNKNOWN;
        verdict->confidence = filter ? CONFIDENCE_LIKELY : CONFIDENCE_GUESS;
    } else {
        add(verdict, EVIDENCE_RESPONDER_IS_ROUTER);
        verdict->actor = ACTOR_PATH;
        verdict->confidence = CONFIDENCE_CERTAIN;
    }
    if (verdict->actor != ACTOR_UNKNOWN && answer->kind == ANSWER_UNREACHABLE)
        verdict->actor_hop = is_own_address(record) ? 0 : agreed_hop(answer);
}

static void note_conflicts(const struct record *record, const struct record_answer *best,
                           struct verdict *verdict)
{
    for (unsigned i = 0; i < record->answer_count; i++) {
        enum answer_kind kind = record->answers[i].kind;
        if (best->kind == ANSWER_SYN_ACK && kind == ANSWER_RESET)
            add(verdict, EVIDENCE_RST_INJECTED);
        if (best->kind >= ANSWER_RESET && kind <= ANSWER_UNREACHABLE)
            add(verdict, EVIDENCE_ICMP_CONTRADICTED);
    }
}

/* A later SYN was answered, and the first neither could have been nor met an old
 * connection. */
static bool shows_loss(const struct record *record, const struct record_answer *answer)
{
    if (answer->try == RECORD_NO_TRY || answer->try == 0 || record->stale)
        return false;
    return !answer->try_is_guess || record->tries[answer->try].flow != record->tries[0].flow;
}

static void judge_answer(const struct record *record, const struct record_answer *answer,
                         struct verdict *verdict)
{
    verdict->responder = answer->from;
    verdict->ttl = answer->ttl;
    verdict->hops = is_own_address(record) ? 0 : classify_hops(answer->ttl);
    if (answer->try != RECORD_NO_TRY && record->tries[answer->try].left_ns != 0 &&
        record->tries[answer->try].left_ns <= answer->time_ns) {
        verdict->rtt_ns = answer->time_ns - record->tries[answer->try].left_ns;
        if (answer->try_is_guess)
            add(verdict, EVIDENCE_RTT_AMBIGUOUS);
    }
    if (shows_loss(record, answer))
        add(verdict, EVIDENCE_RETRANSMITTED);
    if (answer->late)
        add(verdict, EVIDENCE_LATE_ANSWER);

    switch ((enum answer_kind)answer->kind) {
    case ANSWER_SYN_ACK: judge_syn_ack(answer, verdict); break;
    case ANSWER_RESET: judge_reset(record, answer, verdict); break;
    case ANSWER_UNREACHABLE:
    case ANSWER_TTL_EXCEEDED: judge_icmp(record, answer, verdict); break;
    }
    note_conflicts(record, answer, verdict);
}

static void judge_unknown(struct verdict *verdict, enum verdict_reason reason)
{
    verdict->state = STATE_UNKNOWN;
    verdict->reason = reason;
    verdict->actor = ACTOR_LOCAL;
    verdict->confidence = CONFIDENCE_CERTAIN;
}

static enum verdict_reason send_failure_reason(int error)
{
    switch (error) {
    case EPERM: return REASON_LOCAL_FIREWALL;
    case ENETUNREACH:
    case EHOSTUNREACH:
    case EACCES: /* a `prohibit` route of our own */
    case EADDRNOTAVAIL: return REASON_NO_ROUTE;
    default: return REASON_SEND_FAILED;
    }
}

/* Silence is a verdict only if our SYNs went out and nothing was lost here. */
static void judge_silence(const struct record *record, struct verdict *verdict)
{
    /* what is no answer still came from somebody */
    bool shows_life = record->target_alive || record->stale || record->bad_ack;

    if (record->send_error != 0 && verdict->sent == 0) {
        judge_unknown(verdict, send_failure_reason(record->send_error));
        return;
    }
    if (record->capture_lost) {
        judge_unknown(verdict, REASON_CAPTURE_LOST);
        return;
    }
    if (verdict->sent == 0) {
        judge_unknown(verdict, REASON_EGRESS_BLOCKED);
        return;
    }
    verdict->state = STATE_FILTERED;
    verdict->reason = REASON_NO_RESPONSE;
    verdict->disposition = DISPOSITION_DROP;
    verdict->confidence = shows_life ? CONFIDENCE_LIKELY : CONFIDENCE_GUESS;
    if (record->target_alive)
        add(verdict, EVIDENCE_OTHER_PORT_ANSWERED);
    else if (!shows_life)
        add(verdict, EVIDENCE_NO_SIGN_OF_LIFE);
}

void classify(const struct record *record, struct verdict *verdict)
{
    const struct record_answer *best = record_best(record);

    verdict_init(verdict, record->dport);
    verdict->sent = record_sent(record);
    if (is_own_address(record))
        add(verdict, EVIDENCE_OWN_ADDRESS);
    if (record->bad_ack)
        add(verdict, EVIDENCE_BAD_ACK_IGNORED);
    if (record->stale)
        add(verdict, EVIDENCE_STALE_CONNECTION);
    if (best != NULL)
        judge_answer(record, best, verdict);
    else
        judge_silence(record, verdict);
}
