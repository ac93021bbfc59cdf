/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/evidence/classify.h"

#include <errno.h>
#include <stddef.h>

#include "common/base/clock.h"
#include "common/base/compiler.h"
#include "prober/evidence/classify_silence.h"
#include "prober/evidence/icmp_codes.h"
#include "prober/evidence/location.h"
#include "prober/packet/our_syn.h"

/* An error that comes this long after our SYN comes from a router whose search for
 * its neighbour failed (ARP, RFC 4861): Linux gives up after 3 s. */
#define NEIGHBOUR_GIVEN_UP_NS (2500 * NS_PER_MS)

/* The capture's clock is the wall clock: what took longer than any probe lasts was
 * a step of it. */
#define RTT_MAX_NS (5 * NS_PER_S)

/* What an answer shows, as bits; the table below reads them. */
enum fact {
    SYN_ACK = 1 << 0,
    RESET = 1 << 1,
    ICMP = 1 << 2,
    SAME = 1 << 3,           /* sent from as far as the target stands */
    NEARER = 1 << 4,         /* from before it */
    BEHIND = 1 << 5,         /* from behind it */
    CONFIRMED = 1 << 6,      /* the place, by SYNs with small TTLs */
    OTHER_BASE = 1 << 7,     /* its TTL started elsewhere than the host's do */
    PROXY = 1 << 8,          /* SYN-ACK of a kind that no listener sends */
    REFLECTED = 1 << 9,      /* RST with our DSCP, on IPv6 also a flow label */
    HALF = 1 << 10,          /* with our DSCP, but on IPv6 without a flow label */
    CONTRAST = 1 << 11,      /* RST without, but the host's own RSTs have it */
    ECHO_CONTRAST = 1 << 12, /* RST without, but the host's echo replies have it */
    ODD = 1 << 13,           /* RST with traits that no host's TCP gives it */
    BY_TARGET = 1 << 14,     /* ICMP error from the target's address */
    BY_FILTER = 1 << 15,     /* with a code of filters */
    GIVEN_UP = 1 << 16,      /* after a neighbour search */
    EXPIRED = 1 << 17,       /* TTL exceeded in spite of a full TTL */
};

