/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/evidence/classify.h"

#include <errno.h>

#include "common/base/clock.h"
#include "common/base/compiler.h"
#include "prober/evidence/classify_silence.h"
#include "prober/evidence/distance.h"
#include "prober/evidence/flow_dependence.h"
#include "prober/evidence/icmp_codes.h"
#include "prober/evidence/observations.h"
#include "prober/packet/our_syn.h"

/* The capture's clock is the wall clock: what took longer than any probe lasts was
 * a step of it. */
#define RTT_MAX_NS (5 * NS_PER_S)

static void add(struct verdict *verdict, enum verdict_evidence evidence)
{
    verdict->evidence |= UINT64_C(1) << evidence;
}

/* --- observations in words --------------------------------------------------------------- */

/* What is said of an observation that has this value. */
static const struct word {
    enum observation observation;
    value_set value;
    enum verdict_evidence evidence;
} words[] = {
    {OBS_TTL, TTL_SAME, EVIDENCE_TTL_MATCHES_HOST},
    {OBS_TTL, TTL_NEARER | TTL_FIRST_HOP | TTL_TOO_NEAR, EVIDENCE_TTL_NEARER},
    {OBS_TTL, TTL_FARTHER, EVIDENCE_TTL_FARTHER},
    {OBS_TTL, TTL_OTHER_BASE, EVIDENCE_TTL_BASE_DIFFERS},
    {OBS_REACH, REACH_SAME | REACH_BEFORE | REACH_BEHIND, EVIDENCE_HOP_CONFIRMED},
    {OBS_NAT, NAT_AT_TARGET, EVIDENCE_TTL_EXPIRED_AT_TARGET},
    {OBS_DSCP, DSCP_FOLLOWS, EVIDENCE_DSCP_REFLECTED},
    {OBS_DSCP, DSCP_ZERO | DSCP_ZERO_UNLIKE_HOST | DSCP_LOW_DELAY | DSCP_OTHER,
     EVIDENCE_DSCP_NOT_REFLECTED},
    {OBS_DSCP, DSCP_LOW_DELAY | DSCP_OTHER, EVIDENCE_ODD_TOS},
    {OBS_DSCP, DSCP_ZERO_UNLIKE_HOST, EVIDENCE_HOST_REFLECTS_DSCP},
    {OBS_WAY, WAY_CLEARS, EVIDENCE_DSCP_CLEARED},
    {OBS_LABEL, LABEL_SET | LABEL_COPIED, EVIDENCE_FLOW_LABEL_SET},
    {OBS_LABEL, LABEL_ZERO | LABEL_ZERO_UNLIKE_HOST, EVIDENCE_FLOW_LABEL_ZERO},
    {OBS_LABEL, LABEL_ZERO_UNLIKE_HOST, EVIDENCE_RESETS_DIFFER},
    {OBS_IP_ID, ID_COPIED, EVIDENCE_IP_ID_COPIED},
    {OBS_DELAY, DELAY_GIVEN_UP, EVIDENCE_REPORTED_LATE},
};

static void note_observations(const value_set seen[static OBS_COUNT], struct verdict *verdict)
{
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (seen[words[i].observation] != NOT_SEEN &&
            (seen[words[i].observation] & words[i].value) != 0)
            add(verdict, words[i].evidence);
    if ((seen[OBS_REPLY] & REPLY_SYN_ACK) != 0 && seen[OBS_WINDOW] == WINDOW_ZERO)
        add(verdict, EVIDENCE_WINDOW_ZERO);
    if ((seen[OBS_REPLY] & REPLY_SYN_ACK) != 0 && seen[OBS_OPTIONS] == OPTIONS_NONE)
        add(verdict, EVIDENCE_NO_OPTIONS);
    if ((seen[OBS_REPLY] & REPLY_RESET) != 0 && seen[OBS_WINDOW] == WINDOW_OPEN)
        add(verdict, EVIDENCE_ODD_WINDOW);
}

/* One machine refuses a SYN or accepts it; of two SYNs it may do both, and so may two machines. */
static void note_conflicts(const struct observed *observed, const struct observed_answer *best,
                           struct verdict *verdict)
{
    const struct observed_flow_answer *flows = observed->extra->flows;

