/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/engine/probe.h"

#include "common/base/clock.h"
#include "prober/engine/check.h"
#include "prober/engine/trace.h"

#define COLLECT_NS     (250 * NS_PER_MS) /* a forged RST may overtake the SYN-ACK */
#define ECHO_GRACE_NS  (10 * NS_PER_MS)  /* and half a round trip: the echo should be here */
#define TEARDOWN_NS    (150 * NS_PER_MS) /* then the kernel should have sent its RST */
#define TRACE_EXTRA_NS (400 * NS_PER_MS) /* that a check with a trace may take longer */

/* A packet's tag: the probe and which of its SYNs, and above them the probe's serial number,
 * because its index may have been given to another. */
enum { TAGS_PER_PROBE = SCHEDULE_STEPS, TAG_SERIAL_SHIFT = 32 };

enum {
    SYN_TTL = 64,
    SEND_FAILURES_MAX = 3, /* in a row, with nothing sent before: no use going on */
    LONE_ACKS = 2,         /* with the last SYNs of a silent port */
};

uint32_t probe_draw_u32(struct engine *engine)
{
    uint32_t value;

    engine->config.ops.random(engine->config.context, &value, sizeof(value));
    return value;
}

uint64_t probe_deadline_ns(struct engine *engine, const struct probe *probe)
{
    uint64_t length_ms = (uint64_t)probe->timeout_ms + engine->config.policy->linger_ms;
    bool trace = probe->check != FLIGHT_NONE && flight_check(engine->flight, probe->check)->trace;

    return probe->start_ns + length_ms * NS_PER_MS + (trace ? TRACE_EXTRA_NS : 0);
}

/* The wheel counts whole milliseconds; never early. */
void probe_wait(struct engine *engine, uint32_t index, uint64_t now_ns)
{
    const struct probe *probe = flight_probe(engine->flight, index);
    uint64_t due_ns = probe->due_ns;

    if (probe->path != NULL && probe->phase < PROBE_TEARDOWN) {
        uint64_t path_ns = path_due_ns(probe->path, now_ns);
        due_ns = path_ns < due_ns ? path_ns : due_ns;
    }
    wheel_set(engine->wheel, index, (due_ns + NS_PER_MS - 1) / NS_PER_MS);
}

static void enter(struct engine *engine, uint32_t index, enum probe_phase phase, uint64_t due_ns,
                  uint64_t now_ns)
{
    struct probe *probe = flight_probe(engine->flight, index);

    probe->phase = (uint8_t)phase;
    probe->due_ns = due_ns;
    probe_wait(engine, index, now_ns);
}

void probe_remove(struct engine *engine, uint32_t index)
{
    struct probe *probe = flight_probe(engine->flight, index);

    wheel_clear(engine->wheel, index);
    /* the kernel may yet refuse a SYN of a cancelled probe */
    probe->check = FLIGHT_NONE;
    stock_return(engine->paths, probe->path);
    probe->path = NULL;
    flight_remove_probe(engine->flight, index);
}

/* One label per flow, never 0: the low bits of its sequence number will do. */
static uint32_t flow_label(uint32_t seq)
{
    return (seq & 0xfffff) | 1;
}

static uint64_t tag_of(struct engine *engine, uint32_t index, uint32_t which)
{
    return (uint64_t)flight_probe(engine->flight, index)->serial << TAG_SERIAL_SHIFT |
           (index * TAGS_PER_PROBE + which);
}

struct segment probe_segment(struct engine *engine, uint32_t index, unsigned flow)
{
    const struct record *record = &flight_probe(engine->flight, index)->record;

    return (struct segment){
        .src = record->src,
        .dst = record->dst,
        .sport = record->sports[flow],
        .dport = record->dport,
        .ttl = SYN_TTL,
        .tos = PROBE_SYN_TOS,
        .ip_id = (uint16_t)(probe_draw_u32(engine) | 1),
        .flow_label = flow_label(record->seqs[flow]),
    };
}

uint64_t probe_reserve(struct engine *engine, uint32_t check_index, uint64_t now_ns)
{
    if (check_index != FLIGHT_NONE)
        pace_reserve(&engine->shares[flight_check(engine->flight, check_index)->client], now_ns);
    return pace_reserve(&engine->pace, now_ns);
}

void probe_send_besides(struct engine *engine, uint32_t index, const struct segment *segment,
                        uint64_t now_ns)
{
    probe_reserve(engine, flight_probe(engine->flight, index)->check, now_ns);
    engine->config.ops.send(engine->config.context, segment, ENGINE_NO_TAG);
}

