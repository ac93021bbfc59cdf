/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/probe.h"

#include "common/clock.h"
#include "prober/classify.h"

#define COLLECT_NS  (250 * NS_PER_MS) /* a forged RST may overtake the SYN-ACK */
#define TEARDOWN_NS (150 * NS_PER_MS) /* then the kernel should have sent its RST */

/* A packet's tag: the probe, and which of its SYNs; the last is its RST. */
enum { TAGS_PER_PROBE = SCHEDULE_STEPS + 1 };

enum {
    SYN_TTL = 64,
    SEND_FAILURES_MAX = 3, /* in a row, with nothing sent before: no use going on */
};

uint32_t probe_draw_u32(struct engine *engine)
{
    uint32_t value;

    engine->config.ops.random(engine->config.context, &value, sizeof(value));
    return value;
}

/* The wheel counts whole milliseconds; never early. */
static void set_timer(struct engine *engine, uint32_t index, uint64_t due_ns)
{
    flight_probe(engine->flight, index)->due_ns = due_ns;
    wheel_set(engine->wheel, index, (due_ns + NS_PER_MS - 1) / NS_PER_MS);
}

void probe_remove(struct engine *engine, uint32_t index)
{
    wheel_clear(engine->wheel, index);
    /* the kernel may yet refuse a SYN of a cancelled probe */
    flight_probe(engine->flight, index)->check = FLIGHT_NONE;
    flight_remove_probe(engine->flight, index);
}

/* Takes a probe's report off its check; the check ends with its last. */
void probe_report(struct engine *engine, uint32_t index)
{
    struct probe *probe = flight_probe(engine->flight, index);
    struct check *check = flight_check(engine->flight, probe->check);
    struct wire_result result = {.job = check->job, .last = --check->unreported == 0};
    uint32_t client = check->client;

    probe->record.target_alive = check->target_alive;
    if (probe->record.answer_count == 0)
        probe->record.capture_lost =
            engine->config.ops.losses(engine->config.context) != probe->losses;
    classify(&probe->record, &result.verdict);
    engine->in_flight[client]--;
    for (unsigned i = 0; i < check->port_count; i++)
        if (check->probes[i] == index)
            check->probes[i] = FLIGHT_NONE;
    if (result.last)
        flight_remove_check(engine->flight, probe->check);
    probe->check = FLIGHT_NONE;
    engine->config.ops.result(engine->config.context, client, &result);
}

static void report_and_remove(struct engine *engine, uint32_t index)
{
    probe_report(engine, index);
    probe_remove(engine, index);
}

/* One label per flow, never 0: the low bits of its sequence number will do. */
static uint32_t flow_label(uint32_t seq)
{
    return (seq & 0xfffff) | 1;
}

/* The SYN of the next step of the schedule. */
static void send_syn(struct engine *engine, uint32_t index, uint64_t now_ns)
{
    struct probe *probe = flight_probe(engine->flight, index);
    struct record *record = &probe->record;
    uint8_t flow = schedule_steps[probe->step].flow;
    struct record_try *try = &record->tries[record->try_count];
    uint32_t random = probe_draw_u32(engine);
    struct segment syn = {
        .src = record->src,
        .dst = record->dst,
        .sport = record->flows[flow].sport,
        .dport = record->dport,
        .seq = record->flows[flow].seq,
        .flags = TCP_SYN,
        .ttl = SYN_TTL,
        .tos = PROBE_SYN_TOS,
        .ip_id = (uint16_t)((random & 0xffff) | 1),
        .flow_label = flow_label(record->flows[flow].seq),
    };

    if (!probe->started) {
        probe->started = true;
        probe->start_ns = now_ns;
        record->tries[0].ts_value = random;
    }
    /* the clock of RFC 7323, 1 kHz from a random start: differs between tries */
    syn.ts_value = record->tries[0].ts_value + (uint32_t)((now_ns - probe->start_ns) / NS_PER_MS);
    *try = (struct record_try){.ts_value = syn.ts_value, .ip_id = syn.ip_id, .flow = flow};
    engine->config.ops.send(engine->config.context, &syn,
                            index * TAGS_PER_PROBE + record->try_count++);
    probe->step++;
}

/* The kernel should have answered the SYN-ACK with a RST, since no socket knows
 * the connection.  If a local filter kept the packet from it, we do. */
static void tear_down(struct engine *engine, uint32_t index)
{
    struct record *record = &flight_probe(engine->flight, index)->record;
    const struct record_answer *answer = record_best(record);
    struct segment rst = {
        .src = record->src,
        .dst = record->dst,
        .dport = record->dport,
        .seq = answer->ack,
        .flags = TCP_RST,
        .ttl = SYN_TTL,
        .tos = PROBE_SYN_TOS,
        .flow_label = flow_label(answer->ack - 1),
    };

    for (unsigned i = 0; i < SCHEDULE_FLOWS; i++)
        if (record->flows[i].seq + 1 == answer->ack)
            rst.sport = record->flows[i].sport;
    engine->config.ops.send(engine->config.context, &rst, index * TAGS_PER_PROBE + SCHEDULE_STEPS);
}

/* The time is up with no answer.  A router reports a dead neighbour 3.05 s after
 * the first SYN, so we listen on, unless the target is known to live. */