    for (unsigned flow = 0; flow < SYN_SCHEDULE_FLOWS; flow++)
        if (flows[flow].kind == ANSWER_SYN_ACK && flows[flow].has_reset)
            add(verdict, EVIDENCE_RST_INJECTED);
    for (unsigned i = 0; best->kind >= ANSWER_RESET && i < observed->answer_count; i++)
        if (observed->extra->answers[i].kind <= ANSWER_UNREACHABLE)
            add(verdict, EVIDENCE_ICMP_CONTRADICTED);
}

/* A later SYN was answered, and the first cannot have been: it was of the same flow, which has this
 * answer, or of one that has none. */
static bool shows_repeat(const struct observed *observed, const struct observed_answer *answer)
{
    if (answer->attempt == OBSERVED_NO_ATTEMPT || answer->attempt == 0)
        return false;
    return observed_flow(answer->attempt) == observed_flow(0)
               ? !answer->attempt_is_guess
               : observed->extra->flows[observed_flow(0)].kind == 0;
}

static void describe(const struct observed *observed, const struct observed_answer *answer,
                     struct verdict *verdict)
{
    uint64_t rtt_ns = observed_rtt_ns(observed, answer);

    verdict->responder = answer->from;
    verdict->ttl = answer->ttl;
    verdict->hops = observed_is_own_address(observed) ? 0 : distance_by_ttl(answer->ttl);
    if (rtt_ns != 0) {
        verdict->rtt_ns = rtt_ns <= RTT_MAX_NS ? rtt_ns : VERDICT_NO_RTT;
        if (answer->attempt_is_guess)
            add(verdict, EVIDENCE_RTT_AMBIGUOUS);
    }
    if (shows_repeat(observed, answer))
        add(verdict, EVIDENCE_RETRANSMITTED);
    if (answer->late)
        add(verdict, EVIDENCE_LATE_ANSWER);
    note_conflicts(observed, answer, verdict);
}

/* --- hops -------------------------------------------------------------------------------- */

/* A router's own error: its hop is where it also reports expired TTLs; else by the
 * TTL on arrival and the TTL that it quotes, if they agree: it quotes the SYN before
 * or after taking one off. */
static int16_t router_hop(const struct findings *f, const struct observed_answer *answer)
{
    int16_t hops = distance_by_ttl(answer->ttl);
    int taken = OUR_SYN_TTL - answer->quoted_ttl;

    /* (a NAT puts its own address to the errors of all routers behind it) */
    if (f->ttl_probe != NULL && !addr_equal(&answer->from, &f->observed->dst) &&
        ttl_probe_hop_of(f->ttl_probe, &answer->from) != 0) {
        int16_t hop = ttl_probe_hop_of(f->ttl_probe, &answer->from);
        uint8_t quoted = distance_of_syn(answer, NULL);
        return quoted != 0 && (hop > quoted || hop + 1 < quoted) ? VERDICT_UNKNOWN_HOP : hop;
    }
    return (hops == taken || hops == taken + 1) && hops <= OUR_SYN_TTL ? hops : VERDICT_UNKNOWN_HOP;
}