/* The SYN of the next step of the schedule. */
static void send_syn(struct engine *engine, uint32_t index, uint64_t now_ns)
{
    struct probe *probe = flight_probe(engine->flight, index);
    struct record *record = &probe->record;
    uint8_t flow = record_flow(record->try_count);
    struct segment syn = probe_segment(engine, index, flow);

    if (!probe->started) {
        probe->started = true;
        probe->start_ns = now_ns;
        record->ts_value = probe_draw_u32(engine);
        record->ip_id = syn.ip_id;
    }
    syn.seq = record->seqs[flow];
    syn.flags = TCP_SYN;
    syn.ts_value = record_ts_value(record, record->try_count);
    syn.ip_id = record_ip_id(record, record->try_count);
    engine->config.ops.send(engine->config.context, &syn,
                            tag_of(engine, index, record->try_count++));
}

/* The kernel should have answered each SYN-ACK with a RST, since no socket knows
 * the connection.  If a local filter kept the packet from it, we do. */
static void tear_down(struct engine *engine, uint32_t index, uint64_t now_ns)
{
    const struct record *record = &flight_probe(engine->flight, index)->record;

    for (unsigned i = 0; i < SCHEDULE_FLOWS; i++) {
        struct segment rst = probe_segment(engine, index, i);
        if (((record->half_open & ~record->torn_down) >> i & 1) == 0)
            continue;
        rst.seq = record->seqs[i] + 1;
        rst.flags = TCP_RST;
        probe_send_besides(engine, index, &rst, now_ns);
    }
}

/* When every connection that may yet open has had time to be torn down: the last
 * SYN's answer takes no longer than the first's did. */
static uint64_t teardown_due_ns(const struct probe *probe, uint64_t now_ns)
{
    uint8_t tries = probe->record.try_count;
    uint64_t last_ns = tries > 0 ? schedule_steps[tries - 1].at_ms * NS_PER_MS : 0;

    return now_ns + last_ns + TEARDOWN_NS;
}

void probe_retire(struct engine *engine, uint32_t index, uint64_t now_ns)
{
    struct probe *probe = flight_probe(engine->flight, index);
    bool half_open =
        probe->record.half_open != 0 || (probe->path != NULL && probe->path->half_open != 0);

    if (half_open) {
        enter(engine, index, PROBE_TEARDOWN, teardown_due_ns(probe, now_ns), now_ns);
        return;
    }
    probe->phase = PROBE_DONE;
    wheel_clear(engine->wheel, index);
}

static void settle(struct engine *engine, uint32_t index, uint64_t now_ns)
{
    struct probe *probe = flight_probe(engine->flight, index);

    enter(engine, index, PROBE_SETTLING, probe_deadline_ns(engine, probe), now_ns);
    check_settle(engine, probe->check, now_ns);
}

/* The time is up with no answer.  A router reports a dead neighbour 3.05 s after
 * the first SYN, so we listen on, even if the target's address answers other
 * packets: it may be a router that forwards this port to the dead host. */
static void run_out_of_time(struct engine *engine, uint32_t index, uint64_t now_ns)
{
    struct probe *probe = flight_probe(engine->flight, index);
    uint64_t end_ns = probe->start_ns +
                      ((uint64_t)probe->timeout_ms + engine->config.policy->linger_ms) * NS_PER_MS;

    probe->record.out_of_time = true;
    if (probe->control || now_ns >= end_ns)
        settle(engine, index, now_ns);
    else
        enter(engine, index, PROBE_LINGERING, end_ns, now_ns);
}

static void send_lone_ack(struct engine *engine, uint32_t index, uint64_t now_ns)
{
    struct record *record = &flight_probe(engine->flight, index)->record;
    struct segment ack = probe_segment(engine, index, RECORD_ACK_FLOW);

    ack.seq = record->seqs[RECORD_ACK_FLOW];
    ack.ack = record->ack;
    ack.flags = TCP_ACK;
    record->ack_asked = true;
    probe_send_besides(engine, index, &ack, now_ns);
}

/* What a port that stays silent is asked besides. */
static void ask_silent(struct engine *engine, uint32_t index, uint64_t now_ns)
{
    const struct probe *probe = flight_probe(engine->flight, index);
    const struct record *record = &probe->record;

    check_repeat_echo(engine, probe->check, now_ns);
    if (record->answer_count > 0 || probe->control)
        return;
    walk_for_silence(engine, index, now_ns);
    if (record->try_count > 1 && record->try_count + LONE_ACKS > record->planned &&
        !record->ack_answered)
        send_lone_ack(engine, index, now_ns);
}

