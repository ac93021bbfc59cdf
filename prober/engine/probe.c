/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/engine/probe.h"

#include "common/base/clock.h"
#include "prober/engine/check_echo.h"
#include "prober/engine/probe_table.h"
#include "prober/engine/probe_wait.h"
#include "prober/engine/sightings.h"
#include "prober/engine/timer_wheel.h"
#include "prober/engine/trace.h"
#include "prober/evidence/observed_flows.h"
#include "prober/packet/capture_marks.h"
#include "prober/packet/our_syn.h"

#define CONTRAST_NS (100 * NS_PER_MS) /* and two round trips: another flow's answer */
#define TEARDOWN_NS (150 * NS_PER_MS) /* then the kernel should have sent its RST */

enum {
    SEND_FAILURES_MAX = 3, /* in a row, with nothing sent before: give up */
};

uint64_t probe_deadline_ns(const struct engine *engine, const struct probe *probe)
{
    bool trace = probe->check != NULL && probe->check->trace;

    return engine_listening_ends_ns(engine, probe) +
           (trace ? SYN_SCHEDULE_TRACE_EXTRA_MS * NS_PER_MS : 0);
}

/* Sets the timer to what the probe waits for.  The wheel counts whole milliseconds; never
 * early. */
static void arm_timer(struct engine *engine, const struct probe *probe, uint64_t now_ns)
{
    uint64_t due_ns = probe->due_ns;

    if (probe->ttl_probe != NULL && probe->phase < PROBE_TEARDOWN) {
        uint64_t trace_ns = ttl_probe_due_ns(probe->ttl_probe, now_ns);
        due_ns = trace_ns < due_ns ? trace_ns : due_ns;
    }
    timer_wheel_set(engine->wheel, probe_table_index(engine->table, probe),
                    (due_ns + NS_PER_MS - 1) / NS_PER_MS);
}

static void enter(struct engine *engine, struct probe *probe, enum probe_phase phase,
                  uint64_t due_ns, uint64_t now_ns)
{
    send_queue_leave(engine->queue, probe_table_index(engine->table, probe));
    probe->phase = (uint8_t)phase;
    probe->due_ns = due_ns;
    arm_timer(engine, probe, now_ns);
}

static void settle(struct engine *engine, struct probe *probe, uint64_t now_ns)
{
    enter(engine, probe, PROBE_SETTLING, probe_deadline_ns(engine, probe), now_ns);
}

void probe_remove(struct engine *engine, struct probe *probe)
{
    timer_wheel_clear(engine->wheel, probe_table_index(engine->table, probe));
    send_queue_leave(engine->queue, probe_table_index(engine->table, probe));
    if (probe->check != NULL)
        engine_take_back(engine, probe->check->peer, &probe->promised, UINT8_MAX);
    probe->check = NULL; /* the kernel may yet refuse one of its SYNs */
    pool_put(engine->ttl_probes, probe->ttl_probe);
    probe->ttl_probe = NULL;
    probe_table_remove_probe(engine->table, probe);
}

/* --- sending ------------------------------------------------------------------------ */

/* The SYN of this step of the schedule; steps left out on the way to it are not sent. */
static void send_syn(struct engine *engine, struct probe *probe, uint8_t attempt, uint64_t now_ns)
{
    struct observed *observed = &probe->observed;
    uint8_t flow = observed_flow(attempt);
    struct segment syn = engine_segment(engine, probe, flow);

    if (!probe->started) {
        probe->started = true;
        probe->start_ns = now_ns;
        observed->ts_value = mark_ts_value(engine_random_u32(engine), engine->config.owner);
        observed->ip_id = syn.ip_id;
    }
    syn.seq = observed->seqs[flow];
    syn.flags = TCP_SYN;
    syn.ts_value = observed_ts_value(observed, attempt);
    syn.ip_id = observed_ip_id(observed, attempt);
    for (unsigned n = observed->attempt_count; n < attempt; n++)
        observed->refused |= (uint8_t)(1U << n);
    observed->attempt_count = (uint8_t)(attempt + 1);
    engine_take_back(engine, probe->check->peer, &probe->promised, 1);
    engine->config.ops.send(engine->config.context, &syn,
                            probe_table_tag(engine->table, probe, attempt));
}

static void send_lone_ack(struct engine *engine, struct probe *probe, uint64_t now_ns)
{
    struct observed *observed = &probe->observed;
    struct segment ack = engine_segment(engine, probe, OBSERVED_ACK_FLOW);

    ack.seq = observed->seqs[OBSERVED_ACK_FLOW];
    ack.ack = observed->ack;
    ack.flags = TCP_ACK;
    observed->ack_asked = true;
    engine_send_segment(engine, probe, &ack, now_ns);
}

