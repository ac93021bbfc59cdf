/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/engine/state.h"

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

uint64_t engine_reserve_slot(struct engine *engine, const struct check *check, uint64_t now_ns)
{
    if (check != NULL)
        pacer_reserve(&engine->shares[check->peer], now_ns);
    return pacer_reserve(&engine->pacer, now_ns);
}