/* Sends the step that is due, or waits for its turn in the packet rate; then
 * sets the timer of the next step, or of the end. */
void probe_send(struct engine *engine, uint32_t index, uint64_t now_ns)
{
    struct probe *probe = flight_probe(engine->flight, index);
    const struct record *record = &probe->record;

    if (!probe->slot_reserved) {
        uint64_t slot_ns = probe_reserve(engine, probe->check, now_ns);
        if (slot_ns > now_ns) {
            probe->slot_reserved = true;
            enter(engine, index, PROBE_SENDING, slot_ns, now_ns);
            return;
        }
    }
    probe->slot_reserved = false;
    send_syn(engine, index, now_ns);
    if (record->try_count > 1 || record->planned == 1)
        ask_silent(engine, index, now_ns);
    if (record->try_count < record->planned)
        enter(engine, index, PROBE_SENDING,
              probe->start_ns + schedule_steps[record->try_count].at_ms * NS_PER_MS, now_ns);
    else
        enter(engine, index, PROBE_WAITING, probe->start_ns + probe->timeout_ms * NS_PER_MS,
              now_ns);
}

/* Its phase is over. */
static void advance(struct engine *engine, uint32_t index, uint64_t now_ns)
{
    struct probe *probe = flight_probe(engine->flight, index);

    switch ((enum probe_phase)probe->phase) {
    case PROBE_SENDING:
        /* a stalled machine or a crowded packet rate may have eaten the time */
        if (probe->started && now_ns >= probe->start_ns + probe->timeout_ms * NS_PER_MS)
            run_out_of_time(engine, index, now_ns);
        else
            probe_send(engine, index, now_ns);
        break;
    case PROBE_WAITING: run_out_of_time(engine, index, now_ns); break;
    case PROBE_LINGERING:
    case PROBE_COLLECTING: settle(engine, index, now_ns); break;
    case PROBE_SETTLING: check_settle(engine, probe->check, now_ns); break;
    case PROBE_TEARDOWN:
        tear_down(engine, index, now_ns);
        walk_tear_down(engine, index, now_ns);
        probe->phase = PROBE_DONE;
        if (probe->check == FLIGHT_NONE)
            probe_remove(engine, index);
        break;
    case PROBE_DONE: break;
    }
}

void probe_due(struct engine *engine, uint32_t index, uint64_t now_ns)
{
    struct probe *probe = flight_probe(engine->flight, index);

    if (probe->path != NULL && probe->phase < PROBE_TEARDOWN) {
        walk_go_on(engine, index, now_ns);
        if (probe->phase == PROBE_SETTLING && path_is_over(probe->path, now_ns)) {
            probe_wait(engine, index, now_ns);
            check_settle(engine, probe->check, now_ns);
            return;
        }
    }
    if (probe->due_ns > now_ns)
        probe_wait(engine, index, now_ns);
    else
        advance(engine, index, now_ns);
}

/* How long a SYN-ACK, which nothing outweighs, waits for the reply to the echo that left
 * with the SYN. */
static uint64_t grace_ns(struct engine *engine, const struct probe *probe, uint64_t now_ns)
{
    const struct check *check = flight_check(engine->flight, probe->check);
    uint64_t grace = (now_ns - probe->start_ns) / 2 + ECHO_GRACE_NS;

    if (check->log != NULL) /* whoever wants to see packets wants the RST, too */
        return COLLECT_NS;
    if (check->echo.try_count == 0 || check->echo.replied)
        return 0;
    return grace < COLLECT_NS ? grace : COLLECT_NS;
}

/* A SYN-ACK does not wait for another echo, and what a router says in its own name
 * needs nothing to compare with. */
static bool asks_for_echo(const struct record *record)
{
    const struct record_answer *best = record_best(record);

    return best->kind == ANSWER_RESET ||
           (best->kind < ANSWER_RESET && addr_equal(&best->from, &record->dst));
}

