/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/engine/engine.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "prober/engine/admission.h"
#include "prober/engine/check.h"
#include "prober/engine/check_echo.h"
#include "prober/engine/probe.h"
#include "prober/engine/probe_table.h"
#include "prober/engine/sightings.h"
#include "prober/engine/timer_wheel.h"
#include "prober/packet/capture_marks.h"
#include "prober/packet/our_syn.h"

enum {
    TIMERS_PER_TICK = 512,         /* then packets leave and arrive before the next timers */
    TTL_PROBES_MAX = 8192,         /* ports asked hop by hop at a time; the others do without */
    LOGS_MAX = POLICY_PACKET_LOGS, /* checks whose packets are kept at a time; more are refused */
    QUEUE_MAX = 16384,             /* packets of a peer that wait; more are not sent */
};

struct engine *engine_new(const struct engine_config *config, uint64_t now_ns)
{
    struct engine *engine = calloc(1, sizeof(*engine));
    uint8_t key[SIPHASH_KEY_LEN];

    if (engine == NULL)
        return NULL;
    engine->config = *config;
    config->ops.random(config->context, key, sizeof(key));
    engine->table = probe_table_new(config->capacity, key);
    engine->wheel = timer_wheel_new(config->capacity, now_ns / NS_PER_MS);
    engine->targets = ratelimit_new(&config->targets, now_ns);
    engine->ttl_probes = pool_new(TTL_PROBES_MAX, sizeof(struct ttl_probe));
    engine->logs = pool_new(LOGS_MAX, sizeof(struct packet_log));
    engine->sightings = sightings_new(key);
    engine->budget = budget_make(config->max_rate);
    engine->queue = send_queue_new(config->max_rate, QUEUE_MAX, config->capacity);
    if (engine->table == NULL || engine->wheel == NULL || engine->targets == NULL ||
        engine->ttl_probes == NULL || engine->logs == NULL || engine->sightings == NULL ||
        engine->queue == NULL) {
        engine_free(engine);
        return NULL;
    }
    return engine;
}

void engine_free(struct engine *engine)
{
    if (engine == NULL)
        return;
    probe_table_free(engine->table);
    timer_wheel_free(engine->wheel);
    ratelimit_free(engine->targets);
    pool_free(engine->ttl_probes);
    pool_free(engine->logs);
    sightings_free(engine->sightings);
    send_queue_free(engine->queue);
    free(engine);
}

uint32_t engine_probes_in_flight(const struct engine *engine)
{
    return probe_table_probe_count(engine->table);
}

uint64_t engine_longest_check_ns(const struct policy *policy)
{
    uint64_t length_ms =
        (uint64_t)policy->timeout_ms + policy->linger_ms + SYN_SCHEDULE_TRACE_EXTRA_MS;

    return length_ms * NS_PER_MS + ADMISSION_BACKLOG_NS; /* its first SYN may have to wait */
}

uint64_t engine_next_ns(const struct engine *engine)
{
    uint64_t next_ms = timer_wheel_next_ms(engine->wheel);
    uint64_t timer_ns = next_ms == TIMER_WHEEL_NEVER ? UINT64_MAX : next_ms * NS_PER_MS;
    uint64_t queue_ns = send_queue_next_ns(engine->queue);

    return queue_ns < timer_ns ? queue_ns : timer_ns;
}

/* --- time ------------------------------------------------------------------------------ */

/* The one place that finishes what is ready: after an event, when its handlers have returned.
 * The check, and with it its probes, may be gone afterwards. */
static void finish_ready(struct engine *engine, struct check *check, enum progress progress,
                         uint64_t now_ns)
{
    if (progress != UNCHANGED && check != NULL)
        check_finish_ready(engine, check, now_ns);
}

/* What the packet rate allows by now. */
static void send_waiting(struct engine *engine, uint64_t now_ns)
{
    struct send_next next;

    while (send_queue_take(engine->queue, now_ns, &next)) {
        if (next.packet != NULL) {
            engine_send_queued(engine, &next);
        } else {
            struct probe *probe = probe_table_probe(engine->table, next.item);
            struct check *check = probe->check;
            finish_ready(engine, check, probe_on_turn(engine, probe, now_ns), now_ns);
        }
    }
}

