/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/engine/check_echo.h"

#include "common/base/clock.h"
#include "prober/packet/capture_marks.h"
#include "prober/packet/our_syn.h"

#define REPEAT_NS (20 * NS_PER_MS) /* until then, the reply may be on its way */

void check_echo_send(struct engine *engine, struct check *check, uint8_t ttl, uint64_t now_ns)
{
    const struct observed *ends = check_ends(check);
    uint32_t random = engine_random_u32(engine);
    struct echo_request request = {
        .src = ends->src,
        .dst = ends->dst,
        .tos = OUR_SYN_TOS,
        .ip_id = (uint16_t)(random | 1),
        .flow_label = (random >> 12) | 1,
    };

    if (!engine->config.policy->echo || observed_is_own_address(ends))
        return;
    if (check->echo.attempt_count == 0) {
        uint32_t numbers = engine_random_u32(engine);
        check->echo.id =
            mark_echo_id((uint16_t)(numbers >> 16), check->keeps_packets, engine->config.owner);
        check->echo.first_seq = (uint16_t)numbers;
        check->echo.cookie = (uint64_t)engine_random_u32(engine) << 32 | engine_random_u32(engine);
    }
    if (!echo_add(&check->echo, ttl, &request))
        return;
    engine_send_echo(engine, check, &request, now_ns);
}

void check_echo_repeat(struct engine *engine, struct check *check, uint64_t now_ns)
{
    const struct echo *echo = &check->echo;

    if (echo->replied || echo->attempt_count >= ECHO_FULL_MAX ||
        (echo->attempt_count > 0 && now_ns < check->echo_ns + REPEAT_NS))
        return;
    check->echo_ns = now_ns;
    check_echo_send(engine, check, ECHO_FULL_TTL, now_ns);
}
