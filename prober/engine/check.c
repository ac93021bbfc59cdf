/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/engine/check.h"

#include "common/base/clock.h"

#define ECHO_AGAIN_NS (20 * NS_PER_MS) /* sooner, the reply is on its way */

enum { ECHO_FULL_ATTEMPTS_MAX = 3 };

void check_ask_echo(struct engine *engine, uint32_t index, uint8_t ttl, uint64_t now_ns)
{
    struct check *check = probe_table_check(engine->table, index);
    const struct observed *ends = probe_table_ends(engine->table, check);
    uint32_t random = engine_random_u32(engine);
    struct echo_request request = {
        .src = ends->src,
        .dst = ends->dst,
        .tos = PROBE_SYN_TOS,
        .ip_id = (uint16_t)(random | 1),
        .flow_label = (random >> 12) | 1,
    };

    if (!engine->config.policy->echo || addr_equal(&ends->src, &ends->dst))
        return;
    if (check->echo.attempt_count == 0) {
        check->echo.id = engine->config.echo_id | (check->log != NULL);
        check->echo.first_seq = (uint16_t)engine_random_u32(engine);
    }
    if (!echo_add(&check->echo, ttl, &request))
        return;
    engine_reserve_slot(engine, index, now_ns);
    engine->config.ops.send_echo(engine->config.context, &request);
}

void check_repeat_echo(struct engine *engine, uint32_t index, uint64_t now_ns)
{
    struct check *check = probe_table_check(engine->table, index);
    const struct echo *echo = &check->echo;

    if (echo->replied || echo->attempt_count >= ECHO_FULL_ATTEMPTS_MAX ||
        (echo->attempt_count > 0 && now_ns < check->echo_ns + ECHO_AGAIN_NS))
        return;
    check->echo_ns = now_ns;
    check_ask_echo(engine, index, ECHO_FULL_TTL, now_ns);
}

void check_gather(struct engine *engine, uint32_t probe_index, struct findings *findings,
                  struct host_profile *profile)
{
    const struct probe *probe = probe_table_probe(engine->table, probe_index);
    const struct check *check = probe_table_check(engine->table, probe->check);
    struct host_profile_source source = {
        .self = &probe->observed,
        .echo = &check->echo,
        .tos = PROBE_SYN_TOS,
    };

    for (unsigned i = 0; i < CHECK_PROBES_MAX; i++) {
        const struct observed *observed;
        if (check->probes[i] == PROBE_TABLE_NONE || check->probes[i] == probe_index)
            continue;
        observed = &probe_table_probe(engine->table, check->probes[i])->observed;
        if (i == CHECK_CONTROL_PROBE)
            source.control = observed;
        else
            source.others[source.other_count++] = observed;
    }
    host_profile_make(&source, profile);
    *findings = (struct findings){
        .observed = &probe->observed,
        .ttl_probe = probe->ttl_probe,
        .echo = &check->echo,
        .profile = profile,
    };
}

/* --- reports ----------------------------------------------------------------------- */

static unsigned position_in(const struct check *check, uint32_t probe_index)
{
    unsigned position = 0;

    while (check->probes[position] != probe_index)
        position++;
    return position;
}

static void send_packets(struct engine *engine, const struct check *check, uint32_t probe_index)
{
    struct wire_packet packet = {
        .job = check->job,
        .port = probe_table_probe(engine->table, probe_index)->observed.dport,
    };
    uint8_t which = (uint8_t)position_in(check, probe_index);
    uint16_t position = 0;

    while (packet_log_next(check->log, &position, which, &packet))
        engine->config.ops.packet(engine->config.context, check->peer, &packet);
}

static void send_hops(struct engine *engine, const struct check *check, const struct probe *probe,
                      const struct verdict *verdict)
{
    struct wire_hop hop = {.job = check->job, .port = probe->observed.dport};
    uint8_t length = ttl_probe_length(probe->ttl_probe);

    if (verdict->actor_hop > 0 && verdict->actor_hop < length)
        length = (uint8_t)verdict->actor_hop; /* behind it, others answer in its stead */
    for (hop.hop = 1; hop.hop <= length; hop.hop++) {
        const struct ttl_probe_hop *at = &probe->ttl_probe->hops[hop.hop];
        hop.addr = at->from;
        hop.rtt_ns = at->rtt_ns;
        engine->config.ops.hop(engine->config.context, check->peer, &hop);
    }
}