/* What else is sent to a port that stays silent. */
static void ask_silent(struct engine *engine, struct probe *probe, uint64_t now_ns)
{
    const struct observed *observed = &probe->observed;

    check_echo_repeat(engine, probe->check, now_ns);
    if (observed->answer_count > 0 || probe->control)
        return;
    trace_start_if_silent(engine, probe, now_ns);
    if (observed->attempt_count > 1 &&
        observed->attempt_count + PROBE_LONE_ACKS > observed->planned && !observed->ack_answered)
        send_lone_ack(engine, probe, now_ns);
}

/* The kernel has refused every SYN so far: a route or firewall of our own forbids them. */
static bool cannot_send(const struct observed *observed)
{
    return observed->attempt_count >= SEND_FAILURES_MAX &&
           observed->refused == (1U << observed->attempt_count) - 1;
}

/* Is it the probe's turn in the packet rate?  Else it waits for it in this phase, and keeps its
 * place in the queue if it has one. */
static bool take_slot(struct engine *engine, struct probe *probe, enum probe_phase phase,
                      uint64_t now_ns)
{
    uint64_t until_ns = probe->started ? probe_wait_timeout_ns(probe) : now_ns + NS_PER_S;
    uint32_t index = probe_table_index(engine->table, probe);

    if (probe->has_slot) {
        probe->has_slot = false;
        return true;
    }
    if (!send_queue_waits(engine->queue, index)) {
        if (send_queue_pass(engine->queue, now_ns))
            return true;
        send_queue_wait(engine->queue, probe->check->peer, index);
    }
    probe->phase = (uint8_t)phase;
    probe->due_ns = until_ns;
    arm_timer(engine, probe, now_ns);
    return false;
}

/* A control port begins with our mark: whether its reset bears it tells how the host's TCP is. */
static uint8_t next_attempt(const struct probe *probe)
{
    uint8_t attempt = probe->observed.attempt_count;

    while (probe->control && our_syn_tos(observed_flow(attempt)) == 0 &&
           attempt + 1U < SYN_SCHEDULE_ATTEMPTS && probe->observed.attempt_count == 0)
        attempt++;
    return attempt;
}

void probe_send(struct engine *engine, struct probe *probe, uint64_t now_ns)
{
    const struct observed *observed = &probe->observed;

    if (!take_slot(engine, probe, PROBE_SENDING, now_ns))
        return;
    send_syn(engine, probe, next_attempt(probe), now_ns);
    if (observed->attempt_count > 1 || observed->planned == 1)
        ask_silent(engine, probe, now_ns);
    if (cannot_send(observed))
        enter(engine, probe, PROBE_LINGERING, now_ns, now_ns);
    else if (observed->attempt_count < observed->planned)
        enter(engine, probe, PROBE_SENDING,
              probe->start_ns + syn_schedule[observed->attempt_count].at_ms * NS_PER_MS, now_ns);
    else
        enter(engine, probe, PROBE_WAITING, probe_wait_timeout_ns(probe), now_ns);
}

void probe_on_send_failed(struct engine *engine, struct probe *probe, unsigned attempt, int error,
                          uint64_t now_ns)
{
    struct observed *observed = &probe->observed;

    if (probe->check == NULL || attempt >= observed->attempt_count)
        return;
    observed->refused |= (uint8_t)(1U << attempt);
    observed->send_error = (int16_t)error;
    if (cannot_send(observed) && probe->phase <= PROBE_WAITING)
        enter(engine, probe, PROBE_LINGERING, now_ns, now_ns);
}

/* --- time ---------------------------------------------------------------------------- */

/* The kernel should have answered each SYN-ACK with a RST, since no socket knows the
 * connection.  If a local filter stopped the SYN-ACK, we send the RST. */
static void tear_down(struct engine *engine, struct probe *probe, uint64_t now_ns)
{
    const struct observed *observed = &probe->observed;

    for (unsigned i = 0; i < SYN_SCHEDULE_FLOWS; i++) {
        struct segment rst = engine_segment(engine, probe, i);
        if (((observed->half_open & ~observed->torn_down) >> i & 1) == 0)
            continue;
        rst.seq = observed->seqs[i] + 1;
        rst.flags = TCP_RST;
        engine_send_segment(engine, probe, &rst, now_ns);
    }
    trace_teardown(engine, probe, now_ns);
}

/* When every connection that may yet open has had time to be torn down: the last SYN's
 * answer takes no longer than the first's did. */
static uint64_t teardown_due_ns(const struct probe *probe, uint64_t now_ns)
{
    uint8_t attempts = probe->observed.attempt_count;
    uint64_t last_ns = attempts > 0 ? syn_schedule[attempts - 1].at_ms * NS_PER_MS : 0;

    return now_ns + last_ns + TEARDOWN_NS;
}