/* The first row whose facts are all there decides.  Rows as in VERDICTS 3.4. */
static const struct rule {
    unsigned facts;
    enum verdict_disposition disposition;
    enum verdict_actor actor;
    enum verdict_confidence confidence;
} rules[] = {
    /* 2 */
    {SYN_ACK | PROXY | NEARER | CONFIRMED, DISPOSITION_ACCEPT, ACTOR_PATH, CONFIDENCE_CERTAIN},
    {SYN_ACK | PROXY | NEARER, DISPOSITION_ACCEPT, ACTOR_PATH, CONFIDENCE_LIKELY},
    {SYN_ACK | PROXY | BEHIND, DISPOSITION_ACCEPT, ACTOR_BEHIND_NAT, CONFIDENCE_LIKELY},
    {SYN_ACK | PROXY | SAME | CONTRAST, DISPOSITION_ACCEPT, ACTOR_HOST_FIREWALL, CONFIDENCE_LIKELY},
    {SYN_ACK | PROXY, DISPOSITION_ACCEPT, ACTOR_UNKNOWN, CONFIDENCE_LIKELY},
    /* 3, 4, 1 */
    {SYN_ACK | NEARER | CONFIRMED, DISPOSITION_ACCEPT, ACTOR_PATH, CONFIDENCE_CERTAIN},
    {SYN_ACK | NEARER, DISPOSITION_ACCEPT, ACTOR_PATH, CONFIDENCE_LIKELY},
    {SYN_ACK | BEHIND | CONFIRMED, DISPOSITION_ACCEPT, ACTOR_BEHIND_NAT, CONFIDENCE_CERTAIN},
    {SYN_ACK | BEHIND, DISPOSITION_ACCEPT, ACTOR_BEHIND_NAT, CONFIDENCE_LIKELY},
    {SYN_ACK | SAME, DISPOSITION_ACCEPT, ACTOR_HOST, CONFIDENCE_CERTAIN},
    {SYN_ACK, DISPOSITION_ACCEPT, ACTOR_HOST, CONFIDENCE_LIKELY},
    /* 7, 6 */
    {RESET | NEARER | CONFIRMED | REFLECTED, DISPOSITION_REFUSE, ACTOR_PATH, CONFIDENCE_CERTAIN},
    {RESET | NEARER | REFLECTED, DISPOSITION_REFUSE, ACTOR_PATH, CONFIDENCE_LIKELY},
    {RESET | NEARER | CONFIRMED, DISPOSITION_REJECT, ACTOR_PATH, CONFIDENCE_CERTAIN},
    {RESET | NEARER, DISPOSITION_REJECT, ACTOR_PATH, CONFIDENCE_LIKELY},
    /* 4 */
    {RESET | BEHIND | CONFIRMED | REFLECTED, DISPOSITION_REFUSE, ACTOR_BEHIND_NAT,
     CONFIDENCE_CERTAIN},
    {RESET | BEHIND, DISPOSITION_REFUSE, ACTOR_BEHIND_NAT, CONFIDENCE_LIKELY},
    /* 5 */
    {RESET | SAME | REFLECTED, DISPOSITION_REFUSE, ACTOR_HOST, CONFIDENCE_CERTAIN},
    {RESET | REFLECTED, DISPOSITION_REFUSE, ACTOR_HOST, CONFIDENCE_LIKELY},
    {RESET | HALF, DISPOSITION_REFUSE, ACTOR_HOST, CONFIDENCE_LIKELY},
    /* 8, 9, 10 */
    {RESET | SAME | CONTRAST, DISPOSITION_REJECT, ACTOR_HOST_FIREWALL, CONFIDENCE_CERTAIN},
    {RESET | SAME | ECHO_CONTRAST, DISPOSITION_REJECT, ACTOR_HOST_FIREWALL, CONFIDENCE_LIKELY},
    {RESET | CONTRAST | OTHER_BASE, DISPOSITION_REJECT, ACTOR_PATH, CONFIDENCE_LIKELY},
    {RESET | CONTRAST, DISPOSITION_REJECT, ACTOR_HOST_FIREWALL, CONFIDENCE_LIKELY},
    {RESET | ODD | OTHER_BASE, DISPOSITION_REJECT, ACTOR_PATH, CONFIDENCE_LIKELY},
    {RESET | ODD, DISPOSITION_REJECT, ACTOR_HOST_FIREWALL, CONFIDENCE_LIKELY},
    {RESET, DISPOSITION_REFUSE, ACTOR_UNKNOWN, CONFIDENCE_LIKELY},
    /* 18 */
    {ICMP | EXPIRED | BY_TARGET, DISPOSITION_UNREACHABLE, ACTOR_BEHIND_NAT, CONFIDENCE_LIKELY},
    {ICMP | EXPIRED, DISPOSITION_UNREACHABLE, ACTOR_PATH, CONFIDENCE_CERTAIN},
    /* 12, 11 */
    {ICMP | BY_TARGET | BY_FILTER | NEARER | CONFIRMED, DISPOSITION_REJECT, ACTOR_PATH,
     CONFIDENCE_CERTAIN},
    {ICMP | BY_TARGET | BY_FILTER | NEARER, DISPOSITION_REJECT, ACTOR_PATH, CONFIDENCE_LIKELY},
    {ICMP | BY_TARGET | BY_FILTER | BEHIND, DISPOSITION_REJECT, ACTOR_BEHIND_NAT,
     CONFIDENCE_LIKELY},
    {ICMP | BY_TARGET | BY_FILTER | SAME, DISPOSITION_REJECT, ACTOR_HOST_FIREWALL,
     CONFIDENCE_CERTAIN},
    {ICMP | BY_TARGET | BY_FILTER, DISPOSITION_REJECT, ACTOR_HOST_FIREWALL, CONFIDENCE_LIKELY},
    /* 16 */
    {ICMP | BY_TARGET | GIVEN_UP, DISPOSITION_UNREACHABLE, ACTOR_BEHIND_NAT, CONFIDENCE_CERTAIN},
    {ICMP | BY_TARGET | BEHIND, DISPOSITION_UNREACHABLE, ACTOR_BEHIND_NAT, CONFIDENCE_LIKELY},
    {ICMP | BY_TARGET, DISPOSITION_UNREACHABLE, ACTOR_UNKNOWN, CONFIDENCE_LIKELY},
    /* 13, 14, 15 */
    {ICMP | BY_FILTER, DISPOSITION_REJECT, ACTOR_PATH, CONFIDENCE_CERTAIN},
    {ICMP, DISPOSITION_UNREACHABLE, ACTOR_PATH, CONFIDENCE_CERTAIN},
    /* whatever else: nothing is claimed */
    {0, DISPOSITION_UNKNOWN, ACTOR_UNKNOWN, CONFIDENCE_GUESS},
};

