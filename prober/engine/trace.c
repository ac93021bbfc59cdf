/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/engine/trace.h"

#include "prober/engine/check_echo.h"
#include "prober/engine/gather.h"
#include "prober/evidence/distance.h"
#include "prober/evidence/observed_flows.h"
#include "prober/packet/our_syn.h"

enum {
    TRACE_AFTER_ATTEMPTS = 3, /* SYNs without an answer, then a trace begins */
    ECHO_BEHIND_ROUND = 1,    /* of a trace: by then the last hop is known well enough */
};

/* How far a trace goes.  Nothing is asked behind a router that rejects: it would only answer
 * less often.  And nothing behind the target, if its distance is known: a SYN that gets there
 * counts for limits on connections.  (At its hop it may say that it forwards the port.) */
static uint8_t trace_limit(const struct check *check, const struct observed_answer *best)
{
    int target = distance_of_echo(&check->echo);

    if (best != NULL && best->kind == ANSWER_UNREACHABLE)
        return best->quoted_ttl < OUR_SYN_TTL ? (uint8_t)(OUR_SYN_TTL - best->quoted_ttl) : 1;
    if (target == 0 && check->echo.replied)
        target = distance_by_ttl(check->echo.reply_ttl);
    return target == 0 || target > TTL_PROBE_HOPS_MAX ? TTL_PROBE_HOPS_MAX : (uint8_t)target;
}

/* The host's echoes at the same hops show how far it really is. */
static void ask_echo_at(struct engine *engine, struct check *check, int hop, uint64_t now_ns)
{
    bool asked;

    if (hop < 1 || hop > TTL_PROBE_HOPS_MAX || !check->echo.replied)
        return;
    echo_at(&check->echo, (uint8_t)hop, &asked);
    if (!asked)
        check_echo_send(engine, check, (uint8_t)hop, now_ns);
}

static uint32_t hop_bit(int hop)
{
    return hop >= 1 && hop <= TTL_PROBE_HOPS_MAX ? UINT32_C(1) << hop : 0;
}

/* The hops that show from where an answer comes: around the target's distance by its echo, and
 * around the sender's own, by the TTLs of both. */
static uint32_t wanted_hops(const struct check *check, const struct observed_answer *best)
{
    int target = distance_by_ttl(check->echo.reply_ttl);
    int sender = target - (best->ttl - check->echo.reply_ttl);
    int alone = distance_by_ttl(best->ttl);

    return hop_bit(target - 1) | hop_bit(target) | hop_bit(sender - 1) | hop_bit(sender) |
           hop_bit(sender + 1) | hop_bit(alone - 1) | hop_bit(alone) | hop_bit(alone + 1);
}

/* The flow to trace: of the answer, or with our mark if that was answered as well, since a
 * router's quote then shows what becomes of it. */
static uint8_t choose_flow(const struct observed *observed)
{
    const struct observed_answer *best = observed_best(observed);
    uint8_t flow = best->attempt != OBSERVED_NO_ATTEMPT ? observed_flow(best->attempt) : 0;

    for (unsigned i = 0; i < SYN_SCHEDULE_FLOWS; i++)
        if (our_syn_tos(i) != 0 && observed->extra->flows[i].kind == best->kind)
            return (uint8_t)i;
    return flow;
}

/* The echo requests that tell the same of the host; first at the sender's distance. */
static void ask_echoes(struct engine *engine, struct check *check,
                       const struct observed_answer *best, uint64_t now_ns)
{
    int target = distance_by_ttl(check->echo.reply_ttl);
    int alone = distance_by_ttl(best->ttl);

    if (best->kind >= ANSWER_RESET) { /* an error quotes how far the SYN got */
        ask_echo_at(engine, check, alone, now_ns);
        ask_echo_at(engine, check, alone - 1, now_ns);
    }
    ask_echo_at(engine, check, target, now_ns);
    ask_echo_at(engine, check, target - 1, now_ns);
}

/* Would it tell more of an answer in the target's name to know from where it comes? */
static bool is_in_doubt(const struct findings *findings, const struct observed_answer *best)
{
    const struct echo *echo = findings->echo;

    if (!echo->replied || !addr_equal(&best->from, &findings->observed->dst))
        return false;
    if (best->kind <= ANSWER_UNREACHABLE && best->ttl == echo->reply_ttl)
        return false;
    return classify_wants_hops(findings);
}

