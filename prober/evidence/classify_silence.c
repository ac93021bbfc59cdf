/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/evidence/classify_silence.h"

#include <errno.h>

#include "common/base/clock.h"
#include "prober/evidence/distance.h"
#include "prober/evidence/observations.h"

#define NEIGHBOUR_TIMEOUT_NS (3050 * NS_PER_MS) /* when Linux gives up (measured) */

static void add(struct verdict *verdict, enum verdict_evidence evidence)
{
    verdict->evidence |= UINT64_C(1) << evidence;
}

static void survive(struct verdict *verdict, enum verdict_explanation explanation)
{
    verdict->explanations |= UINT64_C(1) << explanation;
}

/* The checker itself is why nothing is known. */
static void set_unknown(struct verdict *verdict, enum verdict_reason reason)
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
    case EACCES: /* our own `prohibit` route */
    case EADDRNOTAVAIL: return REASON_NO_ROUTE;
    default: return REASON_SEND_FAILED;
    }
}

/* Is there a reason why the silence tells nothing about the target?  Then it becomes the verdict.
 */
static bool classify_obstacle(const struct findings *f, struct verdict *verdict)
{
    const struct observed *observed = f->observed;

    if (observed->send_error != 0)
        set_unknown(verdict, send_failure_reason(observed->send_error));
    else if (observed->capture_lost)
        set_unknown(verdict, REASON_CAPTURE_LOST);
    else if (verdict->sent == 0)
        set_unknown(verdict, REASON_EGRESS_BLOCKED);
    else if (verdict->sent < observed->planned)
        set_unknown(verdict, REASON_SEND_FAILED);
    else
        return false;
    return true;
}

/* Did the host answer a lone ACK?  Its RST must arrive with the same TTL as its echo reply. */
static bool ack_was_answered(const struct findings *f)
{
    return f->observed->ack_answered && f->echo != NULL && f->echo->replied &&
           f->observed->ack_ttl == f->echo->reply_ttl;
}

/* Does the target's address forward our SYNs at its own hop, as a NAT does? */
static bool note_nat(const struct findings *f, struct verdict *verdict)
{
    uint8_t hop = f->ttl_probe != NULL ? ttl_probe_hop_of(f->ttl_probe, &f->observed->dst) : 0;

    if (hop == 0 || f->echo == NULL || !f->echo->replied ||
        hop < distance_by_ttl(f->echo->reply_ttl) || hop < distance_of_echo(f->echo))
        return false;
    add(verdict, EVIDENCE_TTL_EXPIRED_AT_TARGET);
    verdict->actor = ACTOR_BEHIND_NAT;
    return true;
}

static bool shows_life(const struct findings *f)
{
    return observations_show_life(f) || (f->echo != NULL && f->echo->replied) ||
           ack_was_answered(f) || f->was_open;
}

static uint64_t longest(uint64_t rtt_ns, const struct observed *other)
{
    const struct observed_answer *best = other != NULL ? observed_best(other) : NULL;
    uint64_t its_ns = best != NULL ? observed_rtt_ns(other, best) : 0;

    return its_ns > rtt_ns ? its_ns : rtt_ns;
}

/* If a router forwards the port to a dead host, it reports that only when neighbour resolution
 * times out.  Would the report, after the longest known round trip, arrive too late for us? */
static bool is_cut_short(const struct findings *f)
{
    uint64_t rtt_ns = f->echo != NULL ? echo_rtt_ns(f->echo) : 0;

    for (unsigned i = 0; i < f->other_count; i++)
        rtt_ns = longest(rtt_ns, f->others[i]);
    rtt_ns = longest(rtt_ns, f->control);
    for (unsigned hop = 1; f->ttl_probe != NULL && hop <= TTL_PROBE_HOPS_MAX; hop++)
        if (f->ttl_probe->hops[hop].rtt_ns != VERDICT_NO_RTT &&
            f->ttl_probe->hops[hop].rtt_ns > rtt_ns)
            rtt_ns = f->ttl_probe->hops[hop].rtt_ns;
    return f->listened_ns != 0 && f->listened_ns < NEIGHBOUR_TIMEOUT_NS + rtt_ns;
}