static void add(struct verdict *verdict, enum verdict_evidence evidence)
{
    verdict->evidence |= UINT64_C(1) << evidence;
}

/* Notes the evidence if it is there, and gives the fact that the table knows it by. */
static unsigned note(struct verdict *verdict, bool there, enum verdict_evidence evidence,
                     unsigned fact)
{
    if (!there)
        return 0;
    add(verdict, evidence);
    return fact;
}

static unsigned place_facts(const struct findings *f, const struct location *location,
                            struct verdict *verdict)
{
    unsigned facts = 0;

    if (observed_is_own_address(f->observed))
        return SAME | CONFIRMED;
    facts |= note(verdict, location->base_differs, EVIDENCE_TTL_BASE_DIFFERS, OTHER_BASE);
    facts |= note(verdict, location->confirmed, EVIDENCE_HOP_CONFIRMED, CONFIRMED);
    facts |= note(verdict, location->nat, EVIDENCE_TTL_EXPIRED_AT_TARGET, 0);
    switch (location->place) {
    case PLACE_SAME:
        facts |= note(verdict, !f->profile->ttl_is_weak, EVIDENCE_TTL_MATCHES_HOST, SAME);
        break;
    case PLACE_NEARER: facts |= note(verdict, true, EVIDENCE_TTL_NEARER, NEARER); break;
    case PLACE_BEHIND: facts |= note(verdict, true, EVIDENCE_TTL_FARTHER, BEHIND); break;
    case PLACE_UNKNOWN: break;
    }
    return facts;
}

static unsigned syn_ack_facts(const struct findings *f, const struct observed_answer *answer,
                              struct verdict *verdict)
{
    unsigned facts = SYN_ACK;

    facts |= note(verdict, answer->window_zero, EVIDENCE_WINDOW_ZERO, PROXY);
    facts |= note(verdict, answer->no_options, EVIDENCE_NO_OPTIONS, PROXY);
    if ((facts & PROXY) != 0) {
        facts |= note(verdict, f->profile->host_reflects, EVIDENCE_HOST_REFLECTS_DSCP, CONTRAST);
        facts |= note(verdict, f->profile->echo_reflects, EVIDENCE_ECHO_REFLECTS_DSCP, CONTRAST);
    }
    return facts;
}

/* What the way makes of our DSCP, as a router before the target quotes it. */
static bool is_reflected(const struct findings *f, const struct observed_answer *answer)
{
    unsigned target = (unsigned)f->profile->hops;
    uint8_t arrived = 0;

    if (f->ttl_probe != NULL && target >= 2 && target <= TTL_PROBE_HOPS_MAX)
        arrived = f->ttl_probe->hops[target - 1].quoted_tos;
    return host_profile_is_reflected(answer->tos, f->observed->tos, f->echo) ||
           (arrived != 0 && host_profile_is_reflected(answer->tos, arrived, NULL));
}

