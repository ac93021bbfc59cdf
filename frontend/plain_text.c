/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/plain_text.h"

#include "common/clock.h"
#include "frontend/strbuf.h"

/* The hops of a trace, one a line. */
static void append_hops(struct strbuf *buf, const struct trail *trail)
{
    char address[ADDR_TEXT_LEN];

    for (unsigned i = 0; i < trail->hop_count; i++) {
        const struct trail_hop *hop = &trail->hops[i];
        addr_format(&hop->addr, address);
        strbuf_printf(buf, "  %2u  %s", i + 1, hop->addr.family != ADDR_NONE ? address : "*");
        if (hop->rtt_ns != VERDICT_NO_RTT)
            strbuf_printf(buf, "  %.*fms", hop->rtt_ns < NS_PER_MS ? 3 : 1,
                          (double)hop->rtt_ns / 1e6);
        strbuf_append(buf, "\n");
    }
}

static void append_port(struct strbuf *buf, const struct verdict *verdict)
{
    strbuf_printf(buf, "%u/tcp %s %s %s", verdict->port, verdict_state_name(verdict->state),
                  verdict_disposition_name(verdict->disposition),
                  verdict_actor_name(verdict->actor));
    if (verdict->rtt_ns != VERDICT_NO_RTT)
        strbuf_printf(buf, " %.*fms", verdict->rtt_ns < NS_PER_MS ? 3 : 1,
                      (double)verdict->rtt_ns / 1e6);
}

char *plain_text_port(const struct result_target *target, unsigned port_index)
{
    struct strbuf buf = {0};

    append_port(&buf, &target->verdicts[port_index]);
    return strbuf_take(&buf);
}

char *plain_text_result(const struct result *result)
{
    struct strbuf buf = {0};
    char address[ADDR_TEXT_LEN];

    for (unsigned i = 0; i < result->target_count; i++) {
        const struct result_target *target = &result->targets[i];
        addr_format(&target->addr, address);
        for (unsigned j = 0; j < target->port_count; j++) {
            if (result->target_count > 1)
                strbuf_printf(&buf, "%s ", address);
            append_port(&buf, &target->verdicts[j]);
            strbuf_append(&buf, "\n");
            append_hops(&buf, &target->trails[j]);
        }
    }
    return strbuf_take(&buf);
}