static void run_out_of_time(struct engine *engine, uint32_t index)
{
    struct probe *probe = flight_probe(engine->flight, index);
    uint32_t linger_ms = engine->config.policy->linger_ms;

    probe->record.out_of_time = true;
    if (flight_check(engine->flight, probe->check)->target_alive || linger_ms == 0) {
        report_and_remove(engine, index);
        return;
    }
    probe->phase = PROBE_LINGERING;
    set_timer(engine, index,
              probe->start_ns + (uint64_t)(probe->timeout_ms + linger_ms) * NS_PER_MS);
}

/* Sends the step that is due, or waits for its turn in the packet rate; then
 * sets the timer of the next step, or of the end. */
void probe_send(struct engine *engine, uint32_t index, uint64_t now_ns)
{
    struct probe *probe = flight_probe(engine->flight, index);

    if (!probe->slot_reserved) {
        uint64_t slot_ns = pace_reserve(&engine->pace, now_ns);
        if (slot_ns > now_ns) {
            probe->slot_reserved = true;
            set_timer(engine, index, slot_ns);
            return;
        }
    }
    probe->slot_reserved = false;
    send_syn(engine, index, now_ns);
    if (probe->step < schedule_steps_within(probe->timeout_ms)) {
        set_timer(engine, index, probe->start_ns + schedule_steps[probe->step].at_ms * NS_PER_MS);
        return;
    }
    probe->phase = PROBE_WAITING;
    set_timer(engine, index, probe->start_ns + probe->timeout_ms * NS_PER_MS);
}

void probe_due(struct engine *engine, uint32_t index, uint64_t now_ns)
{
    struct probe *probe = flight_probe(engine->flight, index);

    if (probe->due_ns > now_ns) {
        set_timer(engine, index, probe->due_ns);
        return;
    }
    switch ((enum probe_phase)probe->phase) {
    case PROBE_SENDING:
        /* a stalled machine or a crowded packet rate may have eaten the time */
        if (probe->started && now_ns >= probe->start_ns + probe->timeout_ms * NS_PER_MS)
            run_out_of_time(engine, index);
        else
            probe_send(engine, index, now_ns);
        break;
    case PROBE_WAITING: run_out_of_time(engine, index); break;
    case PROBE_LINGERING:
    case PROBE_COLLECTING: report_and_remove(engine, index); break;
    case PROBE_TEARDOWN:
        if (!probe->record.teardown_seen)
            tear_down(engine, index);
        probe_remove(engine, index);
        break;
    }
}

/* A target that answers on one port is alive, so its silent ports need not wait
 * for the word that it is dead. */
static void note_alive(struct engine *engine, struct probe *probe)
{
    struct check *check = flight_check(engine->flight, probe->check);

    check->target_alive = true;
    for (unsigned i = 0; i < check->port_count; i++) {
        uint32_t other = check->probes[i];
        if (other != FLIGHT_NONE && flight_probe(engine->flight, other)->phase == PROBE_LINGERING)
            set_timer(engine, other, 0);
    }
}

static void probe_answered(struct engine *engine, uint32_t index, uint64_t now_ns)
{
    struct probe *probe = flight_probe(engine->flight, index);
    const struct record_answer *best = record_best(&probe->record);

    if (probe->check == FLIGHT_NONE)
        return;
    if (best->kind >= ANSWER_RESET)
        note_alive(engine, probe);
    if (best->kind == ANSWER_SYN_ACK) { /* nothing can outweigh it */
        probe_report(engine, index);
        probe->phase = PROBE_TEARDOWN;
        set_timer(engine, index, now_ns + TEARDOWN_NS);
    } else if (probe->phase != PROBE_COLLECTING) {
        probe->phase = PROBE_COLLECTING;
        set_timer(engine, index, now_ns + COLLECT_NS);
    }
}

/* An old connection of the target's answered this flow: the next one at once. */
static void probe_met_stale(struct engine *engine, uint32_t index, uint64_t now_ns)
{
    struct probe *probe = flight_probe(engine->flight, index);

    if (probe->phase == PROBE_SENDING && !probe->slot_reserved && probe->record.try_count == 1)
        set_timer(engine, index, now_ns);
}

/* Here and not with the engine's others, because only probes know tags. */
void engine_send_failed(struct engine *engine, uint32_t tag, int error, uint64_t now_ns)
{
    uint32_t index = tag / TAGS_PER_PROBE;
    struct probe *probe = flight_probe(engine->flight, index);
    struct record *record = &probe->record;

    if (tag % TAGS_PER_PROBE >= record->try_count || probe->check == FLIGHT_NONE)
        return;
    record->tries[tag % TAGS_PER_PROBE].refused = true;
    record->send_error = error;
    record->refused++;
    if (record->refused >= SEND_FAILURES_MAX && record->refused == record->try_count &&
        probe->phase <= PROBE_WAITING) {
        probe->phase = PROBE_COLLECTING;
        set_timer(engine, index, now_ns);
    }
}

void probe_see(struct engine *engine, uint32_t index, const struct packet *packet, uint64_t now_ns)
{
    switch (record_see(&flight_probe(engine->flight, index)->record, packet)) {
    case RECORD_ANSWERED: probe_answered(engine, index, now_ns); break;
    case RECORD_STALE: probe_met_stale(engine, index, now_ns); break;
    case RECORD_LEFT:
    case RECORD_IGNORED: break;
    }
}
