/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/engine/check.h"

#include "prober/engine/check_echo.h"
#include "prober/engine/gather.h"
#include "prober/engine/probe.h"
#include "prober/engine/probe_table.h"
#include "prober/engine/sightings.h"
#include "prober/packet/redact.h"

enum progress check_start(struct engine *engine, struct check *check, int source_error,
                          uint64_t now_ns)
{
    for (struct probe *probe = check->first; probe != NULL; probe = probe->sibling) {
        probe->observed.send_error = (int16_t)source_error;
        if (source_error == 0)
            probe_send(engine, probe, now_ns);
        else
            probe->phase = PROBE_SETTLING;
    }
    if (source_error != 0)
        return CHANGED;
    /* after the SYNs: a router limits its ICMP errors, and those for SYNs matter more */
    check_echo_repeat(engine, check, now_ns);
    return UNCHANGED;
}

/* --- packets ------------------------------------------------------------------------- */

static unsigned position_in(const struct check *check, const struct probe *probe)
{
    unsigned position = 0;

    for (const struct probe *at = check->first; at != probe; at = at->sibling)
        position++;
    return position;
}

/* Only for a check that keeps packets. */
static struct packet_log *log_of(const struct engine *engine, const struct check *check)
{
    return pool_item(engine->logs, check->log);
}

static void log_packet(struct engine *engine, struct check *check, const struct probe *probe,
                       const struct packet *packet)
{
    if (!check->keeps_packets || packet->bytes == NULL ||
        !observed_concerns(&probe->observed, packet))
        return;
    packet_log_add(log_of(engine, check), packet, (uint8_t)(1U << position_in(check, probe)),
                   !probe_has_number(probe, packet));
}

/* Something new has arrived: compares it with the answers of all answered ports. */
static void compare(struct engine *engine, const struct check *check, uint64_t now_ns)
{
    for (struct probe *probe = check->first; probe != NULL; probe = probe->sibling)
        if (!probe->control)
            probe_compare(engine, probe, now_ns);
}

enum progress check_on_probe_packet(struct engine *engine, struct probe *probe,
                                    const struct packet *packet, uint64_t now_ns)
{
    struct check *check = probe->check;
    enum progress progress;

    if (check != NULL)
        log_packet(engine, check, probe, packet);
    progress = probe_on_packet(engine, probe, packet, now_ns);
    if (progress != ANSWERED)
        return progress;
    if (!probe->is_answered) {
        probe_begin_answered(probe, now_ns);
        sightings_note_answer(engine->sightings, probe, now_ns);
    }
    if (probe_wants_echo(probe))
        check_echo_repeat(engine, check, now_ns);
    compare(engine, check, now_ns);
    probe_collect(engine, probe, now_ns);
    return progress;
}

enum progress check_on_echo_packet(struct engine *engine, struct check *check,
                                   const struct packet *packet, uint64_t now_ns)
{
    const struct addr *dst = &check_ends(check)->dst;

    if (!echo_is_about(&check->echo, dst, packet))
        return UNCHANGED;
    if (check->keeps_packets && packet->bytes != NULL)
        packet_log_add(log_of(engine, check), packet, UINT8_MAX, false);
    if (!echo_on_packet(&check->echo, dst, packet))
        return UNCHANGED;
    compare(engine, check, now_ns);
    return CHANGED;
}

/* --- reports ------------------------------------------------------------------------- */

static void send_packets(struct engine *engine, const struct check *check,
                         const struct probe *probe)
{
    struct wire_message message = {
        .type = WIRE_PACKET,
        .packet = {.job = check->job, .port = probe->observed.dport},
    };
    uint8_t which = (uint8_t)position_in(check, probe);
    uint16_t position = 0;

    while (packet_log_next(log_of(engine, check), &position, which, &message.packet)) {
        redact_packet(engine->config.policy, message.packet.bytes, message.packet.len);
        engine_reply(engine, check->peer, &message);
    }
}

