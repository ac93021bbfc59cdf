/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/evidence/classify_silence.h"

#include <errno.h>

/* Fewer lost SYNs than this say nothing about the path. */
enum { LOSSES_MIN = 3 };

static const double CHANCE_MAX = 0.01; /* that silence is nothing but loss */

static void add(struct verdict *verdict, enum verdict_evidence evidence)
{
    verdict->evidence |= UINT64_C(1) << evidence;
}

static void judge_unknown(struct verdict *verdict, enum verdict_reason reason,
                          enum verdict_actor actor)
{
    verdict->state = STATE_UNKNOWN;
    verdict->reason = reason;
    verdict->actor = actor;
    verdict->confidence = actor == ACTOR_LOCAL ? CONFIDENCE_CERTAIN : CONFIDENCE_LIKELY;
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

/* With the loss that other ports of this check showed, how often would a port that
 * answers stay silent?  Jeffreys' estimate of the loss (VERDICTS section 4). */
static double chance_of_silence(const struct host_profile *profile, unsigned sent)
{
    double loss = (profile->losses + 0.5) / (profile->sends + 1.0);
    double chance = 1;

    while (sent-- > 0)
        chance *= loss;
    return chance;
}

/* What keeps us from saying anything about the target. */
static bool judge_obstacle(const struct findings *f, struct verdict *verdict)
{
    const struct observed *observed = f->observed;

    if (observed->send_error != 0)
        judge_unknown(verdict, send_failure_reason(observed->send_error), ACTOR_LOCAL);
    else if (observed->capture_lost)
        judge_unknown(verdict, REASON_CAPTURE_LOST, ACTOR_LOCAL);
    else if (verdict->sent == 0)
        judge_unknown(verdict, REASON_EGRESS_BLOCKED, ACTOR_LOCAL);
    else if (verdict->sent < observed->planned)
        judge_unknown(verdict, REASON_SEND_FAILED, ACTOR_LOCAL);
    else if (f->profile->losses >= LOSSES_MIN &&
             chance_of_silence(f->profile, verdict->sent) > CHANCE_MAX)
        judge_unknown(verdict, REASON_LOSSY_PATH, ACTOR_PATH);
    else if (observed_is_all_stale(observed)) /* a TCP with other connections is no filter */
        judge_unknown(verdict, REASON_NO_RESPONSE, ACTOR_UNKNOWN);
    else
        return false;
    return true;
}

/* What does the hop behind the last one make of the target's echoes? */
static enum echo_outcome next_hop_outcome(const struct findings *f)
{
    bool asked;
    uint8_t next;

    if (f->ttl_probe == NULL || !f->ttl_probe->trace || f->echo == NULL)
        return ECHO_SILENT;
    next = (uint8_t)(ttl_probe_last_forwarder(f->ttl_probe) + 1);
    return next <= TTL_PROBE_HOPS_MAX ? echo_at(f->echo, next, &asked) : ECHO_SILENT;
}

/* The host's RST to a lone ACK comes from as far as its other packets. */
static bool ack_was_answered(const struct findings *f)
{
    return f->observed->ack_answered &&
           (!f->profile->has_ttl || f->observed->ack_ttl == f->profile->ttl);
}

/* The target's own address forwards: it is a router's, and the port leads behind it. */
static bool judge_nat(const struct findings *f, struct verdict *verdict)
{
    uint8_t hop;

    if (f->ttl_probe == NULL || ttl_probe_hop_of(f->ttl_probe, &f->observed->dst) == 0)
        return false;
    hop = ttl_probe_last_forwarder(f->ttl_probe);
    add(verdict, EVIDENCE_TTL_EXPIRED_AT_TARGET);
    verdict->actor = ACTOR_BEHIND_NAT;
    verdict->actor_hop = hop < TTL_PROBE_HOPS_MAX ? (int16_t)(hop + 1) : VERDICT_UNKNOWN_HOP;
    verdict->confidence = CONFIDENCE_LIKELY;
    return true;
}

static void note_life(const struct findings *f, struct verdict *verdict)
{
    const struct host_profile *profile = f->profile;

    verdict->confidence = CONFIDENCE_LIKELY;
    if (profile->others_answered)
        add(verdict, EVIDENCE_OTHER_PORT_ANSWERED);
    if (profile->echo_replied)
        add(verdict, EVIDENCE_ECHO_ANSWERED);
    if (profile->others_answered || profile->echo_replied)
        return;
    if (!f->observed->ack_answered) {
        verdict->confidence = CONFIDENCE_GUESS;
        add(verdict, EVIDENCE_NO_SIGN_OF_LIFE);
    }
}

void classify_silence(const struct findings *findings, struct verdict *verdict)
{
    if (judge_obstacle(findings, verdict))
        return;
    verdict->state = STATE_FILTERED;
    verdict->reason = REASON_NO_RESPONSE;
    verdict->disposition = DISPOSITION_DROP;
    note_life(findings, verdict);
    if (judge_nat(findings, verdict))
        return;
    if (ack_was_answered(findings)) {
        add(verdict, EVIDENCE_ACK_PROBE_ANSWERED);
        return;
    }
    if (findings->profile->rejects_pause) {
        add(verdict, EVIDENCE_RATE_LIMIT_SUSPECTED);
        verdict->confidence = CONFIDENCE_GUESS;
        return;
    }
    if (next_hop_outcome(findings) != ECHO_SILENT)
        add(verdict, EVIDENCE_NEXT_HOP_ANSWERS);
    if (next_hop_outcome(findings) == ECHO_EXPIRED) /* the target itself could be the dropper */
        verdict->confidence = CONFIDENCE_CERTAIN;
}
