/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/engine/probe_segment.h"

#include "prober/packet/our_syn.h"

struct segment probe_segment_make(struct engine *engine, const struct probe *probe, unsigned flow)
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
