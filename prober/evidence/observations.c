/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/evidence/observations.h"

#include "common/base/clock.h"
#include "common/net/protocol.h"
#include "prober/evidence/distance.h"
#include "prober/evidence/icmp_codes.h"
#include "prober/packet/our_syn.h"

/* An error that arrives this long after the quoted SYN is from a router whose neighbour resolution
 * failed (ARP, or RFC 4861 section 7.2.2): Linux gives up after 3 s. */
#define NEIGHBOUR_GIVEN_UP_NS (2500 * NS_PER_MS)
/* the same after the second SYN of a flow, if either may be the quoted one (IPv6) */
#define REPEATED_GIVEN_UP_NS (1500 * NS_PER_MS)

#define CLOSE_NS (100 * NS_PER_MS) /* queues may delay one packet by this much and not another */

enum { UNREACHABLE = REPLY_UNREACHABLE_BY_TARGET | REPLY_UNREACHABLE_BY_OTHER };

enum { TOS_HALF_CLEARED = OUR_SYN_TOS & 0x1f /* without the old precedence bits */ };

static bool is_from_target(const struct observed *observed, const struct observed_answer *answer)
{
    return addr_equal(&answer->from, &observed->dst);
}

static value_set icmp_reply(const struct observed *observed, const struct observed_answer *answer)
{
    const struct icmp_code *code =
        icmp_code_find(observed->dst.family, answer->icmp_type, answer->icmp_code);
    bool by_target = is_from_target(observed, answer);

    if (answer->kind == ANSWER_TTL_EXCEEDED)
        return by_target ? REPLY_EXPIRED_AT_TARGET : REPLY_EXPIRED;
    if (by_target && (code->reason == REASON_ICMP_PROTOCOL_UNREACHABLE ||
                      code->reason == REASON_ICMP_PARAMETER_PROBLEM))
        return REPLY_NO_PROTOCOL;
    if (code->filter)
        return by_target ? REPLY_FILTER_BY_TARGET : REPLY_FILTER_BY_OTHER;
    return by_target ? REPLY_UNREACHABLE_BY_TARGET : REPLY_UNREACHABLE_BY_OTHER;
}

static value_set reply(const struct observed *observed, const struct observed_answer *answer)
{
    switch ((enum answer_kind)answer->kind) {
    case ANSWER_SYN_ACK: return REPLY_SYN_ACK;
    case ANSWER_RESET: return REPLY_RESET;
    case ANSWER_UNREACHABLE:
    case ANSWER_TTL_EXCEEDED: break;
    }
    return icmp_reply(observed, answer);
}

/* --- DSCP ---------------------------------------------------------------------------- */

/* The DSCP bits of a RST to a SYN with our DSCP (marked), or to one without; -1: none came. */
static int reset_tos(const struct observed *observed, bool marked)
{
    for (unsigned flow = 0; observed->answer_count > 0 && flow < SYN_SCHEDULE_FLOWS; flow++)
        if ((our_syn_tos(flow) != 0) == marked && observed->extra->flows[flow].kind == ANSWER_RESET)
            return observed->extra->flows[flow].tos & TOS_DSCP_MASK;
    return -1;
}

static value_set constant_dscp(int tos)
{
    if (tos == 0)
        return DSCP_ZERO;
    return tos == TOS_LOWDELAY ? DSCP_LOW_DELAY : DSCP_OTHER;
}

value_set observations_dscp(const struct observed *observed)
{
    int plain = reset_tos(observed, false);
    int marked = reset_tos(observed, true);

    if (marked >= 0 && plain >= 0 && marked != plain)
        return marked == 0 ? DSCP_OTHER : DSCP_FOLLOWS;
    if (marked == OUR_SYN_TOS)
        return plain < 0 ? DSCP_FOLLOWS : DSCP_OTHER;
    if (marked == TOS_HALF_CLEARED && plain < 0)
        return DSCP_FOLLOWS | DSCP_OTHER;
    if (marked >= 0)
        return constant_dscp(marked);
    return plain > 0 ? constant_dscp(plain) : NOT_SEEN;
}

static const struct observed_answer *reset_of(const struct observed *other)
{
    const struct observed_answer *best = observed_best(other);

    return best != NULL && best->kind == ANSWER_RESET ? best : NULL;
}