/* A stack copies the SYN's DSCP into its RST and, on IPv6, sets a flow label;
 * netfilter does neither.  Seeing it proves a TCP stack, not seeing it proves
 * nothing: many stacks do not, and networks clear the field. */
static unsigned reset_facts(const struct findings *f, const struct observed_answer *answer,
                            struct verdict *verdict)
{
    const struct host_profile *profile = f->profile;
    bool ipv6 = f->observed->dst.family == ADDR_IPV6;
    unsigned facts = RESET;

    if (ipv6)
        add(verdict, answer->flow_label_set ? EVIDENCE_FLOW_LABEL_SET : EVIDENCE_FLOW_LABEL_ZERO);
    if (is_reflected(f, answer))
        return facts | note(verdict, true, EVIDENCE_DSCP_REFLECTED,
                            ipv6 && !answer->flow_label_set ? HALF : REFLECTED);
    add(verdict, EVIDENCE_DSCP_NOT_REFLECTED);
    facts |= note(verdict, profile->host_reflects, EVIDENCE_HOST_REFLECTS_DSCP, CONTRAST);
    facts |= note(verdict, profile->dscp_cleared, EVIDENCE_DSCP_CLEARED, 0);
    if (profile->control_differs && !profile->host_reflects) {
        add(verdict, EVIDENCE_STACK_REFLECTS_NOTHING);
        return facts;
    }
    facts |= note(verdict, profile->echo_reflects, EVIDENCE_ECHO_REFLECTS_DSCP, ECHO_CONTRAST);
    facts |= note(verdict, answer->tos == TOS_LOWDELAY /* pf, ipfw */, EVIDENCE_ODD_TOS, ODD);
    facts |= note(verdict, answer->window != 0, EVIDENCE_ODD_WINDOW, ODD);
    facts |= note(verdict,
                  profile->has_reset && f->observed->dst.family == ADDR_IPV4 &&
                      (profile->reset_dont_fragment != answer->dont_fragment ||
                       profile->reset_ip_id_zero != answer->ip_id_zero),
                  EVIDENCE_RESETS_DIFFER, ODD);
    return facts;
}

static unsigned icmp_facts(const struct findings *f, const struct observed_answer *answer,
                           struct verdict *verdict)
{
    const struct observed *observed = f->observed;
    const struct icmp_code *reason =
        icmp_code_find(observed->dst.family, answer->icmp_type, answer->icmp_code);
    uint64_t egress_ns = observed_egress_ns(observed, 0);
    bool late = egress_ns != 0 && answer->time_ns > egress_ns + NEIGHBOUR_GIVEN_UP_NS;
    unsigned facts = ICMP;

    verdict->icmp_type = answer->icmp_type;
    verdict->icmp_code = answer->icmp_code;
    verdict->reason = reason->reason;
    if (answer->kind == ANSWER_TTL_EXCEEDED)
        facts |= note(verdict, true, EVIDENCE_TTL_EXPIRED_IN_TRANSIT, EXPIRED);
    else
        facts |= note(verdict, late && !reason->filter, EVIDENCE_REPORTED_LATE, GIVEN_UP);
    facts |= reason->filter ? BY_FILTER : 0;
    if (addr_equal(&answer->from, &observed->dst))
        return facts | note(verdict, true, EVIDENCE_RESPONDER_IS_TARGET, BY_TARGET);
    add(verdict, EVIDENCE_RESPONDER_IS_ROUTER);
    return facts;
}

/* A router's own error: its hop is where it also reports expired TTLs; else by the
 * TTL on arrival and the TTL that it quotes, if they agree: it quotes the SYN before
 * or after taking one off. */
