/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/engine/trace.h"

#include "prober/engine/check_echo.h"
#include "prober/engine/gather.h"
#include "prober/engine/probe_segment.h"
#include "prober/evidence/location.h"

enum {
    TRACE_AFTER_ATTEMPTS = 3, /* SYNs without an answer, then a trace begins */
    TRACE_SPARE_HOPS = 2,     /* the way there may be longer than the way back */
    ECHO_BEHIND_ROUND = 1,    /* of a trace: by then the last hop is known well enough */
};

/* Nothing is asked behind a router that rejects: it would only answer less often. */
static uint8_t trace_limit(const struct host_profile *profile, const struct observed_answer *best)
{
    int hops = profile->hops + TRACE_SPARE_HOPS;

    if (best != NULL && best->kind == ANSWER_UNREACHABLE && best->quoted_ttl < ECHO_FULL_TTL)
        return (uint8_t)(ECHO_FULL_TTL - best->quoted_ttl);
    if (best != NULL && best->kind == ANSWER_UNREACHABLE)
        return 1;
    return profile->has_ttl && hops < TTL_PROBE_HOPS_MAX ? (uint8_t)hops : TTL_PROBE_HOPS_MAX;
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

void trace_start_for_answer(struct engine *engine, struct probe *probe, uint64_t now_ns)
{
    const struct observed_answer *best = observed_best(&probe->observed);
    struct check *check = probe->check;
    struct findings findings;
    struct host_profile profile;
    uint32_t wanted;
    bool trace;
    uint8_t flow;

    if (probe->ttl_probe != NULL || probe->control)
        return;
    gather_findings(probe, &findings, &profile);
    wanted = location_wanted_hops(&probe->observed, best, &profile);
    trace = check->trace && !observed_is_own_address(&probe->observed) &&
            (best->kind <= ANSWER_UNREACHABLE || wanted != 0);
    if (wanted == 0 && !trace)
        return;
    probe->ttl_probe = pool_get(engine->ttl_probes);
    if (probe->ttl_probe == NULL)
        return;
    flow = best->attempt != OBSERVED_NO_ATTEMPT ? observed_flow(best->attempt) : 0;
    if (trace)
        ttl_probe_begin_trace(probe->ttl_probe, engine_random_u32(engine), flow,
                              trace_limit(&profile, best), now_ns);
    else
        ttl_probe_begin(probe->ttl_probe, engine_random_u32(engine), flow, wanted, now_ns);
    if (wanted != 0) {
        ask_echo_at(engine, check, profile.hops - 1, now_ns);
        ask_echo_at(engine, check, profile.hops, now_ns);
    }
    trace_send_due(engine, probe, now_ns);
}

void trace_start_if_silent(struct engine *engine, struct probe *probe, uint64_t now_ns)
{
    const struct observed *observed = &probe->observed;
    struct findings findings;
    struct host_profile profile;

    if (!probe->check->trace || probe->ttl_probe != NULL || probe->control ||
        observed_is_own_address(observed) ||
        (observed->attempt_count < TRACE_AFTER_ATTEMPTS &&
         observed->attempt_count < observed->planned))
        return;
    probe->ttl_probe = pool_get(engine->ttl_probes);
    if (probe->ttl_probe == NULL)
        return;
    gather_findings(probe, &findings, &profile);
    ttl_probe_begin_trace(probe->ttl_probe, engine_random_u32(engine), 0,
                          trace_limit(&profile, NULL), now_ns);
    trace_send_due(engine, probe, now_ns);
}

void trace_send_due(struct engine *engine, struct probe *probe, uint64_t now_ns)
{
    struct ttl_probe *ttl_probe = probe->ttl_probe;
    const struct observed *observed = &probe->observed;
    uint8_t number, hop;

    while (ttl_probe_next(ttl_probe, now_ns, &number, &hop)) {
        struct segment syn = probe_segment_make(engine, probe, ttl_probe->flow);
        syn.seq = ttl_probe->first_seq + number;
        syn.flags = TCP_SYN;
        syn.ttl = hop;
        syn.ts_value = observed_ts_value(observed, observed->attempt_count - 1U);
        probe_segment_send(engine, probe, &syn, now_ns);
    }
    if (ttl_probe->trace && ttl_probe->round >= ECHO_BEHIND_ROUND && observed->answer_count == 0 &&
        probe->check != NULL)
        ask_echo_at(engine, probe->check, ttl_probe_last_forwarder(ttl_probe) + 1, now_ns);
}

void trace_teardown(struct engine *engine, const struct probe *probe, uint64_t now_ns)
{
    const struct ttl_probe *ttl_probe = probe->ttl_probe;

    for (unsigned hop = 1; ttl_probe != NULL && hop <= TTL_PROBE_HOPS_MAX; hop++) {
        struct segment rst = probe_segment_make(engine, probe, ttl_probe->flow);
        if (((ttl_probe->half_open & ~ttl_probe->torn_down) >> hop & 1) == 0)
            continue;
        rst.flags = TCP_RST;
        for (unsigned send = 0; send < ttl_probe->hops[hop].sends; send++) {
            rst.seq = ttl_probe->first_seq + ttl_probe_number(hop, send) + 1;
            probe_segment_send(engine, probe, &rst, now_ns);
        }
    }
}
