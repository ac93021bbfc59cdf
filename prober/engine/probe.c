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
enum { TAGS_PER_PROBE = SYN_SCHEDULE_ATTEMPTS, TAG_SERIAL_SHIFT = 32 };

enum {
    SYN_TTL = 64,
    SEND_FAILURES_MAX = 3, /* in a row, with nothing sent before: no use going on */
    LONE_ACKS = 2,         /* with the last SYNs of a silent port */
};

uint32_t engine_random_u32(struct engine *engine)
{
    uint32_t value;

    engine->config.ops.random(engine->config.context, &value, sizeof(value));
    return value;
}

uint64_t probe_deadline_ns(struct engine *engine, const struct probe *probe)
{
    uint64_t length_ms = (uint64_t)probe->timeout_ms + engine->config.policy->linger_ms;
    bool trace =
        probe->check != PROBE_TABLE_NONE && probe_table_check(engine->table, probe->check)->trace;

    return probe->start_ns + length_ms * NS_PER_MS + (trace ? TRACE_EXTRA_NS : 0);
}

/* The wheel counts whole milliseconds; never early. */
void probe_arm_timer(struct engine *engine, uint32_t index, uint64_t now_ns)
{
    const struct probe *probe = probe_table_probe(engine->table, index);
    uint64_t due_ns = probe->due_ns;

    if (probe->ttl_probe != NULL && probe->phase < PROBE_TEARDOWN) {
        uint64_t path_ns = ttl_probe_due_ns(probe->ttl_probe, now_ns);
        due_ns = path_ns < due_ns ? path_ns : due_ns;
    }
    timer_wheel_set(engine->wheel, index, (due_ns + NS_PER_MS - 1) / NS_PER_MS);
}

static void enter(struct engine *engine, uint32_t index, enum probe_phase phase, uint64_t due_ns,
                  uint64_t now_ns)
{
    struct probe *probe = probe_table_probe(engine->table, index);

    probe->phase = (uint8_t)phase;
    probe->due_ns = due_ns;
    probe_arm_timer(engine, index, now_ns);
}

void probe_remove(struct engine *engine, uint32_t index)
{
    struct probe *probe = probe_table_probe(engine->table, index);

    timer_wheel_clear(engine->wheel, index);
    /* the kernel may yet refuse a SYN of a cancelled probe */
    probe->check = PROBE_TABLE_NONE;
    pool_put(engine->paths, probe->ttl_probe);
    probe->ttl_probe = NULL;
    probe_table_remove_probe(engine->table, index);
}

/* One label per flow, never 0: the low bits of its sequence number will do. */
static uint32_t flow_label(uint32_t seq)
{
    return (seq & 0xfffff) | 1;
}

static uint64_t tag_of(struct engine *engine, uint32_t index, uint32_t which)
{
    return (uint64_t)probe_table_probe(engine->table, index)->serial << TAG_SERIAL_SHIFT |
           (index * TAGS_PER_PROBE + which);
}

struct segment probe_segment(struct engine *engine, uint32_t index, unsigned flow)
{
    const struct observed *observed = &probe_table_probe(engine->table, index)->observed;

    return (struct segment){
        .src = observed->src,
        .dst = observed->dst,
        .sport = observed->sports[flow],
        .dport = observed->dport,
        .ttl = SYN_TTL,
        .tos = PROBE_SYN_TOS,
        .ip_id = (uint16_t)(engine_random_u32(engine) | 1),
        .flow_label = flow_label(observed->seqs[flow]),
    };
}

uint64_t engine_reserve_slot(struct engine *engine, uint32_t check_index, uint64_t now_ns)
{
    if (check_index != PROBE_TABLE_NONE)
        pacer_reserve(&engine->shares[probe_table_check(engine->table, check_index)->peer], now_ns);
    return pacer_reserve(&engine->pacer, now_ns);
}

void probe_send_extra(struct engine *engine, uint32_t index, const struct segment *segment,
                      uint64_t now_ns)
{
    engine_reserve_slot(engine, probe_table_probe(engine->table, index)->check, now_ns);
    engine->config.ops.send(engine->config.context, segment, ENGINE_NO_TAG);
}