static void remove_probes(struct engine *engine, const struct check *check)
{
    for (unsigned i = 0; i < CHECK_PROBES_MAX; i++) {
        struct probe *probe;
        if (check->probes[i] == PROBE_TABLE_NONE)
            continue;
        probe = probe_table_probe(engine->table, check->probes[i]);
        if (probe->phase == PROBE_TEARDOWN)
            probe->check = PROBE_TABLE_NONE; /* it ends by itself */
        else
            probe_remove(engine, check->probes[i]);
    }
}

void check_remove(struct engine *engine, uint32_t index)
{
    const struct check *check = probe_table_check(engine->table, index);

    engine->in_flight[check->peer] -= check->unreported;
    pool_put(engine->logs, check->log);
    probe_table_remove_check(engine->table, index, &probe_table_ends(engine->table, check)->dst);
    remove_probes(engine, check);
}

static void report(struct engine *engine, uint32_t index, uint32_t probe_index, uint64_t now_ns)
{
    struct probe *probe = probe_table_probe(engine->table, probe_index);
    struct check *check = probe_table_check(engine->table, index);
    struct wire_result result = {.job = check->job, .last = check->unreported == 1};
    struct findings findings;
    struct host_profile profile;

    if (probe->observed.answer_count == 0)
        probe->observed.capture_lost =
            (uint32_t)engine->config.ops.losses(engine->config.context) != probe->losses;
    check_gather(engine, probe_index, &findings, &profile);
    classify(&findings, &result.verdict);
    if (check->log != NULL)
        send_packets(engine, check, probe_index);
    if (result.verdict.last_hop != VERDICT_UNKNOWN_HOP)
        send_hops(engine, check, probe, &result.verdict);
    probe_retire(engine, probe_index, now_ns);
    check->unreported--;
    engine->in_flight[check->peer]--;
    engine->config.ops.result(engine->config.context, check->peer, &result);
}

/* Has some other port still to be heard of? */
static bool others_are_open(struct engine *engine, const struct check *check, uint32_t probe_index)
{
    for (unsigned i = 0; i < CHECK_PROBES_MAX; i++)
        if (check->probes[i] != PROBE_TABLE_NONE && check->probes[i] != probe_index &&
            probe_table_probe(engine->table, check->probes[i])->phase < PROBE_COLLECTING)
            return true;
    return false;
}

static bool is_settled(struct engine *engine, const struct check *check, uint32_t probe_index,
                       uint64_t now_ns)
{
    const struct probe *probe = probe_table_probe(engine->table, probe_index);
    struct findings findings;
    struct host_profile profile;

    if (probe->phase != PROBE_SETTLING || probe->control)
        return false;
    if (now_ns >= probe_deadline_ns(engine, probe))
        return true;
    if (probe->ttl_probe != NULL && !ttl_probe_is_over(probe->ttl_probe, now_ns))
        return false;
    if (!others_are_open(engine, check, probe_index))
        return true;
    check_gather(engine, probe_index, &findings, &profile);
    return !classify_wants_contrast(&findings);
}

void check_finish_ready(struct engine *engine, uint32_t index, uint64_t now_ns)
{
    struct check *check = probe_table_check(engine->table, index);

    for (unsigned i = 0; i < check->port_count; i++)
        if (is_settled(engine, check, check->probes[i], now_ns))
            report(engine, index, check->probes[i], now_ns);
    if (check->unreported == 0)
        check_remove(engine, index);
}

void check_note_packet(struct engine *engine, uint32_t probe_index, const struct packet *packet)
{
    const struct probe *probe = probe_table_probe(engine->table, probe_index);
    struct check *check = probe_table_check(engine->table, probe->check);

    if (check->log == NULL || packet->bytes == NULL || !observed_concerns(&probe->observed, packet))
        return;
    packet_log_add(check->log, packet, (uint8_t)(1U << position_in(check, probe_index)));
}

void check_on_packet(struct engine *engine, uint32_t index, const struct packet *packet,
                     uint64_t now_ns)
{
    struct check *check = probe_table_check(engine->table, index);

    const struct addr *dst = &probe_table_ends(engine->table, check)->dst;

    if (!echo_is_about(&check->echo, dst, packet))
        return;
    if (check->log != NULL)
        packet_log_add(check->log, packet, UINT8_MAX);
    if (!echo_on_packet(&check->echo, dst, packet))
        return;
    check_compare(engine, index, now_ns);
    check_finish_ready(engine, index, now_ns);
}

void check_compare(struct engine *engine, uint32_t index, uint64_t now_ns)
{
    const struct check *check = probe_table_check(engine->table, index);

    for (unsigned i = 0; i < check->port_count; i++)
        probe_compare(engine, check->probes[i], now_ns);
}