void probe_retire(struct engine *engine, struct probe *probe, uint64_t now_ns)
{
    const struct check *check = probe->check;
    bool half_open = probe->observed.half_open != 0 ||
                     (probe->ttl_probe != NULL && probe->ttl_probe->half_open != 0);

    engine_take_back(engine, check->peer, &probe->promised, UINT8_MAX);
    if (half_open) {
        enter(engine, probe, PROBE_TEARDOWN, teardown_due_ns(probe, now_ns), now_ns);
        return;
    }
    probe->phase = PROBE_DONE;
    send_queue_leave(engine->queue, probe_table_index(engine->table, probe));
    timer_wheel_clear(engine->wheel, probe_table_index(engine->table, probe));
}

/* The time is up with no answer.  A router reports a dead neighbour 3.05 s after the first
 * SYN, so we listen on, even if the target's address answers other packets: it may be a
 * router that forwards this port to the dead host. */
static enum progress run_out_of_time(struct engine *engine, struct probe *probe, uint64_t now_ns)
{
    uint64_t end_ns = engine_listening_ends_ns(engine, probe);

    probe->observed.out_of_time = true;
    if (!probe->control && now_ns < end_ns) {
        enter(engine, probe, PROBE_LINGERING, end_ns, now_ns);
        return UNCHANGED;
    }
    settle(engine, probe, now_ns);
    return CHANGED;
}

/* Was the flow of the last SYN answered, and no lighter than another?  A forged RST may be
 * ahead of its SYN-ACK, too. */
static bool contrast_is_answered(const struct probe *probe)
{
    const struct observed *observed = &probe->observed;
    unsigned flow = observed_flow(observed->attempt_count - 1U);

    return observed->extra->flows[flow].kind >= observed_best(observed)->kind;
}

/* The attempt to send next though there is an answer, or OBSERVED_NO_ATTEMPT.  What seems to
 * come from elsewhere than the echo reply may only have come by another way. */
static uint8_t next_to_compare(const struct probe *probe)
{
    const struct observed_answer *best = observed_best(&probe->observed);
    const struct echo *echo = &probe->check->echo;
    uint8_t next;

    if (probe->control)
        return OBSERVED_NO_ATTEMPT;
    next = observed_next_contrast(&probe->observed);
    if (next == OBSERVED_NO_ATTEMPT && best->kind >= ANSWER_RESET && echo->replied &&
        best->ttl != echo->reply_ttl)
        next = observed_next_flow(&probe->observed);
    return next;
}

/* Answered: asks the flows that may be answered otherwise, one after the other, and waits as
 * long as a weightier answer may come. */
static enum progress collect(struct engine *engine, struct probe *probe, uint64_t now_ns)
{
    uint8_t next = next_to_compare(probe);
    struct probe_answered *answered = probe_answered(probe);
    uint64_t wait_ns = 2 * (answered->first_ns - probe->start_ns) + CONTRAST_NS;
    uint64_t until_ns = probe_wait_until_ns(probe);

    if (wait_ns > PROBE_WAIT_FAR_NS)
        wait_ns = PROBE_WAIT_FAR_NS;
    if (answered->contrast_ns != 0 && !contrast_is_answered(probe) &&
        until_ns < answered->contrast_ns + wait_ns)
        until_ns = answered->contrast_ns + wait_ns;
    if (next != OBSERVED_NO_ATTEMPT && now_ns < probe_wait_timeout_ns(probe)) {
        if (answered->contrast_ns == 0 || now_ns >= answered->contrast_ns + wait_ns) {
            if (!take_slot(engine, probe, PROBE_COLLECTING, now_ns))
                return UNCHANGED;
            send_syn(engine, probe, next, now_ns);
            answered->contrast_ns = now_ns;
        }
        enter(engine, probe, PROBE_COLLECTING, answered->contrast_ns + wait_ns, now_ns);
        return UNCHANGED;
    }
    if (now_ns < until_ns) {
        enter(engine, probe, PROBE_COLLECTING, until_ns, now_ns);
        return UNCHANGED;
    }
    settle(engine, probe, now_ns);
    return CHANGED;
}

/* Its phase is over. */
static enum progress advance(struct engine *engine, struct probe *probe, uint64_t now_ns)
{
    switch ((enum probe_phase)probe->phase) {
    case PROBE_SENDING:
        /* a stalled machine or a crowded packet rate may have used up the time */
        if (probe->started && now_ns >= probe_wait_timeout_ns(probe))
            return run_out_of_time(engine, probe, now_ns);
        probe_send(engine, probe, now_ns);
        return UNCHANGED;
    case PROBE_WAITING: return run_out_of_time(engine, probe, now_ns);
    case PROBE_COLLECTING: return collect(engine, probe, now_ns);
    case PROBE_LINGERING: settle(engine, probe, now_ns); return CHANGED;
    case PROBE_SETTLING: return CHANGED;
    case PROBE_TEARDOWN:
        tear_down(engine, probe, now_ns);
        probe->phase = PROBE_DONE;
        if (probe->check == NULL)
            probe_remove(engine, probe);
        return UNCHANGED;
    case PROBE_DONE: break;
    }
    return UNCHANGED;
}