/* The SYN of the next step of the schedule. */
static void send_syn(struct engine *engine, uint32_t index, uint64_t now_ns)
{
    struct probe *probe = probe_table_probe(engine->table, index);
    struct observed *observed = &probe->observed;
    uint8_t flow = observed_flow(observed->attempt_count);
    struct segment syn = probe_segment(engine, index, flow);

    if (!probe->started) {
        probe->started = true;
        probe->start_ns = now_ns;
        observed->ts_value = engine_random_u32(engine);
        observed->ip_id = syn.ip_id;
    }
    syn.seq = observed->seqs[flow];
    syn.flags = TCP_SYN;
    syn.ts_value = observed_ts_value(observed, observed->attempt_count);
    syn.ip_id = observed_ip_id(observed, observed->attempt_count);
    engine->config.ops.send(engine->config.context, &syn,
                            tag_of(engine, index, observed->attempt_count++));
}

/* The kernel should have answered each SYN-ACK with a RST, since no socket knows
 * the connection.  If a local filter kept the packet from it, we do. */
static void probe_teardown(struct engine *engine, uint32_t index, uint64_t now_ns)
{
    const struct observed *observed = &probe_table_probe(engine->table, index)->observed;

    for (unsigned i = 0; i < SYN_SCHEDULE_FLOWS; i++) {
        struct segment rst = probe_segment(engine, index, i);
        if (((observed->half_open & ~observed->torn_down) >> i & 1) == 0)
            continue;
        rst.seq = observed->seqs[i] + 1;
        rst.flags = TCP_RST;
        probe_send_extra(engine, index, &rst, now_ns);
    }
}

/* When every connection that may yet open has had time to be torn down: the last
 * SYN's answer takes no longer than the first's did. */
static uint64_t teardown_due_ns(const struct probe *probe, uint64_t now_ns)
{
    uint8_t attempts = probe->observed.attempt_count;
    uint64_t last_ns = attempts > 0 ? syn_schedule[attempts - 1].at_ms * NS_PER_MS : 0;

    return now_ns + last_ns + TEARDOWN_NS;
}

void probe_retire(struct engine *engine, uint32_t index, uint64_t now_ns)
{
    struct probe *probe = probe_table_probe(engine->table, index);
    bool half_open = probe->observed.half_open != 0 ||
                     (probe->ttl_probe != NULL && probe->ttl_probe->half_open != 0);

    if (half_open) {
        enter(engine, index, PROBE_TEARDOWN, teardown_due_ns(probe, now_ns), now_ns);
        return;
    }
    probe->phase = PROBE_DONE;
    timer_wheel_clear(engine->wheel, index);
}

static void settle(struct engine *engine, uint32_t index, uint64_t now_ns)
{
    struct probe *probe = probe_table_probe(engine->table, index);

    enter(engine, index, PROBE_SETTLING, probe_deadline_ns(engine, probe), now_ns);
    check_finish_ready(engine, probe->check, now_ns);
}

/* The time is up with no answer.  A router reports a dead neighbour 3.05 s after
 * the first SYN, so we listen on, even if the target's address answers other
 * packets: it may be a router that forwards this port to the dead host. */
static void run_out_of_time(struct engine *engine, uint32_t index, uint64_t now_ns)
{
    struct probe *probe = probe_table_probe(engine->table, index);
    uint64_t end_ns = probe->start_ns +
                      ((uint64_t)probe->timeout_ms + engine->config.policy->linger_ms) * NS_PER_MS;

    probe->observed.out_of_time = true;
    if (probe->control || now_ns >= end_ns)
        settle(engine, index, now_ns);
    else
        enter(engine, index, PROBE_LINGERING, end_ns, now_ns);
}

static void send_lone_ack(struct engine *engine, uint32_t index, uint64_t now_ns)
{
    struct observed *observed = &probe_table_probe(engine->table, index)->observed;
    struct segment ack = probe_segment(engine, index, OBSERVED_ACK_FLOW);

    ack.seq = observed->seqs[OBSERVED_ACK_FLOW];
    ack.ack = observed->ack;
    ack.flags = TCP_ACK;
    observed->ack_asked = true;
    probe_send_extra(engine, index, &ack, now_ns);
}

