/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/evidence/observed_flows.h"

#include "prober/packet/our_syn.h"

static bool is_answered(const struct observed *observed, unsigned flow)
{
    return observed->extra->flows[flow].kind != 0;
}

/* Is there an answer of a flow with our mark, or of one without? */
static bool is_answered_with(const struct observed *observed, bool marked)
{
    for (unsigned flow = 0; flow < SYN_SCHEDULE_FLOWS; flow++)
        if ((our_syn_tos(flow) != 0) == marked && is_answered(observed, flow))
            return true;
    return false;
}

static unsigned answered_flows(const struct observed *observed)
{
    unsigned count = 0;

    for (unsigned flow = 0; flow < SYN_SCHEDULE_FLOWS; flow++)
        count += is_answered(observed, flow);
    return count;
}

/* Has a flow stayed silent that was asked before the one that was answered?  Of those asked
 * later the answers may be on their way. */
static bool has_silent_flow(const struct observed *observed, const struct observed_answer *best)
{
    for (unsigned n = 0; n < observed->attempt_count && n < best->attempt; n++)
        if ((observed->refused >> n & 1) == 0 && !is_answered(observed, observed_flow(n)))
            return true;
    return false;
}

/* Would this flow's answer tell more? */
static bool is_contrast(const struct observed *observed, const struct observed_answer *best,
                        unsigned flow)
{
    if (is_answered(observed, flow))
        return false;
    switch ((enum answer_kind)best->kind) {
    case ANSWER_SYN_ACK: return has_silent_flow(observed, best);
    case ANSWER_RESET: /* to see what it makes of our mark */
        return !is_answered_with(observed, our_syn_tos(flow) != 0) ||
               has_silent_flow(observed, best);
    case ANSWER_UNREACHABLE:
    case ANSWER_TTL_EXCEEDED: break;
    }
    return answered_flows(observed) < 2;
}

uint8_t observed_next_contrast(const struct observed *observed)
{
    const struct observed_answer *best = observed_best(observed);
    unsigned most = best->kind <= ANSWER_UNREACHABLE ? best->attempt + 1U : SYN_SCHEDULE_ATTEMPTS;

    for (unsigned n = observed->attempt_count; n < observed->planned && n <= most; n++)
        if (is_contrast(observed, best, observed_flow(n)))
            return (uint8_t)n;
    return OBSERVED_NO_ATTEMPT;
}

static bool is_asked(const struct observed *observed, unsigned flow)
{
    for (unsigned n = 0; n < observed->attempt_count; n++)
        if (observed_flow(n) == flow && (observed->refused >> n & 1) == 0)
            return true;
    return false;
}

uint8_t observed_next_flow(const struct observed *observed)
{
    if (answered_flows(observed) >= OBSERVED_FLOWS_MANY)
        return OBSERVED_NO_ATTEMPT;
    for (unsigned n = observed->attempt_count; n < observed->planned; n++)
        if (!is_asked(observed, observed_flow(n)))
            return (uint8_t)n;
    return OBSERVED_NO_ATTEMPT;
}

bool observed_is_late(const struct observed *observed, const struct observed_answer *answer)
{
    for (unsigned n = 0; answer->attempt != OBSERVED_NO_ATTEMPT && n < answer->attempt; n++)
        if ((observed->refused >> n & 1) == 0)
            return true;
    return false;
}
