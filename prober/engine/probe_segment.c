/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/engine/probe_segment.h"

#include "prober/packet/our_syn.h"

/* One label per flow, never 0: the low bits of its sequence number are random enough. */
static uint32_t flow_label(uint32_t seq)
{
    return (seq & 0xfffff) | 1;
}

struct segment probe_segment_make(struct engine *engine, const struct probe *probe, unsigned flow)
{
    const struct observed *observed = &probe->observed;

    return (struct segment){
        .src = observed->src,
        .dst = observed->dst,
        .sport = observed->sports[flow],
        .dport = observed->dport,
        .ttl = OUR_SYN_TTL,
        .tos = OUR_SYN_TOS,
        .ip_id = (uint16_t)(engine_random_u32(engine) | 1),
        .flow_label = flow_label(observed->seqs[flow]),
    };
}

void probe_segment_send(struct engine *engine, const struct probe *probe,
                        const struct segment *segment, uint64_t now_ns)
{
    engine_reserve_slot(engine, probe->check, now_ns);
    engine->config.ops.send(engine->config.context, segment, ENGINE_NO_TAG);
}