/* What a port that stays silent is asked besides. */
static void ask_silent(struct engine *engine, uint32_t index, uint64_t now_ns)
{
    const struct probe *probe = probe_table_probe(engine->table, index);
    const struct observed *observed = &probe->observed;

    check_repeat_echo(engine, probe->check, now_ns);
    if (observed->answer_count > 0 || probe->control)
        return;
    trace_start_if_silent(engine, index, now_ns);
    if (observed->attempt_count > 1 && observed->attempt_count + LONE_ACKS > observed->planned &&
        !observed->ack_answered)
        send_lone_ack(engine, index, now_ns);
}

/* Sends the step that is due, or waits for its turn in the packet rate; then
 * sets the timer of the next step, or of the end. */
void probe_send(struct engine *engine, uint32_t index, uint64_t now_ns)
{
    struct probe *probe = probe_table_probe(engine->table, index);
    const struct observed *observed = &probe->observed;

    if (!probe->slot_reserved) {
        uint64_t slot_ns = engine_reserve_slot(engine, probe->check, now_ns);
        if (slot_ns > now_ns) {
            probe->slot_reserved = true;
            enter(engine, index, PROBE_SENDING, slot_ns, now_ns);
            return;
        }
    }
    probe->slot_reserved = false;
    send_syn(engine, index, now_ns);
    if (observed->attempt_count > 1 || observed->planned == 1)
        ask_silent(engine, index, now_ns);
    if (observed->attempt_count < observed->planned)
        enter(engine, index, PROBE_SENDING,
              probe->start_ns + syn_schedule[observed->attempt_count].at_ms * NS_PER_MS, now_ns);
    else
        enter(engine, index, PROBE_WAITING, probe->start_ns + probe->timeout_ms * NS_PER_MS,
              now_ns);
}

/* Its phase is over. */
static void advance(struct engine *engine, uint32_t index, uint64_t now_ns)
{
    struct probe *probe = probe_table_probe(engine->table, index);

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
    case PROBE_SETTLING: check_finish_ready(engine, probe->check, now_ns); break;
    case PROBE_TEARDOWN:
        probe_teardown(engine, index, now_ns);
        trace_teardown(engine, index, now_ns);
        probe->phase = PROBE_DONE;
        if (probe->check == PROBE_TABLE_NONE)
            probe_remove(engine, index);
        break;
    case PROBE_DONE: break;
    }
}

void probe_on_timer(struct engine *engine, uint32_t index, uint64_t now_ns)
{
    struct probe *probe = probe_table_probe(engine->table, index);

    if (probe->ttl_probe != NULL && probe->phase < PROBE_TEARDOWN) {
        trace_send_due(engine, index, now_ns);
        if (probe->phase == PROBE_SETTLING && ttl_probe_is_over(probe->ttl_probe, now_ns)) {
            probe_arm_timer(engine, index, now_ns);
            check_finish_ready(engine, probe->check, now_ns);
            return;
        }
    }
    if (probe->due_ns > now_ns)
        probe_arm_timer(engine, index, now_ns);
    else
        advance(engine, index, now_ns);
}

/* How long a SYN-ACK, which nothing outweighs, waits for the reply to the echo that left
 * with the SYN. */
static uint64_t grace_ns(struct engine *engine, const struct probe *probe, uint64_t now_ns)
{
    const struct check *check = probe_table_check(engine->table, probe->check);
    uint64_t grace = (now_ns - probe->start_ns) / 2 + ECHO_GRACE_NS;

    if (check->log != NULL) /* whoever wants to see packets wants the RST, too */
        return COLLECT_NS;
    if (check->echo.attempt_count == 0 || check->echo.replied)
        return 0;
    return grace < COLLECT_NS ? grace : COLLECT_NS;
}

/* A SYN-ACK does not wait for another echo, and what a router says in its own name
 * needs nothing to compare with. */
static bool asks_for_echo(const struct observed *observed)
{
    const struct observed_answer *best = observed_best(observed);

    return best->kind == ANSWER_RESET ||
           (best->kind < ANSWER_RESET && addr_equal(&best->from, &observed->dst));
}

