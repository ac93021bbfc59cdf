/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/engine/state.h"

#include "common/base/clock.h"
#include "prober/packet/our_syn.h"

#define CROWDED_NS (50 * NS_PER_MS) /* a trace that waits longer would end too late */

uint32_t engine_random_u32(struct engine *engine)
{
    uint32_t value;

    engine->config.ops.random(engine->config.context, &value, sizeof(value));
    return value;
}

uint64_t engine_listening_ends_ns(const struct engine *engine, const struct probe *probe)
{
    uint64_t length_ms = (uint64_t)probe->timeout_ms + engine->config.policy->linger_ms;

    return probe->start_ns + length_ms * NS_PER_MS;
}

void engine_reply(struct engine *engine, uint32_t peer, const struct wire_message *message)
{
    engine->config.ops.reply(engine->config.context, peer, message);
}

/* --- the packet rate ------------------------------------------------------------------- */

bool engine_is_crowded(const struct engine *engine, const struct check *check)
{
    return send_queue_packet_ns(engine->queue, check->peer) > CROWDED_NS;
}

void engine_promise(struct engine *engine, uint8_t peer, uint8_t *promised, uint8_t packets)
{
    *promised = packets;
    budget_promise(&engine->budget, peer, packets);
}

void engine_take_back(struct engine *engine, uint8_t peer, uint8_t *promised, uint8_t packets)
{
    if (packets > *promised)
        packets = *promised;
    *promised = (uint8_t)(*promised - packets);
    budget_release(&engine->budget, peer, packets);
}

struct segment engine_segment(struct engine *engine, const struct probe *probe, unsigned flow)
{
    const struct observed *observed = &probe->observed;

    return (struct segment){
        .src = observed->src,
        .dst = observed->dst,
        .sport = observed->sports[flow],
        .dport = observed->dport,
        .ttl = OUR_SYN_TTL,
        .tos = our_syn_tos(flow),
        .ip_id = (uint16_t)(engine_random_u32(engine) | 1),
        .flow_label = observed_flow_label(observed, flow),
    };
}

static void send_now(const struct engine *engine, const struct queued_packet *packet)
{
    const struct engine_ops *ops = &engine->config.ops;

    if (packet->is_echo)
        ops->send_echo(engine->config.context, &packet->echo);
    else
        ops->send(engine->config.context, &packet->segment, ENGINE_NO_TAG);
}

static void send_in_turn(struct engine *engine, unsigned owner, const struct queued_packet *packet,
                         uint64_t now_ns)
{
    if (send_queue_pass(engine->queue, now_ns))
        send_now(engine, packet);
    else if (send_queue_add(engine->queue, owner, packet))
        budget_promise(&engine->budget, owner, 1);
}

void engine_send_segment(struct engine *engine, struct probe *probe, const struct segment *segment,
                         uint64_t now_ns)
{
    const struct queued_packet packet = {.segment = *segment};

    if (probe->check == NULL) {
        send_in_turn(engine, SEND_QUEUE_NOBODY, &packet, now_ns);
        return;
    }
    engine_take_back(engine, probe->check->peer, &probe->promised, 1);
    send_in_turn(engine, probe->check->peer, &packet, now_ns);
}

void engine_send_echo(struct engine *engine, struct check *check,
                      const struct echo_request *request, uint64_t now_ns)
{
    const struct queued_packet packet = {.is_echo = true, .echo = *request};

    engine_take_back(engine, check->peer, &check->promised, 1);
    send_in_turn(engine, check->peer, &packet, now_ns);
}

void engine_send_queued(struct engine *engine, const struct send_next *next)
{
    budget_release(&engine->budget, next->owner, 1);
    send_now(engine, next->packet);
}