static bool is_given(unsigned index, const struct findings *f, const struct observed **other)
{
    *other = index < f->other_count ? f->others[index] : f->control;
    return index < f->other_count + (f->control != NULL);
}

/* Does another port's RST with the same TTL have a flow label, or our DSCP, where this one has not?
 */
static bool host_differs(const struct findings *f, const struct observed_answer *answer,
                         bool by_label)
{
    const struct observed *other;

    for (unsigned i = 0; is_given(i, f, &other); i++) {
        const struct observed_answer *reset = reset_of(other);
        if (reset == NULL || reset->ttl != answer->ttl)
            continue;
        if (reset->flow_label_copied || reset->ip_id_copied) /* maybe our SYN, turned around */
            continue;
        if (by_label ? reset->flow_label_set : observations_dscp(other) == DSCP_FOLLOWS)
            return true;
    }
    return false;
}

static value_set dscp(const struct findings *f, const struct observed_answer *answer)
{
    value_set seen = observations_dscp(f->observed);

    return seen == DSCP_ZERO && host_differs(f, answer, false) ? DSCP_ZERO_UNLIKE_HOST : seen;
}

static value_set label(const struct findings *f, const struct observed_answer *answer)
{
    if (f->observed->dst.family != ADDR_IPV6)
        return NOT_SEEN;
    if (answer->flow_label_copied)
        return LABEL_COPIED;
    if (answer->flow_label_set)
        return LABEL_SET;
    return host_differs(f, answer, true) ? LABEL_ZERO_UNLIKE_HOST : LABEL_ZERO;
}

static value_set ip_id(const struct findings *f, const struct observed_answer *answer)
{
    if (f->observed->dst.family != ADDR_IPV4)
        return NOT_SEEN;
    if (answer->ip_id_copied)
        return ID_COPIED;
    return answer->ip_id_zero && answer->dont_fragment ? ID_ZERO : ID_OTHER;
}

/* A router's quote can show that our DSCP was cleared before it.  If the quote has it, it may still
 * be cleared later; but an echo reply with our DSCP has travelled the whole path. */
static value_set path_dscp(const struct findings *f)
{
    const struct ttl_probe *ttl_probe = f->ttl_probe;

    for (unsigned hop = TTL_PROBE_HOPS_MAX; ttl_probe != NULL && hop > 0; hop--)
        if (our_syn_tos(ttl_probe->flow) != 0 &&
            ttl_probe->hops[hop].outcome == TTL_PROBE_EXCEEDED &&
            (ttl_probe->hops[hop].quoted_tos & TOS_DSCP_MASK) == 0)
            return PATH_CLEARS_DSCP;
    if (f->echo != NULL && f->echo->replied && (f->echo->reply_tos & TOS_DSCP_MASK) == OUR_SYN_TOS)
        return PATH_KEEPS_DSCP;
    return NOT_SEEN;
}

/* --- distance ------------------------------------------------------------------------ */

static value_set ttl(const struct findings *f, const struct observed_answer *answer)
{
    value_set seen;

    if (f->echo == NULL || !f->echo->replied)
        return NOT_SEEN;
    seen = distance_compare(answer->ttl, f->echo->reply_ttl);
    if (seen == TTL_SAME && distance_by_ttl(answer->ttl) == 1 && !route_is_on_link(f->route))
        return NOT_SEEN; /* our first router may answer for every target, echoes included */
    if ((seen & (TTL_NEARER | TTL_OTHER_BASE)) != 0 && !route_is_on_link(f->route) &&
        distance_by_ttl(answer->ttl) == 1 && distance_by_ttl(f->echo->reply_ttl) > 1)
        return TTL_FIRST_HOP;
    return seen;
}

/* For an error from another address: does it come from as far away as the echo reply, and does its
 * quote show that the SYN got that far? */
static bool is_as_far_as_target(const struct findings *f, const struct observed_answer *answer)
{
    return f->echo != NULL && f->echo->replied && answer->ttl == f->echo->reply_ttl &&
           distance_of_syn(answer, NULL) == distance_by_ttl(answer->ttl);
}