/* Only from a distance that was confirmed: by small TTLs, or by a quote. */
static int16_t actor_hop(const struct findings *f, const struct observed_answer *answer,
                         const value_set seen[static OBS_COUNT], const struct verdict *verdict)
{
    enum verdict_actor actor = verdict->actor;
    int16_t alone = distance_by_ttl(answer->ttl);
    uint8_t syn = distance_of_syn(answer, f->ttl_probe);
    uint8_t echo = distance_of_echo(f->echo);

    if (observed_is_own_address(f->observed))
        return 0;
    if (actor == ACTOR_UNKNOWN || answer->kind == ANSWER_TTL_EXCEEDED)
        return VERDICT_UNKNOWN_HOP;
    /* a SYN turned around in place counts both ways, at each TTL that it had */
    if (answer->kind >= ANSWER_RESET && (answer->ip_id_copied || answer->flow_label_copied) &&
        actor != ACTOR_HOST)
        return VERDICT_UNKNOWN_HOP;
    if (!addr_equal(&answer->from, &f->observed->dst))
        return router_hop(f, answer);
    if (actor == ACTOR_BEHIND_NAT && verdict->disposition == DISPOSITION_UNREACHABLE)
        /* the router before a dead host says so, after it counted the SYN down */
        return syn == alone + 1 ? alone : VERDICT_UNKNOWN_HOP;
    if (actor == ACTOR_PATH || answer->kind == ANSWER_UNREACHABLE)
        /* a SYN is counted down before or after it is stopped, or reported */
        return syn == alone || syn == alone + 1 ? alone : VERDICT_UNKNOWN_HOP;
    if (syn != 0)
        return syn;
    return echo != 0 && seen[OBS_TTL] == TTL_SAME && actor != ACTOR_BEHIND_NAT
               ? echo
               : VERDICT_UNKNOWN_HOP;
}

/* --- verdicts ---------------------------------------------------------------------------- */

/* Our own machine says that nobody answers ARP or neighbour solicitations: the target, if it is
 * in a network of ours that we are joined to; else our gateway, or whoever should answer for
 * the world, which says nothing of the target. */
static void judge_own_error(const struct findings *f, const struct observed_answer *answer,
                            struct verdict *verdict)
{
    verdict->icmp_type = answer->icmp_type;
    verdict->icmp_code = answer->icmp_code;
    verdict->actor = ACTOR_LOCAL;
    verdict->actor_hop = verdict->hops = 0;
    verdict->confidence = f->route == ROUTE_UNKNOWN ? CONFIDENCE_LIKELY : CONFIDENCE_CERTAIN;
    if (f->route != ROUTE_ATTACHED) {
        verdict->state = STATE_UNKNOWN;
        verdict->reason =
            f->route == ROUTE_CUT ? REASON_EGRESS_BLOCKED : REASON_GATEWAY_UNREACHABLE;
        return;
    }
    /* (a switch port that does not forward yet, or that keeps machines apart, looks the same) */
    verdict->confidence = CONFIDENCE_LIKELY;
    verdict->state = STATE_FILTERED;
    verdict->reason = REASON_LOCAL_ARP_FAILURE;
    verdict->disposition = DISPOSITION_UNREACHABLE;
}

/* Our own firewall rejects, in our own name: the kernel refused the SYN, too. */
static bool is_our_reject(const struct observed *observed, const struct observed_answer *answer)
{
    return observed->send_error == EPERM && addr_equal(&answer->from, &observed->src) &&
           !observed_is_own_address(observed);
}

/* State and reason are what came on the wire, and nothing else. */
static void state_of(const struct observed *observed, const struct observed_answer *answer,
                     struct verdict *verdict)
{
    switch ((enum answer_kind)answer->kind) {
    case ANSWER_SYN_ACK:
        verdict->state = STATE_OPEN;
        verdict->reason = REASON_SYN_ACK;
        return;
    case ANSWER_RESET:
        verdict->state = STATE_CLOSED;
        verdict->reason = REASON_RESET;
        return;
    case ANSWER_TTL_EXCEEDED: add(verdict, EVIDENCE_TTL_EXPIRED_IN_TRANSIT); break;
    case ANSWER_UNREACHABLE: break;
    }
    verdict->state = STATE_FILTERED;
    verdict->icmp_type = answer->icmp_type;
    verdict->icmp_code = answer->icmp_code;
    verdict->reason =
        icmp_code_find(observed->dst.family, answer->icmp_type, answer->icmp_code)->reason;
    add(verdict, addr_equal(&answer->from, &observed->dst) ? EVIDENCE_RESPONDER_IS_TARGET
                                                           : EVIDENCE_RESPONDER_IS_ROUTER);
}

static enum verdict_confidence at_most(enum verdict_confidence confidence,
                                       enum verdict_confidence most)
{
    return confidence < most ? confidence : most;
}