static void send_hops(struct engine *engine, const struct check *check, const struct probe *probe,
                      const struct verdict *verdict)
{
    struct wire_message message = {
        .type = WIRE_HOP,
        .hop = {.job = check->job, .port = probe->observed.dport},
    };
    uint8_t length = ttl_probe_length(probe->ttl_probe);

    if (verdict->actor_hop > 0 && verdict->actor_hop < length)
        length = (uint8_t)verdict->actor_hop; /* beyond it, other routers may use its name */
    for (uint8_t hop = 1; hop <= length; hop++) {
        message.hop.hop = hop;
        message.hop.addr = probe->ttl_probe->hops[hop].from;
        message.hop.rtt_ns = probe->ttl_probe->hops[hop].rtt_ns;
        redact_address(engine->config.policy, &message.hop.addr);
        engine_reply(engine, check->peer, &message);
    }
}

void check_remove(struct engine *engine, struct check *check)
{
    engine->in_flight[check->peer] -= check->unreported;
    engine_take_back(engine, check->peer, &check->promised, UINT8_MAX);
    if (check->keeps_packets) {
        engine->logs_of[check->peer]--;
        pool_put(engine->logs, log_of(engine, check));
    }
    probe_table_remove_check(engine->table, check, &check_ends(check)->dst);
    for (struct probe *probe = check->first, *next; probe != NULL; probe = next) {
        next = probe->sibling;
        if (probe->phase == PROBE_TEARDOWN)
            probe->check = NULL; /* its timer ends it */
        else
            probe_remove(engine, probe);
    }
}

/* If the router of a silent hop has recently sent many errors, its silence may be a rate limit:
 * then SYNs are not lost there. */
static void excuse_busy_hops(const struct engine *engine, struct probe *probe,
                             struct verdict *verdict, uint64_t now_ns)
{
    const struct addr *dst = &probe->observed.dst;
    uint8_t length = ttl_probe_length(probe->ttl_probe);

    for (uint8_t hop = 1; hop <= length; hop++) {
        struct ttl_probe_hop *at = &probe->ttl_probe->hops[hop];
        const struct addr *router = sightings_busy_hop(engine->sightings, dst, hop, now_ns);
        if (at->outcome != TTL_PROBE_SILENT || router == NULL)
            continue;
        at->from = *router;
        if (hop == verdict->silent_from)
            verdict->silent_from = VERDICT_UNKNOWN_HOP;
    }
}

static void report(struct engine *engine, struct check *check, struct probe *probe, uint64_t now_ns)
{
    struct wire_message message = {
        .type = WIRE_RESULT,
        .result = {.job = check->job, .last = check->unreported == 1},
    };
    const struct verdict *verdict = &message.result.verdict;
    struct findings findings;

    if (probe->observed.answer_count == 0)
        probe->observed.capture_lost =
            (uint32_t)engine->config.ops.losses(engine->config.context) != check->losses;
    gather_findings(engine, probe, &findings);
    classify(&findings, &message.result.verdict);
    if (check->keeps_packets)
        send_packets(engine, check, probe);
    if (verdict->last_hop != VERDICT_UNKNOWN_HOP) {
        excuse_busy_hops(engine, probe, &message.result.verdict, now_ns);
        send_hops(engine, check, probe, verdict);
    }
    if (!addr_equal(&verdict->responder, &probe->observed.dst))
        redact_address(engine->config.policy, &message.result.verdict.responder);
    probe_retire(engine, probe, now_ns);
    check->unreported--;
    engine->in_flight[check->peer]--;
    engine_reply(engine, check->peer, &message);
}

/* Can another port still get an answer? */
static bool others_are_open(const struct check *check, const struct probe *probe)
{
    for (const struct probe *other = check->first; other != NULL; other = other->sibling)
        if (other != probe && other->phase < PROBE_COLLECTING)
            return true;
    return false;
}

static bool is_ready(const struct engine *engine, const struct check *check,
                     const struct probe *probe, uint64_t now_ns)
{
    struct findings findings;

    if (probe->phase != PROBE_SETTLING || probe->control)
        return false;
    if (now_ns >= probe_deadline_ns(engine, probe))
        return true;
    if (probe->ttl_probe != NULL && !ttl_probe_is_over(probe->ttl_probe, now_ns))
        return false;
    if (!others_are_open(check, probe))
        return true;
    gather_findings(engine, probe, &findings);
    return !classify_wants_other_ports(&findings);
}

void check_finish_ready(struct engine *engine, struct check *check, uint64_t now_ns)
{
    for (struct probe *probe = check->first; probe != NULL; probe = probe->sibling)
        if (is_ready(engine, check, probe, now_ns))
            report(engine, check, probe, now_ns);
    if (check->unreported == 0)
        check_remove(engine, check);
}
