/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/engine/trace.h"

#include "prober/engine/check.h"
#include "prober/evidence/location.h"

enum {
    TRACE_AFTER_STEPS = 3, /* SYNs without an answer, then a trace begins */
    TRACE_SPARE_HOPS = 2,  /* the way there may be longer than the way back */
    ECHO_BEHIND_ROUND = 1, /* of a trace: by then the last hop is known well enough */
};

static struct ttl_probe *take_path(struct engine *engine, struct probe *probe)
{
    if (probe->ttl_probe == NULL)
        probe->ttl_probe = pool_get(engine->paths);
    else
        return NULL; /* once is enough */
    return probe->ttl_probe;
}

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
static void ask_echo_at(struct engine *engine, uint32_t check_index, int hop, uint64_t now_ns)
{
    const struct check *check = probe_table_check(engine->table, check_index);
    bool asked;

    if (hop < 1 || hop > TTL_PROBE_HOPS_MAX || !check->echo.replied)
        return;
    echo_at(&check->echo, (uint8_t)hop, &asked);
    if (!asked)
        check_ask_echo(engine, check_index, (uint8_t)hop, now_ns);
}

void trace_start_for_answer(struct engine *engine, uint32_t index, uint64_t now_ns)
{
    struct probe *probe = probe_table_probe(engine->table, index);
    const struct observed_answer *best = observed_best(&probe->observed);
    const struct check *check = probe_table_check(engine->table, probe->check);
    struct findings findings;
    struct host_profile profile;
    uint32_t wanted;
    bool trace;
    uint8_t flow;

    if (probe->ttl_probe != NULL || probe->control)
        return;
    check_gather(engine, index, &findings, &profile);
    wanted = location_wanted_hops(&probe->observed, best, &profile);
    trace = check->trace && !addr_equal(&probe->observed.src, &probe->observed.dst) &&
            (best->kind <= ANSWER_UNREACHABLE || wanted != 0);
    if ((wanted == 0 && !trace) || take_path(engine, probe) == NULL)
        return;
    flow = best->attempt != OBSERVED_NO_ATTEMPT ? observed_flow(best->attempt) : 0;
    if (trace)
        ttl_probe_begin_trace(probe->ttl_probe, engine_random_u32(engine), flow,
                              trace_limit(&profile, best), now_ns);
    else
        ttl_probe_begin(probe->ttl_probe, engine_random_u32(engine), flow, wanted, now_ns);
    if (wanted != 0) {
        ask_echo_at(engine, probe->check, profile.hops - 1, now_ns);
        ask_echo_at(engine, probe->check, profile.hops, now_ns);
    }
    trace_send_due(engine, index, now_ns);
}

void trace_start_if_silent(struct engine *engine, uint32_t index, uint64_t now_ns)
{
    struct probe *probe = probe_table_probe(engine->table, index);
    const struct check *check = probe_table_check(engine->table, probe->check);
    struct findings findings;
    struct host_profile profile;

    if (!check->trace || probe->ttl_probe != NULL || probe->control ||
        addr_equal(&probe->observed.src, &probe->observed.dst) ||
        (probe->observed.attempt_count < TRACE_AFTER_STEPS &&
         probe->observed.attempt_count < probe->observed.planned))
        return;
    check_gather(engine, index, &findings, &profile);
    if (take_path(engine, probe) == NULL)
        return;
    ttl_probe_begin_trace(probe->ttl_probe, engine_random_u32(engine), 0,
                          trace_limit(&profile, NULL), now_ns);
    trace_send_due(engine, index, now_ns);
}

void trace_send_due(struct engine *engine, uint32_t index, uint64_t now_ns)
{
    struct probe *probe = probe_table_probe(engine->table, index);
    struct ttl_probe *ttl_probe = probe->ttl_probe;
    uint8_t number, hop;

    while (ttl_probe_next(ttl_probe, now_ns, &number, &hop)) {
        struct segment syn = probe_segment(engine, index, ttl_probe->flow);
        syn.seq = ttl_probe->first_seq + number;
        syn.flags = TCP_SYN;
        syn.ttl = hop;
        syn.ts_value = observed_ts_value(&probe->observed, probe->observed.attempt_count - 1U);
        probe_send_extra(engine, index, &syn, now_ns);
    }
    if (ttl_probe->trace && ttl_probe->round >= ECHO_BEHIND_ROUND &&
        probe->observed.answer_count == 0 && probe->check != PROBE_TABLE_NONE)
        ask_echo_at(engine, probe->check, ttl_probe_last_forwarder(ttl_probe) + 1, now_ns);
}

void trace_teardown(struct engine *engine, uint32_t index, uint64_t now_ns)
{
    const struct probe *probe = probe_table_probe(engine->table, index);
    const struct ttl_probe *ttl_probe = probe->ttl_probe;

    for (unsigned hop = 1; ttl_probe != NULL && hop <= TTL_PROBE_HOPS_MAX; hop++) {
        struct segment rst = probe_segment(engine, index, ttl_probe->flow);
        if (((ttl_probe->half_open & ~ttl_probe->torn_down) >> hop & 1) == 0)
            continue;
        rst.flags = TCP_RST;
        for (uint32_t send = 0; send < ttl_probe->hops[hop].sends; send++) {
            rst.seq = ttl_probe->first_seq + hop * 4 + send + 1;
            probe_send_extra(engine, index, &rst, now_ns);
        }
    }
}