static int16_t router_hop(const struct findings *f, const struct observed_answer *answer)
{
    int16_t hops = host_profile_hops_by_ttl(answer->ttl);
    int taken = OUR_SYN_TTL - answer->quoted_ttl;

    /* (a NAT puts its own address to the errors of all routers behind it) */
    if (f->ttl_probe != NULL && !addr_equal(&answer->from, &f->observed->dst) &&
        ttl_probe_hop_of(f->ttl_probe, &answer->from) != 0)
        return ttl_probe_hop_of(f->ttl_probe, &answer->from);
    return hops == taken || hops == taken + 1 ? hops : VERDICT_UNKNOWN_HOP;
}

/* The sender's place by its TTL alone: only where that most likely started at 64 or
 * below, since routers and proxies of every make start at 128 and 255. */
static int16_t claimed_hop(const struct findings *f, const struct observed_answer *answer,
                           const struct location *location)
{
    if (observed_is_own_address(f->observed))
        return 0;
    if (answer->kind <= ANSWER_UNREACHABLE &&
        (location->place != PLACE_NEARER || !addr_equal(&answer->from, &f->observed->dst)))
        return router_hop(f, answer);
    if (location->hop != VERDICT_UNKNOWN_HOP &&
        (location->confirmed || f->profile->hops_confirmed || answer->ttl <= 64))
        return location->hop;
    /* a listener may choose its TTL, a RST has the stack's */
    return answer->kind == ANSWER_RESET && location->place == PLACE_UNKNOWN && answer->ttl <= 64 &&
                   !location->base_differs
               ? host_profile_hops_by_ttl(answer->ttl)
               : VERDICT_UNKNOWN_HOP;
}

static void note_conflicts(const struct observed *observed, const struct observed_answer *best,
                           struct verdict *verdict)
{
    for (unsigned i = 0; i < observed->answer_count; i++) {
        enum answer_kind kind = observed->extra->answers[i].kind;
        if (best->kind == ANSWER_SYN_ACK && kind == ANSWER_RESET)
            add(verdict, EVIDENCE_RST_INJECTED);
        if (best->kind >= ANSWER_RESET && kind <= ANSWER_UNREACHABLE)
            add(verdict, EVIDENCE_ICMP_CONTRADICTED);
    }
}

/* A later SYN was answered, and the first neither could have been nor met an old
 * connection. */
static bool shows_loss(const struct observed *observed, const struct observed_answer *answer)
{
    if (answer->attempt == OBSERVED_NO_ATTEMPT || answer->attempt == 0 || observed->stale != 0)
        return false;
    return !answer->attempt_is_guess || observed_flow(answer->attempt) != observed_flow(0);
}

static void describe(const struct observed *observed, const struct observed_answer *answer,
                     struct verdict *verdict)
{
    uint64_t egress_ns =
        answer->attempt != OBSERVED_NO_ATTEMPT ? observed_egress_ns(observed, answer->attempt) : 0;

    verdict->responder = answer->from;
    verdict->ttl = answer->ttl;
    verdict->hops = observed_is_own_address(observed) ? 0 : host_profile_hops_by_ttl(answer->ttl);
    if (egress_ns != 0 && egress_ns <= answer->time_ns) {
        verdict->rtt_ns = answer->time_ns - egress_ns;
        if (verdict->rtt_ns > RTT_MAX_NS)
            verdict->rtt_ns = VERDICT_NO_RTT;
        if (answer->attempt_is_guess)
            add(verdict, EVIDENCE_RTT_AMBIGUOUS);
    }
    if (shows_loss(observed, answer))
        add(verdict, EVIDENCE_RETRANSMITTED);
    if (answer->late)
        add(verdict, EVIDENCE_LATE_ANSWER);
    note_conflicts(observed, answer, verdict);
}