/* The actor is named when it is likely; the confidence is that of the weakest claim made. */
static void claim(const struct findings *f, const value_set seen[static OBS_COUNT],
                  struct verdict *verdict)
{
    struct survivors left;
    enum verdict_confidence sure;

    explanations_survive(seen, &left);
    verdict->explanations = left.rows;
    explanations_disposition(&left, &verdict->disposition, &verdict->confidence);
    if (explanations_actor(&left, &verdict->actor, &sure) && sure >= CONFIDENCE_LIKELY)
        verdict->confidence = at_most(verdict->confidence, sure);
    else
        verdict->actor = ACTOR_UNKNOWN;
    /* two ways compared, which may differ by themselves */
    if (verdict->actor == ACTOR_UNKNOWN || verdict->actor == ACTOR_PATH ||
        verdict->actor == ACTOR_BEHIND_NAT)
        verdict->confidence = at_most(verdict->confidence, CONFIDENCE_LIKELY);
    if (f->control != NULL && observed_best(f->control) != NULL &&
        observed_best(f->control)->kind == ANSWER_SYN_ACK && verdict->state == STATE_OPEN) {
        add(verdict, EVIDENCE_EVERY_PORT_ACCEPTS);
        verdict->confidence = at_most(verdict->confidence, CONFIDENCE_LIKELY);
    }
}

/* A quote of only eight bytes of an echo holds 31 bits of ours that a stranger must guess: alone
 * it makes nothing certain. */
static void doubt_short_quotes(const struct findings *f, struct verdict *verdict)
{
    struct findings strict = *f;
    struct verdict said = *verdict;
    struct echo proven;
    value_set seen[OBS_COUNT];

    if (f->echo == NULL || !echo_leave_proven(f->echo, &proven))
        return;
    strict.echo = &proven;
    observations_make(&strict, seen);
    claim(&strict, seen, &said);
    if (said.confidence < CONFIDENCE_CERTAIN)
        verdict->confidence = at_most(verdict->confidence, CONFIDENCE_LIKELY);
}

static void say(struct verdict *verdict, enum verdict_disposition disposition,
                enum verdict_actor actor, enum verdict_explanation explanation)
{
    verdict->disposition = disposition;
    verdict->actor = actor;
    verdict->explanations |= UINT64_C(1) << explanation;
}

/* This machine's TCP reflects our mark, and sets a flow label; netfilter does neither. */
static void judge_own_reset(const value_set seen[static OBS_COUNT], struct verdict *verdict)
{
    if (seen[OBS_DSCP] == DSCP_FOLLOWS || (seen[OBS_LABEL] & (LABEL_SET | LABEL_COPIED)) != 0) {
        say(verdict, DISPOSITION_REFUSE, ACTOR_HOST, EXPLANATION_HOST_REFUSES);
        return;
    }
    verdict->confidence = CONFIDENCE_LIKELY;
    say(verdict, DISPOSITION_REFUSE, ACTOR_HOST, EXPLANATION_HOST_REFUSES_PLAINLY);
    say(verdict, DISPOSITION_REJECT, ACTOR_HOST_FIREWALL, EXPLANATION_NETFILTER_ON_HOST);
    if (seen[OBS_DSCP] == NOT_SEEN) { /* the marked flow was not answered */
        verdict->disposition = DISPOSITION_REFUSE;
        verdict->actor = ACTOR_UNKNOWN;
        verdict->confidence = CONFIDENCE_GUESS;
    }
}

/* The target is this machine: its TCP answers, or its own firewall. */
static void judge_own_address(const value_set seen[static OBS_COUNT], struct verdict *verdict)
{
    verdict->actor_hop = 0;
    verdict->confidence = CONFIDENCE_CERTAIN;
    if (seen[OBS_REPLY] == REPLY_RESET) {
        judge_own_reset(seen, verdict);
    } else if (seen[OBS_REPLY] != REPLY_SYN_ACK) {
        say(verdict, DISPOSITION_REJECT, ACTOR_HOST_FIREWALL, EXPLANATION_NETFILTER_ON_HOST);
    } else if (seen[OBS_WINDOW] == WINDOW_ZERO || seen[OBS_OPTIONS] == OPTIONS_NONE) {
        verdict->confidence = CONFIDENCE_LIKELY;
        say(verdict, DISPOSITION_ACCEPT, ACTOR_HOST_FIREWALL, EXPLANATION_SYN_PROXY_ON_HOST);
    } else {
        say(verdict, DISPOSITION_ACCEPT, ACTOR_HOST, EXPLANATION_HOST_ACCEPTS);
    }
}