static value_set echo_ttl(const struct findings *f)
{
    uint8_t hop = distance_of_echo(f->echo);

    if (hop == 0 || f->echo == NULL || !f->echo->replied)
        return NOT_SEEN;
    if (distance_by_ttl(f->echo->reply_ttl) == hop)
        return ECHO_AS_FAR;
    return f->echo->reply_ttl == ECHO_FULL_TTL - 2 * (hop - 1) ? ECHO_IN_PLACE : ECHO_OTHER_TTL;
}

/* Corrects comparisons where the echo doesn't measure the target's distance.  If the target's
 * address forwards echoes, its own answers come from nearer.  And if SYNs are answered from the
 * target's hop on, the answer comes from there or from the router before it; a TTL that looks
 * nearer still means another path back. */
static void correct_distance(const struct findings *f, const struct observed_answer *answer,
                             value_set seen[static OBS_COUNT])
{
    bool passes_on;

    if (f->echo == NULL)
        return;
    passes_on = echo_expired_at_target(f->echo);
    if (passes_on && seen[OBS_REACH] == REACH_BEFORE)
        seen[OBS_REACH] = REACH_BEFORE_ECHO;
    if (passes_on && (seen[OBS_TTL] & (TTL_NEARER | TTL_FIRST_HOP)) != 0)
        seen[OBS_TTL] = TTL_TOO_NEAR;
    if (seen[OBS_TTL] == TTL_NEARER && seen[OBS_REACH] == REACH_SAME &&
        distance_by_ttl(answer->ttl) + 1 < distance_by_ttl(f->echo->reply_ttl))
        seen[OBS_TTL] = TTL_TOO_NEAR;
}

/* Does the target's own address forward SYNs, and at which hop?  Compares that hop only with a
 * distance measured by small TTLs, because the TTL of an echo reply measures only the path back. */
static value_set nat(const struct findings *f)
{
    uint8_t hop = f->ttl_probe != NULL ? ttl_probe_hop_of(f->ttl_probe, &f->observed->dst) : 0;
    uint8_t target = distance_of_echo(f->echo);

    if (hop != 0 && target == 0)
        return NAT_AT_TARGET | NAT_EARLY;
    if (hop != 0)
        return hop >= target ? NAT_AT_TARGET : NAT_EARLY;
    if (f->ttl_probe != NULL && target > 0 && target <= TTL_PROBE_HOPS_MAX &&
        f->ttl_probe->hops[target].outcome != TTL_PROBE_SILENT)
        return NAT_NOT_HERE;
    return NOT_SEEN;
}

/* --- the rest ------------------------------------------------------------------------ */

/* The number of flows that were answered; sets *differ unless all were answered alike. */
static unsigned count_flows(const struct observed *observed, const struct observed_answer *answer,
                            bool *differ)
{
    const struct observed_flow_answer *first = NULL;
    unsigned count = 0;

    for (unsigned flow = 0; flow < SYN_SCHEDULE_FLOWS; flow++) {
        const struct observed_flow_answer *on = &observed->extra->flows[flow];
        if (on->kind == 0)
            continue;
        first = first != NULL ? first : on;
        *differ = *differ || on->kind != answer->kind || on->ttl != answer->ttl ||
                  on->looks != first->looks;
        count++;
    }
    return count;
}

/* If another port's flows differ, paths have different lengths for this port, too. */
static value_set flows(const struct findings *f, const struct observed_answer *answer)
{
    bool differ = false;
    unsigned count = count_flows(f->observed, answer, &differ);

    for (unsigned i = 0; i < f->other_count; i++)
        if (observed_best(f->others[i]) != NULL)
            count_flows(f->others[i], observed_best(f->others[i]), &differ);
    if (differ)
        return FLOWS_DIFFER;
    return count >= OBSERVED_FLOWS_MANY ? FLOWS_AGREE : FLOWS_ONE;
}

