/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/engine/trace.h"

#include "prober/engine/check.h"
#include "prober/evidence/location.h"

enum {
    TRACE_AFTER_STEPS = 3, /* SYNs without an answer, then a trace begins */
    TRACE_SPARE_HOPS = 2,  /* the way there may be longer than the way back */
    ECHO_BEHIND_ROUND = 1, /* of a trace: by then the last hop is known well enough */
};

static struct path *take_path(struct engine *engine, struct probe *probe)
{
    if (probe->path == NULL)
        probe->path = stock_take(engine->paths);
    else
        return NULL; /* once is enough */
    return probe->path;
}

/* Nothing is asked behind a router that rejects: it would only answer less often. */
static uint8_t trace_limit(const struct profile *profile, const struct record_answer *best)
{
    int hops = profile->hops + TRACE_SPARE_HOPS;

    if (best != NULL && best->kind == ANSWER_UNREACHABLE && best->quoted_ttl < ECHO_FULL_TTL)
        return (uint8_t)(ECHO_FULL_TTL - best->quoted_ttl);
    if (best != NULL && best->kind == ANSWER_UNREACHABLE)
        return 1;
    return profile->has_ttl && hops < PATH_HOPS_MAX ? (uint8_t)hops : PATH_HOPS_MAX;
}

/* The host's echoes at the same hops show how far it really is. */
static void ask_echo_at(struct engine *engine, uint32_t check_index, int hop, uint64_t now_ns)
{
    const struct check *check = flight_check(engine->flight, check_index);
    bool asked;

    if (hop < 1 || hop > PATH_HOPS_MAX || !check->echo.replied)
        return;
    echo_at(&check->echo, (uint8_t)hop, &asked);
    if (!asked)
        check_ask_echo(engine, check_index, (uint8_t)hop, now_ns);
}

void walk_for_answer(struct engine *engine, uint32_t index, uint64_t now_ns)
{
    struct probe *probe = flight_probe(engine->flight, index);
    const struct record_answer *best = record_best(&probe->record);
    const struct check *check = flight_check(engine->flight, probe->check);
    struct findings findings;
    struct profile profile;
    uint32_t wanted;
    bool trace;
    uint8_t flow;

    if (probe->path != NULL || probe->control)
        return;
    check_gather(engine, index, &findings, &profile);
    wanted = position_wanted_hops(&probe->record, best, &profile);
    trace = check->trace && !addr_equal(&probe->record.src, &probe->record.dst) &&
            (best->kind <= ANSWER_UNREACHABLE || wanted != 0);
    if ((wanted == 0 && !trace) || take_path(engine, probe) == NULL)
        return;
    flow = best->try != RECORD_NO_TRY ? record_flow(best->try) : 0;
    if (trace)
        path_begin_trace(probe->path, probe_draw_u32(engine), flow, trace_limit(&profile, best),
                         now_ns);
    else
        path_begin(probe->path, probe_draw_u32(engine), flow, wanted, now_ns);
    if (wanted != 0) {
        ask_echo_at(engine, probe->check, profile.hops - 1, now_ns);
        ask_echo_at(engine, probe->check, profile.hops, now_ns);
    }
    walk_go_on(engine, index, now_ns);
}

void walk_for_silence(struct engine *engine, uint32_t index, uint64_t now_ns)
{
    struct probe *probe = flight_probe(engine->flight, index);
    const struct check *check = flight_check(engine->flight, probe->check);
    struct findings findings;
    struct profile profile;

    if (!check->trace || probe->path != NULL || probe->control ||
        addr_equal(&probe->record.src, &probe->record.dst) ||
        (probe->record.try_count < TRACE_AFTER_STEPS &&
         probe->record.try_count < probe->record.planned))
        return;
    check_gather(engine, index, &findings, &profile);
    if (take_path(engine, probe) == NULL)
        return;
    path_begin_trace(probe->path, probe_draw_u32(engine), 0, trace_limit(&profile, NULL), now_ns);
    walk_go_on(engine, index, now_ns);
}

void walk_go_on(struct engine *engine, uint32_t index, uint64_t now_ns)
{
    struct probe *probe = flight_probe(engine->flight, index);
    struct path *path = probe->path;
    uint8_t number, hop;

    while (path_next(path, now_ns, &number, &hop)) {
        struct segment syn = probe_segment(engine, index, path->flow);
        syn.seq = path->first_seq + number;
        syn.flags = TCP_SYN;
        syn.ttl = hop;
        syn.ts_value = record_ts_value(&probe->record, probe->record.try_count - 1U);
        probe_send_besides(engine, index, &syn, now_ns);
    }
    if (path->trace && path->round >= ECHO_BEHIND_ROUND && probe->record.answer_count == 0 &&
        probe->check != FLIGHT_NONE)
        ask_echo_at(engine, probe->check, path_last_forwarder(path) + 1, now_ns);
}

void walk_tear_down(struct engine *engine, uint32_t index, uint64_t now_ns)
{
    const struct probe *probe = flight_probe(engine->flight, index);
    const struct path *path = probe->path;

    for (unsigned hop = 1; path != NULL && hop <= PATH_HOPS_MAX; hop++) {
        struct segment rst = probe_segment(engine, index, path->flow);
        if (((path->half_open & ~path->torn_down) >> hop & 1) == 0)
            continue;
        rst.flags = TCP_RST;
        for (uint32_t send = 0; send < path->hops[hop].sends; send++) {
            rst.seq = path->first_seq + hop * 4 + send + 1;
            probe_send_besides(engine, index, &rst, now_ns);
        }
    }
}
