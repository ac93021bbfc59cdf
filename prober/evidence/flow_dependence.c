/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/evidence/flow_dependence.h"

#include "prober/packet/our_syn.h"

static void add(struct verdict *verdict, enum verdict_evidence evidence)
{
    verdict->evidence |= UINT64_C(1) << evidence;
}

enum { FLOWS_ALL = (1 << SYN_SCHEDULE_FLOWS) - 1 };

/* Do the two sets lie on different sides of the part? */
static bool splits(unsigned one, unsigned other, unsigned part)
{
    unsigned rest = FLOWS_ALL & ~part;

    return ((one & rest) == 0 && (other & part) == 0) || ((one & part) == 0 && (other & rest) == 0);
}

/* Was the flow asked twice, and did both SYNs have as long as the one that was answered? */
static bool is_in_vain(const struct findings *f, const struct observed_answer *best, unsigned flow)
{
    const struct observed *observed = f->observed;
    unsigned end = f->flows_awaited ? observed->attempt_count : best->attempt;
    unsigned sends = 0;

    if (end == OBSERVED_NO_ATTEMPT)
        return false;
    for (unsigned n = 0; n < end; n++)
        if (observed_flow(n) == flow && (observed->refused >> n & 1) == 0)
            sends++;
    return sends >= 2;
}

/* Two flows that stay silent, each twice, beside answered ones are hardly loss. */
enum { SILENT_FLOWS_MIN = 2 };

/* Did the flow that was answered have to repeat its SYN?  Then the silence of the others tells
 * nothing of them: whoever answered it may want a repetition, or be late. */
static bool is_repetition(const struct observed *observed, const struct observed_answer *answer)
{
    for (unsigned n = 0; answer->attempt != OBSERVED_NO_ATTEMPT && n < answer->attempt; n++)
        if (observed_flow(n) == observed_flow(answer->attempt) && (observed->refused >> n & 1) == 0)
            return true;
    return false;
}

/* Was the flow asked again when the SYN that was answered had left?  Else the way may only just
 * have come back, or the program begun to listen. */
static bool is_asked_after(const struct observed *observed, const struct observed_answer *answer,
                           unsigned flow)
{
    for (unsigned n = answer->attempt + 1U; n < observed->attempt_count; n++)
        if (observed_flow(n) == flow && (observed->refused >> n & 1) == 0)
            return true;
    return false;
}

/* Some flows were answered like this, others otherwise or not at all: by what do they differ? */
static void note_dependence(unsigned alike, unsigned unlike, struct verdict *verdict)
{
    unsigned unmarked = 0, ephemeral = 0;
    /* fewer may differ by anything */
    bool two_of_each = __builtin_popcount(alike) >= 2 && __builtin_popcount(unlike) >= 2;
    bool by_dscp, by_port;

    for (unsigned flow = 0; flow < SYN_SCHEDULE_FLOWS; flow++) {
        unmarked |= our_syn_tos(flow) == 0 ? 1U << flow : 0;
        ephemeral |= our_syn_is_ephemeral(flow) ? 1U << flow : 0;
    }
    by_dscp = two_of_each && splits(alike, unlike, unmarked);
    by_port = two_of_each && splits(alike, unlike, ephemeral);
    if (by_dscp && !by_port)
        add(verdict, EVIDENCE_DEPENDS_ON_DSCP);
    else if (by_port && !by_dscp)
        add(verdict, EVIDENCE_DEPENDS_ON_SOURCE_PORT);
    else
        add(verdict, EVIDENCE_DEPENDS_ON_FLOW);
}

bool flow_dependence_note(const struct findings *f, const struct observed_answer *best,
                          struct verdict *verdict)
{
    const struct observed *observed = f->observed;
    unsigned alike = 0, unlike = 0, silent = 0, silent_count = 0;
    bool as_a_client = false, asked_after = false;

    for (unsigned flow = 0; flow < SYN_SCHEDULE_FLOWS; flow++) {
        uint8_t kind = observed->extra->flows[flow].kind;
        if (kind == best->kind) {
            alike |= 1U << flow;
            as_a_client = as_a_client || our_syn_tos(flow) == 0;
        } else if (kind >= ANSWER_UNREACHABLE) {
            unlike |= 1U << flow;
        } else if (kind == 0 && is_in_vain(f, best, flow)) {
            silent |= 1U << flow;
            silent_count++;
            asked_after = asked_after || is_asked_after(observed, best, flow);
        }
    }
    if (unlike != 0 ||
        (silent_count >= SILENT_FLOWS_MIN && asked_after && !is_repetition(observed, best)))
        note_dependence(alike, unlike | silent, verdict);
    return unlike != 0 || silent != 0 || !as_a_client;
}
