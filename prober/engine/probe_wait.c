/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/engine/probe_wait.h"

#include "prober/evidence/observations.h"

#define COLLECT_NS        (250 * NS_PER_MS) /* a forged RST may overtake the SYN-ACK */
#define ECHO_GRACE_NS     (5 * NS_PER_MS)   /* plus a part of the round trip */
#define ECHO_GRACE_MAX_NS (50 * NS_PER_MS)

enum { ECHO_GRACE_PART = 16 /* of the round trip: replies to two packets may differ by it */ };

/* Of the SYN that was answered, because an earlier one may have been lost. */
static uint64_t round_trip_ns(const struct probe *probe, const struct observed_answer *answer)
{
    uint64_t egress_ns = answer->attempt != OBSERVED_NO_ATTEMPT
                             ? observed_egress_ns(&probe->observed, answer->attempt)
                             : 0;

    return egress_ns != 0 && egress_ns <= answer->time_ns
               ? answer->time_ns - egress_ns
               : probe_answered(probe)->first_ns - probe->start_ns;
}

/* Short, because people wait for this result, and many hosts answer no echo requests. */
static uint64_t grace_ns(const struct probe *probe, const struct observed_answer *answer)
{
    const struct echo *echo = &probe->check->echo;
    uint64_t grace;

    if (echo->attempt_count == 0 || echo->replied)
        return 0;
    grace = round_trip_ns(probe, answer) / ECHO_GRACE_PART + ECHO_GRACE_NS;
    return grace < ECHO_GRACE_MAX_NS ? grace : ECHO_GRACE_MAX_NS;
}

bool probe_wait_for_reset(const struct probe *probe)
{
    return probe->phase == PROBE_COLLECTING && probe->check != NULL && probe->check->keeps_packets;
}

/* A RST that follows our DSCP was sent by a TCP, not injected: there is no need to wait long. */
uint64_t probe_wait_until_ns(const struct probe *probe)
{
    const struct observed *observed = &probe->observed;
    const struct observed_answer *best = observed_best(observed);
    const struct echo *echo = &probe->check->echo;
    uint64_t until_ns = probe_answered(probe)->first_ns + COLLECT_NS, far_ns = 0;

    if (best->kind == ANSWER_SYN_ACK) {
        bool awaits_reset =
            probe->check->keeps_packets && (observed->half_open & ~observed->torn_down) != 0;
        return awaits_reset ? until_ns : probe_answered(probe)->first_ns + grace_ns(probe, best);
    }
    if (echo_rtt_ns(echo) != 0)
        far_ns = probe->start_ns + 2 * echo_rtt_ns(echo);
    else if (best->kind != ANSWER_RESET || observations_dscp(observed) != DSCP_FOLLOWS)
        far_ns = probe->start_ns + PROBE_WAIT_FAR_NS;
    if (far_ns > probe_wait_timeout_ns(probe))
        far_ns = probe_wait_timeout_ns(probe);
    return far_ns > until_ns ? far_ns : until_ns;
}