/* Our own machine says that nobody on the link answers. */
static void judge_own_error(const struct observed_answer *answer, struct verdict *verdict)
{
    verdict->icmp_type = answer->icmp_type;
    verdict->icmp_code = answer->icmp_code;
    verdict->state = STATE_FILTERED;
    verdict->reason = REASON_LOCAL_ARP_FAILURE;
    verdict->disposition = DISPOSITION_UNREACHABLE;
    verdict->actor = ACTOR_LOCAL;
    verdict->actor_hop = verdict->hops = 0;
    verdict->confidence = CONFIDENCE_CERTAIN;
}

/* Our own firewall rejects, in our own name: the kernel refused the SYN, too. */
static bool is_our_reject(const struct observed *observed, const struct observed_answer *answer)
{
    return observed->send_error == EPERM && addr_equal(&answer->from, &observed->src) &&
           !observed_is_own_address(observed);
}

static unsigned answer_facts(const struct findings *f, const struct observed_answer *answer,
                             struct verdict *verdict)
{
    switch ((enum answer_kind)answer->kind) {
    case ANSWER_SYN_ACK:
        verdict->state = STATE_OPEN;
        verdict->reason = REASON_SYN_ACK;
        return syn_ack_facts(f, answer, verdict);
    case ANSWER_RESET:
        verdict->state = STATE_CLOSED;
        verdict->reason = REASON_RESET;
        return reset_facts(f, answer, verdict);
    case ANSWER_UNREACHABLE:
    case ANSWER_TTL_EXCEEDED: break;
    }
    verdict->state = STATE_FILTERED;
    return icmp_facts(f, answer, verdict);
}

static void judge_answer(const struct findings *f, const struct observed_answer *answer,
                         struct verdict *verdict)
{
    struct location location = location_of(f->observed, answer, f->ttl_probe, f->profile);
    const struct rule *rule = rules;
    unsigned facts;

    describe(f->observed, answer, verdict);
    if (addr_equal(&answer->from, &f->observed->src) && !observed_is_own_address(f->observed)) {
        judge_own_error(answer, verdict);
        return;
    }
    facts = answer_facts(f, answer, verdict);
    if (answer->kind >= ANSWER_RESET || (facts & BY_TARGET) != 0)
        facts |= place_facts(f, &location, verdict);
    if ((facts & (BY_TARGET | NEARER)) == (BY_TARGET | NEARER))
        add(verdict, EVIDENCE_FORGED_SOURCE);
    while ((facts & rule->facts) != rule->facts)
        rule++; /* the last row asks for nothing */
    verdict->disposition = rule->disposition;
    verdict->actor = rule->actor;
    verdict->confidence = rule->confidence;
    if (verdict->actor != ACTOR_UNKNOWN && answer->kind != ANSWER_TTL_EXCEEDED)
        verdict->actor_hop = claimed_hop(f, answer, &location);
}

static void note_trace(const struct findings *f, struct verdict *verdict)
{
    if (f->ttl_probe == NULL || !f->ttl_probe->trace || verdict->state == STATE_OPEN ||
        verdict->disposition == DISPOSITION_REFUSE)
        return;
    verdict->last_hop = ttl_probe_last_forwarder(f->ttl_probe);
    if (verdict->reason == REASON_NO_RESPONSE && verdict->last_hop < TTL_PROBE_HOPS_MAX)
        verdict->silent_from = (int16_t)(verdict->last_hop + 1);
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
    if (observed->bad_ack)
        add(verdict, EVIDENCE_BAD_ACK_IGNORED);
    if (observed->stale != 0)
        add(verdict, EVIDENCE_STALE_CONNECTION);
    if (observed->has_nat)
        add(verdict, EVIDENCE_LOCAL_NAT);
    if (best != NULL && !is_our_reject(observed, best))
        judge_answer(findings, best, verdict);
    else
        classify_silence(findings, verdict);
    note_trace(findings, verdict);
}

bool classify_wants_contrast(const struct findings *findings)
{
    const struct observed_answer *best = observed_best(findings->observed);

    return best != NULL && best->kind == ANSWER_RESET && !is_reflected(findings, best) &&
           !findings->profile->host_reflects;
}