enum progress probe_on_timer(struct engine *engine, struct probe *probe, uint64_t now_ns)
{
    if (probe->ttl_probe != NULL && probe->phase < PROBE_TEARDOWN) {
        trace_send_due(engine, probe, now_ns);
        if (probe->phase == PROBE_SETTLING && ttl_probe_is_over(probe->ttl_probe, now_ns)) {
            arm_timer(engine, probe, now_ns);
            return CHANGED;
        }
    }
    if (probe->due_ns <= now_ns)
        return advance(engine, probe, now_ns);
    arm_timer(engine, probe, now_ns);
    return UNCHANGED;
}

enum progress probe_on_turn(struct engine *engine, struct probe *probe, uint64_t now_ns)
{
    enum progress progress;

    probe->has_slot = true;
    progress = advance(engine, probe, now_ns);
    probe->has_slot = false;
    return progress;
}

/* --- answers -------------------------------------------------------------------------- */

static bool is_number(const struct probe *probe, uint32_t number)
{
    for (unsigned flow = 0; flow < OBSERVED_FLOWS; flow++)
        if (number == probe->observed.seqs[flow])
            return true;
    return probe->ttl_probe != NULL && ttl_probe_has_seq(probe->ttl_probe, number);
}

bool probe_has_number(const struct probe *probe, const struct packet *packet)
{
    const struct packet_tcp *tcp = &packet->tcp;

    if (packet->kind == PACKET_ICMP_ERROR)
        return is_number(probe, packet->quote.seq);
    /* ours as it is sent, our RST for what it opened, an answer to it, and to the lone ACK */
    return is_number(probe, tcp->seq) || is_number(probe, tcp->seq - 1) ||
           is_number(probe, tcp->ack - 1) || tcp->seq == probe->observed.ack;
}

bool probe_wants_echo(const struct probe *probe)
{
    const struct observed_answer *best = observed_best(&probe->observed);

    return best->kind == ANSWER_RESET ||
           (best->kind < ANSWER_RESET && addr_equal(&best->from, &probe->observed.dst));
}

void probe_compare(struct engine *engine, struct probe *probe, uint64_t now_ns)
{
    if (probe->observed.answer_count == 0 || probe->phase >= PROBE_TEARDOWN)
        return;
    trace_start_for_answer(engine, probe, now_ns);
    if (probe->phase == PROBE_COLLECTING)
        collect(engine, probe, now_ns);
    else
        arm_timer(engine, probe, now_ns);
}

void probe_collect(struct engine *engine, struct probe *probe, uint64_t now_ns)
{
    if (probe->phase != PROBE_SETTLING)
        collect(engine, probe, now_ns);
}

void probe_begin_answered(struct probe *probe, uint64_t now_ns)
{
    struct probe_answered *answered = probe_answered(probe);

    probe->is_answered = true;
    answered->first_ns = now_ns;
    answered->contrast_ns = 0;
}

static enum progress answered(const struct probe *probe)
{
    return probe->check != NULL && probe->phase < PROBE_TEARDOWN ? ANSWERED : CHANGED;
}

enum progress probe_on_packet(struct engine *engine, struct probe *probe,
                              const struct packet *packet, uint64_t now_ns)
{
    struct ttl_probe *ttl_probe = probe->ttl_probe;
    bool news;

    if (ttl_probe != NULL && ttl_probe_on_packet(ttl_probe, &probe->observed, packet, &news)) {
        if (news && probe->phase < PROBE_TEARDOWN) {
            trace_send_due(engine, probe, now_ns);
            arm_timer(engine, probe, now_ns);
        }
        if (news && packet->kind == PACKET_ICMP_ERROR)
            sightings_note_hop(engine->sightings, &probe->observed.dst,
                               ttl_probe_hop_of(ttl_probe, &packet->src), &packet->src, now_ns);
        return CHANGED;
    }
    switch (observed_on_packet(&probe->observed, packet)) {
    case OBSERVED_ANSWERED: return answered(probe);
    case OBSERVED_ALIVE: return CHANGED;
    case OBSERVED_EGRESS:
        return probe_wait_for_reset(probe) ? collect(engine, probe, now_ns) : UNCHANGED;
    case OBSERVED_IGNORED: break;
    }
    return UNCHANGED;
}