static void judge_answer(const struct findings *f, const struct observed_answer *answer,
                         struct verdict *verdict)
{
    value_set seen[OBS_COUNT];

    describe(f->observed, answer, verdict);
    if (addr_equal(&answer->from, &f->observed->src) && !observed_is_own_address(f->observed)) {
        judge_own_error(f, answer, verdict);
        return;
    }
    state_of(f->observed, answer, verdict);
    observations_make(f, seen);
    note_observations(seen, verdict);
    if (observed_is_own_address(f->observed)) {
        judge_own_address(seen, verdict);
        return;
    }
    claim(f, seen, verdict);
    doubt_short_quotes(f, verdict);
    if (flow_dependence_note(f, answer, verdict))
        verdict->confidence = at_most(verdict->confidence, CONFIDENCE_LIKELY);
    verdict->actor_hop = actor_hop(f, answer, seen, verdict);
    if (seen[OBS_REACH] == REACH_BEFORE && answer->kind <= ANSWER_UNREACHABLE &&
        verdict->actor == ACTOR_PATH)
        add(verdict, EVIDENCE_FORGED_SOURCE);
    if (f->was_open && verdict->state != STATE_OPEN) {
        add(verdict, EVIDENCE_RECENTLY_OPEN);
        verdict->confidence = at_most(verdict->confidence, CONFIDENCE_LIKELY);
    }
}

static void note_trace(const struct findings *f, struct verdict *verdict)
{
    uint8_t next;

    if (f->ttl_probe == NULL || !f->ttl_probe->trace || verdict->state == STATE_OPEN ||
        verdict->disposition == DISPOSITION_REFUSE)
        return;
    verdict->last_hop = ttl_probe_last_forwarder(f->ttl_probe);
    if (verdict->reason == REASON_ICMP_TTL_EXCEEDED)
        verdict->last_hop = ttl_probe_first_of_router(f->ttl_probe, (uint8_t)verdict->last_hop);
    next = (uint8_t)(verdict->last_hop + 1);
    if (verdict->reason == REASON_NO_RESPONSE && next <= TTL_PROBE_HOPS_MAX &&
        f->ttl_probe->hops[next].sends > 0 && f->ttl_probe->hops[next].outcome == TTL_PROBE_SILENT)
        verdict->silent_from = next;
    if (ttl_probe_loops(f->ttl_probe))
        add(verdict, EVIDENCE_ROUTING_LOOP);
}

void classify(const struct findings *findings, struct verdict *verdict)
{
    const struct observed *observed = findings->observed;
    const struct observed_answer *best = observed_best(observed);

    verdict_init(verdict, observed->dport);
    verdict->sent = observed_sent(observed);
    if (observed_is_own_address(observed))
        add(verdict, EVIDENCE_OWN_ADDRESS);
    if (observed->has_nat)
        add(verdict, EVIDENCE_LOCAL_NAT);
    if (best != NULL && !is_our_reject(observed, best))
        judge_answer(findings, best, verdict);
    else
        classify_silence(findings, verdict);
    note_trace(findings, verdict);
}

bool classify_wants_hops(const struct findings *findings)
{
    value_set seen[OBS_COUNT];

    if (observed_best(findings->observed) == NULL || observed_is_own_address(findings->observed))
        return false;
    observations_make(findings, seen);
    return explanations_wants(seen, 1U << OBS_REACH | 1U << OBS_NAT);
}

bool classify_wants_company(const struct findings *findings)
{
    value_set seen[OBS_COUNT];

    if (observed_best(findings->observed) == NULL)
        return false;
    observations_make(findings, seen);
    return seen[OBS_DSCP] == DSCP_ZERO || seen[OBS_LABEL] == LABEL_ZERO;
}