static void probe_answered(struct engine *engine, uint32_t index, uint64_t now_ns)
{
    struct probe *probe = probe_table_probe(engine->table, index);
    bool accepted = observed_best(&probe->observed)->kind == ANSWER_SYN_ACK;
    uint64_t due_ns;

    if (probe->check == PROBE_TABLE_NONE || probe->phase >= PROBE_TEARDOWN)
        return;
    if (asks_for_echo(&probe->observed))
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
    struct probe *probe = probe_table_probe(engine->table, index);

    if (probe->observed.answer_count == 0 || probe->phase >= PROBE_TEARDOWN)
        return;
    trace_start_for_answer(engine, index, now_ns);
    if (probe->phase == PROBE_COLLECTING && grace_ns(engine, probe, now_ns) == 0 &&
        observed_best(&probe->observed)->kind == ANSWER_SYN_ACK)
        enter(engine, index, PROBE_SETTLING, probe_deadline_ns(engine, probe), now_ns);
    else
        probe_arm_timer(engine, index, now_ns);
}

/* An old connection of the target's answered this flow: the next one at once. */
static void probe_retry_on_next_flow(struct engine *engine, uint32_t index, uint64_t now_ns)
{
    struct probe *probe = probe_table_probe(engine->table, index);

    if (probe->phase == PROBE_SENDING && !probe->slot_reserved &&
        probe->observed.attempt_count == 1)
        enter(engine, index, PROBE_SENDING, now_ns, now_ns);
}

/* Here and not with the engine's others, because only probes know tags. */
void engine_send_failed(struct engine *engine, uint64_t tag, int error, uint64_t now_ns)
{
    uint32_t index = (uint32_t)tag / TAGS_PER_PROBE;
    uint32_t which = (uint32_t)tag % TAGS_PER_PROBE;
    struct probe *probe;
    struct observed *observed;

    if (tag == ENGINE_NO_TAG || index >= probe_table_capacity(engine->table))
        return;
    probe = probe_table_probe(engine->table, index);
    observed = &probe->observed;
    if (probe->check == PROBE_TABLE_NONE || tag != tag_of(engine, index, which) ||
        which >= observed->attempt_count)
        return;
    observed->refused |= (uint8_t)(1U << which);
    observed->send_error = (int16_t)error;
    /* not settled here: this may be called while the probe is sending */
    if (observed->attempt_count >= SEND_FAILURES_MAX &&
        observed->refused == (1U << observed->attempt_count) - 1 && probe->phase <= PROBE_WAITING)
        enter(engine, index, PROBE_LINGERING, now_ns, now_ns);
}

/* Is the packet one that the record or the path learnt something of that a verdict may be made
 * of? */
static bool take_packet(struct engine *engine, uint32_t index, const struct packet *packet,
                        uint64_t now_ns)
{
    struct probe *probe = probe_table_probe(engine->table, index);
    bool news;

    if (probe->ttl_probe != NULL &&
        ttl_probe_on_packet(probe->ttl_probe, &probe->observed, packet, &news)) {
        if (news && probe->phase < PROBE_TEARDOWN) {
            trace_send_due(engine, index, now_ns);
            probe_arm_timer(engine, index, now_ns);
        }
        if (news && observed_take_traced_answer(&probe->observed, packet))
            probe_answered(engine, index, now_ns);
        return true;
    }
    switch (observed_on_packet(&probe->observed, packet)) {
    case OBSERVED_ANSWERED: probe_answered(engine, index, now_ns); return true;
    case OBSERVED_STALE: probe_retry_on_next_flow(engine, index, now_ns); return true;
    case OBSERVED_ALIVE: return true;
    case OBSERVED_EGRESS:
    case OBSERVED_IGNORED: break;
    }
    return false;
}

void probe_on_packet(struct engine *engine, uint32_t index, const struct packet *packet,
                     uint64_t now_ns)
{
    uint32_t check_index = probe_table_probe(engine->table, index)->check;

    if (check_index == PROBE_TABLE_NONE) {
        take_packet(engine, index, packet, now_ns);
        return;
    }
    check_note_packet(engine, index, packet);
    /* it may be gone with its last report */
    if (take_packet(engine, index, packet, now_ns) &&
        probe_table_check(engine->table, check_index)->used)
        check_finish_ready(engine, check_index, now_ns);
}
