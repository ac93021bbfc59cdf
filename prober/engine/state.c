/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/engine/state.h"

#include "common/base/clock.h"

#define CROWDED_NS (50 * NS_PER_MS) /* packets that must wait longer make answers late */

uint32_t engine_random_u32(struct engine *engine)
{
    uint32_t value;

    engine->config.ops.random(engine->config.context, &value, sizeof(value));
    return value;
}

void engine_reply(struct engine *engine, uint32_t peer, const struct wire_message *message)
{
    engine->config.ops.reply(engine->config.context, peer, message);
}

/* --- the packet rate ------------------------------------------------------------------- */

bool engine_is_crowded(const struct engine *engine, uint64_t now_ns)
{
    return pacer_backlog_ns(&engine->pacer, now_ns) > CROWDED_NS;
}

static void send_now(const struct engine *engine, const struct queued_packet *packet)
{
    const struct engine_ops *ops = &engine->config.ops;

    if (packet->is_echo)
        ops->send_echo(engine->config.context, &packet->echo);
    else
        ops->send(engine->config.context, &packet->segment, ENGINE_NO_TAG);
}

/* Behind what waits already, even if its slot has come meanwhile. */
static void send_in_slot(struct engine *engine, struct queued_packet *packet, uint64_t now_ns)
{
    packet->slot_ns = pacer_reserve(&engine->pacer, now_ns);
    if (packet->slot_ns <= now_ns && send_queue_next_ns(engine->queue) == UINT64_MAX)
        send_now(engine, packet);
    else
        send_queue_add(engine->queue, packet);
}

void engine_send_segment(struct engine *engine, const struct segment *segment, uint64_t now_ns)
{
    send_in_slot(engine, &(struct queued_packet){.segment = *segment}, now_ns);
}

void engine_send_echo(struct engine *engine, const struct echo_request *request, uint64_t now_ns)
{
    send_in_slot(engine, &(struct queued_packet){.is_echo = true, .echo = *request}, now_ns);
}

void engine_send_queued(struct engine *engine, uint64_t now_ns)
{
    const struct queued_packet *packet;

    while ((packet = send_queue_take(engine->queue, now_ns)) != NULL)
        send_now(engine, packet);
}
