/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/support/world_path.h"

uint64_t path_flow(uint64_t seed, uint16_t sport, uint16_t dport, bool echo)
{
    uint64_t h = seed ^ (echo ? UINT64_C(0x5bd1e995) : (uint64_t)sport << 16 | dport);

    h = (h ^ h >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    h = (h ^ h >> 27) * UINT64_C(0x94d049bb133111eb);
    return h ^ h >> 31;
}

static unsigned more(uint64_t flow, unsigned shift, unsigned node, uint8_t split, uint8_t hops)
{
    return hops != 0 && node > split && (flow >> shift & 1) != 0 ? hops : 0;
}

unsigned path_hop(const struct world_path *path, uint64_t flow, unsigned node)
{
    return node + more(flow, 7, node, path->split_there, path->more_there);
}

unsigned path_hops_back(const struct world_path *path, uint64_t flow, unsigned node)
{
    int hops = (int)(node + more(flow, 23, node, path->split_back, path->more_back));

    if (node > path->routers)
        hops += path->asymmetry;
    return hops > 1 ? (unsigned)hops : 1;
}

unsigned path_node(const struct world_path *path, uint64_t flow, unsigned hop)
{
    unsigned extra = more(flow, 7, PATH_NODES_MAX, path->split_there, path->more_there);

    if (hop <= path->split_there || extra == 0)
        return hop;
    return hop <= path->split_there + extra ? 0 : hop - extra;
}

static uint8_t change_dscp(const struct world_path *path, enum dscp_effect effect, uint8_t tos)
{
    switch (effect) {
    case DSCP_KEPT: break;
    case DSCP_CLEARED: return tos & 0x03;
    case DSCP_HALF_CLEARED: return tos & 0x1f; /* the old precedence bits */
    case DSCP_REMARKED: return path->mark;
    }
    return tos;
}

uint8_t path_tos_there(const struct world_path *path, unsigned node, uint8_t tos)
{
    return node > path->dscp_at_there ? change_dscp(path, (enum dscp_effect)path->dscp_there, tos)
                                      : tos;
}

uint8_t path_tos_back(const struct world_path *path, unsigned node, uint8_t tos)
{
    return node > path->dscp_at_back ? change_dscp(path, (enum dscp_effect)path->dscp_back, tos)
                                     : tos;
}

uint8_t path_ttl_back(const struct world_path *path, uint64_t flow, unsigned node, uint8_t ttl)
{
    unsigned taken = path_hops_back(path, flow, node) - 1;

    if (node > path->sets_ttl_back) {
        ttl = path->ttl_set;
        taken = path->sets_ttl_back - 1U;
    }
    return ttl > taken ? (uint8_t)(ttl - taken) : 0;
}

uint64_t path_delay_ns(const struct world_path *path, unsigned node)
{
    unsigned end = path->routers + 1U;

    return path->rtt_ns / 2 * (node < end ? node : end) / end;
}