/* Is the target certainly up?  Another port's answer proves it only with the TTL of the echo reply:
 * otherwise a device may have answered in the target's name, as some providers do for port 25. */
static bool life_is_proven(const struct findings *f)
{
    if (ack_was_answered(f) || f->was_open)
        return true;
    for (unsigned i = 0; f->echo != NULL && f->echo->replied && i < f->other_count; i++) {
        const struct observed_answer *best = observed_best(f->others[i]);
        if (best != NULL && addr_equal(&best->from, &f->observed->dst) &&
            best->ttl == f->echo->reply_ttl)
            return true;
    }
    return false;
}

static bool others_are_silent(const struct findings *f)
{
    for (unsigned i = 0; i < f->other_count; i++)
        if (observed_best(f->others[i]) != NULL)
            return false;
    return true;
}

static void note_life(const struct findings *f, struct verdict *verdict)
{
    bool cut_short = is_cut_short(f);

    if (observations_show_life(f))
        add(verdict, EVIDENCE_OTHER_PORT_ANSWERED);
    if (f->echo != NULL && f->echo->replied)
        add(verdict, EVIDENCE_ECHO_ANSWERED);
    verdict->confidence = CONFIDENCE_LIKELY;
    if (cut_short)
        survive(verdict, EXPLANATION_FORWARDED_TO_DEAD_HOST);
    /* (another machine may answer the echoes) */
    if (!life_is_proven(f))
        survive(verdict, EXPLANATION_HOST_DOWN);
    if (!shows_life(f) && others_are_silent(f))
        add(verdict, EVIDENCE_NO_SIGN_OF_LIFE);
    if (cut_short || !shows_life(f))
        verdict->confidence = CONFIDENCE_GUESS;
}

/* Does the hop after the last forwarder answer echoes?  ICMP is not TCP, so this shows only where
 * the SYN may have been dropped. */
static bool next_hop_answers(const struct findings *f)
{
    bool asked;
    uint8_t next;

    if (f->ttl_probe == NULL || !f->ttl_probe->trace || f->echo == NULL)
        return false;
    next = (uint8_t)(ttl_probe_last_forwarder(f->ttl_probe) + 1);
    return next <= TTL_PROBE_HOPS_MAX && f->ttl_probe->hops[next].outcome == TTL_PROBE_SILENT &&
           echo_at(f->echo, next, &asked) != ECHO_SILENT;
}

void classify_silence(const struct findings *findings, struct verdict *verdict)
{
    if (classify_obstacle(findings, verdict))
        return;
    verdict->state = STATE_FILTERED;
    verdict->reason = REASON_NO_RESPONSE;
    verdict->disposition = DISPOSITION_DROP;
    survive(verdict, EXPLANATION_DROPPED);
    survive(verdict, EXPLANATION_REPLIES_LOST);
    survive(verdict, EXPLANATION_LIMITER);
    survive(verdict, EXPLANATION_LISTENER_OVERLOADED);
    survive(verdict, EXPLANATION_GROUP_MEMBER);
    note_life(findings, verdict);
    note_nat(findings, verdict);
    if (ack_was_answered(findings))
        add(verdict, EVIDENCE_ACK_PROBE_ANSWERED);
    if (next_hop_answers(findings))
        add(verdict, EVIDENCE_NEXT_HOP_ANSWERS);
    if (findings->was_open)
        add(verdict, EVIDENCE_RECENTLY_OPEN);
    if (findings->limit_reached || findings->was_open) {
        add(verdict, EVIDENCE_RATE_LIMIT_SUSPECTED);
        verdict->disposition = DISPOSITION_UNKNOWN;
        verdict->confidence = CONFIDENCE_GUESS;
    }
}