static void probe_answered(struct engine *engine, uint32_t index, uint64_t now_ns)
{
    struct probe *probe = flight_probe(engine->flight, index);
    bool accepted = record_best(&probe->record)->kind == ANSWER_SYN_ACK;
    uint64_t due_ns;

    if (probe->check == FLIGHT_NONE || probe->phase >= PROBE_TEARDOWN)
        return;
    if (asks_for_echo(&probe->record))
        check_repeat_echo(engine, probe->check, now_ns);
    check_compare(engine, probe->check, now_ns);
    if (probe->phase == PROBE_SETTLING)
        return; /* the check looks at it again at once */
    due_ns = now_ns + (accepted ? grace_ns(engine, probe, now_ns) : COLLECT_NS);
    if (probe->phase == PROBE_COLLECTING && due_ns > probe->due_ns)
        due_ns = probe->due_ns;
    if (due_ns == now_ns) {
        settle(engine, index, now_ns);
        return;
    }
    enter(engine, index, PROBE_COLLECTING, due_ns, now_ns);
}

void probe_compare(struct engine *engine, uint32_t index, uint64_t now_ns)
{
    struct probe *probe = flight_probe(engine->flight, index);

    if (probe->record.answer_count == 0 || probe->phase >= PROBE_TEARDOWN)
        return;
    walk_for_answer(engine, index, now_ns);
    if (probe->phase == PROBE_COLLECTING && grace_ns(engine, probe, now_ns) == 0 &&
        record_best(&probe->record)->kind == ANSWER_SYN_ACK)
        enter(engine, index, PROBE_SETTLING, probe_deadline_ns(engine, probe), now_ns);
    else
        probe_wait(engine, index, now_ns);
}

/* An old connection of the target's answered this flow: the next one at once. */
static void probe_met_stale(struct engine *engine, uint32_t index, uint64_t now_ns)
{
    struct probe *probe = flight_probe(engine->flight, index);

    if (probe->phase == PROBE_SENDING && !probe->slot_reserved && probe->record.try_count == 1)
        enter(engine, index, PROBE_SENDING, now_ns, now_ns);
}

/* Here and not with the engine's others, because only probes know tags. */
void engine_send_failed(struct engine *engine, uint64_t tag, int error, uint64_t now_ns)
{
    uint32_t index = (uint32_t)tag / TAGS_PER_PROBE;
    uint32_t which = (uint32_t)tag % TAGS_PER_PROBE;
    struct probe *probe;
    struct record *record;

    if (tag == ENGINE_NO_TAG || index >= flight_capacity(engine->flight))
        return;
    probe = flight_probe(engine->flight, index);
    record = &probe->record;
    if (probe->check == FLIGHT_NONE || tag != tag_of(engine, index, which) ||
        which >= record->try_count)
        return;
    record->refused |= (uint8_t)(1U << which);
    record->send_error = (int16_t)error;
    /* not settled here: this may be called while the probe is sending */
    if (record->try_count >= SEND_FAILURES_MAX &&
        record->refused == (1U << record->try_count) - 1 && probe->phase <= PROBE_WAITING)
        enter(engine, index, PROBE_LINGERING, now_ns, now_ns);
}

/* Is the packet one that the record or the path learnt something of that a verdict may be made
 * of? */
static bool take_packet(struct engine *engine, uint32_t index, const struct packet *packet,
                        uint64_t now_ns)
{
    struct probe *probe = flight_probe(engine->flight, index);
    bool news;

    if (probe->path != NULL && path_see(probe->path, &probe->record, packet, &news)) {
        if (news && probe->phase < PROBE_TEARDOWN) {
            walk_go_on(engine, index, now_ns);
            probe_wait(engine, index, now_ns);
        }
        if (news && record_adopt(&probe->record, packet))
            probe_answered(engine, index, now_ns);
        return true;
    }
    switch (record_see(&probe->record, packet)) {
    case RECORD_ANSWERED: probe_answered(engine, index, now_ns); return true;
    case RECORD_STALE: probe_met_stale(engine, index, now_ns); return true;
    case RECORD_ALIVE: return true;
    case RECORD_LEFT:
    case RECORD_IGNORED: break;
    }
    return false;
}

void probe_see(struct engine *engine, uint32_t index, const struct packet *packet, uint64_t now_ns)
{
    uint32_t check_index = flight_probe(engine->flight, index)->check;

    if (check_index == FLIGHT_NONE) {
        take_packet(engine, index, packet, now_ns);
        return;
    }
    check_note_packet(engine, index, packet);
    /* it may be gone with its last report */
    if (take_packet(engine, index, packet, now_ns) &&
        flight_check(engine->flight, check_index)->used)
        check_settle(engine, check_index, now_ns);
}