void trace_start_for_answer(struct engine *engine, struct probe *probe, uint64_t now_ns)
{
    const struct observed_answer *best = observed_best(&probe->observed);
    struct check *check = probe->check;
    struct findings findings;
    bool doubt, located, trace;
    uint8_t flow;

    if (probe->ttl_probe != NULL || probe->control || observed_is_own_address(&probe->observed) ||
        engine_is_crowded(engine, probe->check))
        return;
    /* both flows first: their answers tell which one to trace */
    if (best->kind == ANSWER_RESET &&
        observed_next_contrast(&probe->observed) != OBSERVED_NO_ATTEMPT)
        return;
    gather_findings(engine, probe, &findings);
    doubt = is_in_doubt(&findings, best);
    located = best->kind <= ANSWER_UNREACHABLE;
    if (doubt)
        ask_echoes(engine, check, best, now_ns);
    trace = check->trace && (located || doubt);
    if (!trace && (!doubt || located))
        return;
    probe->ttl_probe = pool_get(engine->ttl_probes);
    if (probe->ttl_probe == NULL)
        return;
    flow = choose_flow(&probe->observed);
    if (trace)
        ttl_probe_begin_trace(probe->ttl_probe, engine_random_u32(engine), flow,
                              trace_limit(check, best), now_ns);
    else
        ttl_probe_begin(probe->ttl_probe, engine_random_u32(engine), flow, wanted_hops(check, best),
                        now_ns);
    trace_send_due(engine, probe, now_ns);
}

void trace_start_if_silent(struct engine *engine, struct probe *probe, uint64_t now_ns)
{
    const struct observed *observed = &probe->observed;

    if (!probe->check->trace || probe->ttl_probe != NULL || probe->control ||
        engine_is_crowded(engine, probe->check) || observed_is_own_address(observed) ||
        (observed->attempt_count < TRACE_AFTER_ATTEMPTS &&
         observed->attempt_count < observed->planned))
        return;
    probe->ttl_probe = pool_get(engine->ttl_probes);
    if (probe->ttl_probe == NULL)
        return;
    ttl_probe_begin_trace(probe->ttl_probe, engine_random_u32(engine), 0,
                          trace_limit(probe->check, NULL), now_ns);
    trace_send_due(engine, probe, now_ns);
}

void trace_send_due(struct engine *engine, struct probe *probe, uint64_t now_ns)
{
    struct ttl_probe *ttl_probe = probe->ttl_probe;
    const struct observed *observed = &probe->observed;
    uint8_t number, hop;

    /* the target's own address forwards our SYNs: the port leads behind it */
    if (ttl_probe->trace && observed->answer_count == 0 &&
        ttl_probe_hop_of(ttl_probe, &observed->dst) >= ttl_probe->limit)
        ttl_probe_extend(ttl_probe);
    while (ttl_probe_next(ttl_probe, now_ns, &number, &hop)) {
        struct segment syn = engine_segment(engine, probe, ttl_probe->flow);
        syn.seq = ttl_probe_seq(ttl_probe, number);
        syn.flags = TCP_SYN;
        syn.ttl = hop;
        syn.ts_value = observed_ts_value(observed, observed->attempt_count - 1U);
        engine_send_segment(engine, probe, &syn, now_ns);
    }
    if (ttl_probe->trace && ttl_probe->round >= ECHO_BEHIND_ROUND && observed->answer_count == 0 &&
        probe->check != NULL)
        ask_echo_at(engine, probe->check, ttl_probe_last_forwarder(ttl_probe) + 1, now_ns);
}

void trace_teardown(struct engine *engine, struct probe *probe, uint64_t now_ns)
{
    const struct ttl_probe *ttl_probe = probe->ttl_probe;

    for (unsigned hop = 1; ttl_probe != NULL && hop <= TTL_PROBE_HOPS_MAX; hop++) {
        struct segment rst = engine_segment(engine, probe, ttl_probe->flow);
        if (((ttl_probe->half_open & ~ttl_probe->torn_down) >> hop & 1) == 0)
            continue;
        rst.flags = TCP_RST;
        for (unsigned send = 0; send < ttl_probe->hops[hop].sends; send++) {
            rst.seq = ttl_probe_seq(ttl_probe, ttl_probe_number(hop, send)) + 1;
            engine_send_segment(engine, probe, &rst, now_ns);
        }
    }
}