void engine_tick(struct engine *engine, uint64_t now_ns)
{
    uint32_t index;

    send_waiting(engine, now_ns);
    for (unsigned i = 0;
         i < TIMERS_PER_TICK && timer_wheel_pop(engine->wheel, now_ns / NS_PER_MS, &index); i++) {
        struct probe *probe = probe_table_probe(engine->table, index);
        struct check *check = probe->check;
        finish_ready(engine, check, probe_on_timer(engine, probe, now_ns), now_ns);
    }
}

void engine_send_failed(struct engine *engine, uint64_t tag, int error, uint64_t now_ns)
{
    unsigned attempt;
    struct probe *probe = probe_table_find_tag(engine->table, tag, &attempt);

    if (probe != NULL)
        probe_on_send_failed(engine, probe, attempt, error, now_ns);
}

/* --- captured packets ------------------------------------------------------------------ */

/* Checks are finished behind the loop, because that removes probes.  (A check may name a port
 * twice.) */
static void show_to_probes_of(struct engine *engine, const struct addr *dst, uint16_t dport,
                              const struct packet *packet, uint64_t now_ns)
{
    struct check *changed[ENGINE_PORT_GROUPS]; /* no more probes have one target port */
    unsigned count = 0;

    for (struct probe *probe = probe_table_first_of(engine->table, dst, dport); probe != NULL;
         probe = probe_table_next_of(engine->table, probe)) {
        if (check_on_probe_packet(engine, probe, packet, now_ns) == UNCHANGED ||
            probe->check == NULL || probe->check->changed)
            continue;
        probe->check->changed = true;
        changed[count++] = probe->check;
    }
    for (unsigned i = 0; i < count; i++) {
        changed[i]->changed = false;
        finish_ready(engine, changed[i], CHANGED, now_ns);
    }
}

static void show_to_checks_of(struct engine *engine, const struct addr *dst,
                              const struct packet *packet, uint64_t now_ns)
{
    struct check *next;

    for (struct check *check = probe_table_first_check_of(engine->table, dst); check != NULL;
         check = next) {
        enum progress progress = check_on_echo_packet(engine, check, packet, now_ns);
        next = probe_table_next_check_of(engine->table, check);
        finish_ready(engine, check, progress, now_ns);
    }
}

/* Ours to the target, or the target's to us. */
static void show_segment(struct engine *engine, const struct packet *packet, uint64_t now_ns)
{
    if (packet_may_be_ours(packet))
        show_to_probes_of(engine, &packet->dst, packet->tcp.dport, packet, now_ns);
    if (!packet->outgoing)
        show_to_probes_of(engine, &packet->src, packet->tcp.sport, packet, now_ns);
}

void engine_packet(struct engine *engine, const struct packet *packet, uint64_t now_ns)
{
    switch (packet->kind) {
    case PACKET_ICMP_ERROR:
        if (packet->quote.kind == PACKET_ECHO)
            show_to_checks_of(engine, &packet->quote.dst, packet, now_ns);
        else
            show_to_probes_of(engine, &packet->quote.dst, packet->quote.dport, packet, now_ns);
        break;
    case PACKET_ECHO:
        show_to_checks_of(engine, packet->echo.reply ? &packet->src : &packet->dst, packet, now_ns);
        break;
    case PACKET_TCP: show_segment(engine, packet, now_ns); break;
    case PACKET_NONE: break;
    }
}

/* --- checks ---------------------------------------------------------------------------- */

void engine_check(struct engine *engine, uint32_t peer, const struct wire_check *request,
                  uint64_t now_ns)
{
    struct wire_message message = {
        .type = WIRE_REFUSED,
        .refused = {.job = request->job, .port_index = WIRE_NO_PORT},
    };
    int source_error = 0;
    struct check *check =
        admission_take(engine, peer, request, &message.refused, &source_error, now_ns);

    if (check == NULL) {
        engine_reply(engine, peer, &message);
        return;
    }
    finish_ready(engine, check, check_start(engine, check, source_error, now_ns), now_ns);
}

void engine_cancel(struct engine *engine, uint32_t peer, uint32_t job)
{
    struct check *check = probe_table_find_check(engine->table, peer, job);

    if (check != NULL)
        check_remove(engine, check);
}

void engine_greet(struct engine *engine, uint32_t peer)
{
    engine->budget.present[peer] = true;
}

void engine_forget(struct engine *engine, uint32_t peer)
{
    struct check *check = NULL;

    engine->budget.present[peer] = false;

    while ((check = probe_table_next_check_of_peer(engine->table, peer, check)) != NULL)
        check_remove(engine, check);
}