static value_set delay(const struct findings *f, const struct observed_answer *answer)
{
    uint64_t egress_ns = answer->attempt != OBSERVED_NO_ATTEMPT
                             ? observed_egress_ns(f->observed, answer->attempt)
                             : 0;
    uint64_t taken_ns = answer->time_ns - egress_ns;
    uint64_t search_ns = answer->attempt_is_guess ? REPEATED_GIVEN_UP_NS : NEIGHBOUR_GIVEN_UP_NS;

    if (egress_ns == 0 || egress_ns > answer->time_ns)
        return NOT_SEEN;
    if (answer->kind <= ANSWER_UNREACHABLE && taken_ns > search_ns &&
        (icmp_reply(f->observed, answer) & UNREACHABLE) != 0)
        return DELAY_GIVEN_UP;    /* filters don't wait; such a delay has other causes there */
    if (answer->attempt_is_guess) /* it may have taken longer */
        return NOT_SEEN;
    if (answer->kind <= ANSWER_UNREACHABLE)
        return DELAY_AS_ECHO;
    if (answer->kind != ANSWER_RESET || f->echo == NULL || echo_rtt_ns(f->echo) == 0)
        return NOT_SEEN;
    return 2 * taken_ns + CLOSE_NS < echo_rtt_ns(f->echo) ? DELAY_EARLY : DELAY_AS_ECHO;
}

static value_set others(const struct findings *f)
{
    value_set seen = OTHERS_NONE;

    for (unsigned i = 0; i < f->other_count; i++) {
        const struct observed_answer *best = observed_best(f->others[i]);
        if (best == NULL)
            continue;
        if (best->kind >= ANSWER_RESET || f->was_open)
            return OTHERS_ALIVE;
        if (reply(f->others[i], best) == REPLY_UNREACHABLE_BY_OTHER)
            seen = OTHERS_UNREACHABLE;
    }
    return f->echo != NULL && f->echo->replied ? OTHERS_ALIVE : seen;
}

enum { SHORTER_MAX = 2 }; /* a path back may easily be shorter by this many hops */

/* Do our SYNs get much farther than where this answer comes from?  Then a device on the path sent
 * it in the target's name. */
static bool is_on_the_way(const struct findings *f, const struct observed_answer *answer)
{
    return f->ttl_probe != NULL &&
           distance_by_ttl(answer->ttl) + SHORTER_MAX <= ttl_probe_last_forwarder(f->ttl_probe);
}

bool observations_show_life(const struct findings *f)
{
    const struct observed *other;

    for (unsigned i = 0; is_given(i, f, &other); i++) {
        const struct observed_answer *best = observed_best(other);
        if (best == NULL || is_on_the_way(f, best))
            continue;
        if (best->kind >= ANSWER_RESET ||
            (reply(other, best) & (REPLY_FILTER_BY_TARGET | REPLY_NO_PROTOCOL)) != 0)
            return true;
    }
    return false;
}

void observations_make(const struct findings *f, value_set seen[static OBS_COUNT])
{
    const struct observed_answer *answer = observed_best(f->observed);

    for (unsigned i = 0; i < OBS_COUNT; i++)
        seen[i] = NOT_SEEN;
    if (answer == NULL) {
        seen[OBS_REPLY] = REPLY_NONE;
        return;
    }
    seen[OBS_REPLY] = reply(f->observed, answer);
    seen[OBS_FLOWS] = flows(f, answer);
    seen[OBS_DELAY] = delay(f, answer);
    seen[OBS_OTHERS] = others(f);
    seen[OBS_ECHO] = echo_ttl(f);
    if (is_from_target(f->observed, answer)) {
        seen[OBS_TTL] = ttl(f, answer);
        seen[OBS_REACH] = distance_reach(answer, f->ttl_probe, f->echo);
        seen[OBS_NAT] = nat(f);
        correct_distance(f, answer, seen);
    } else if (is_as_far_as_target(f, answer)) {
        seen[OBS_REPLY] = seen[OBS_REPLY] == REPLY_FILTER_BY_OTHER ? REPLY_FILTER_AT_TARGET
                          : seen[OBS_REPLY] == REPLY_UNREACHABLE_BY_OTHER
                              ? REPLY_UNREACHABLE_AT_TARGET
                              : seen[OBS_REPLY];
    }
    if (answer->kind < ANSWER_RESET)
        return;
    seen[OBS_WINDOW] = answer->window_zero ? WINDOW_ZERO : WINDOW_OPEN;
    seen[OBS_OPTIONS] = answer->no_options ? OPTIONS_NONE : OPTIONS_SOME;
    if (answer->kind != ANSWER_RESET)
        return;
    seen[OBS_DSCP] = dscp(f, answer);
    seen[OBS_LABEL] = label(f, answer);
    seen[OBS_IP_ID] = ip_id(f, answer);
    seen[OBS_PATH_DSCP] = path_dscp(f);
}
