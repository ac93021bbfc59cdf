/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The way to the target and back: routers, ways of different length, loss, time, and what is
 * done to TTL and DSCP.  Nodes are counted from 1, the first router; the target is node
 * routers + 1, machines behind it are higher.  A hop is what a TTL counts: on a longer way a
 * node's hop is more than its number.
 */
#ifndef PORTLIGHT_TEST_WORLD_PATH_H
#define PORTLIGHT_TEST_WORLD_PATH_H

#include <stdbool.h>
#include <stdint.h>

enum { PATH_NODES_MAX = 16, PATH_NO_NODE = 0xff };

enum dscp_effect { DSCP_KEPT = 0, DSCP_CLEARED, DSCP_HALF_CLEARED, DSCP_REMARKED };

struct world_path {
    uint8_t routers;
    /* behind this node the way splits by flow, and one part has so many more hops */
    uint8_t split_there, more_there, split_back, more_back;
    int8_t asymmetry;      /* the way back from the target has so many more hops */
    uint8_t dscp_at_there; /* the node that does it; PATH_NO_NODE: none */
    uint8_t dscp_at_back;
    uint8_t dscp_there, dscp_back; /* enum dscp_effect */
    uint8_t mark;
    uint8_t drops_marked, drops_unmarked; /* the node that does, to SYNs */
    uint8_t drops_low_ports;              /* that drops replies to other than clients' ports */
    uint8_t sets_ttl_there, sets_ttl_back, ttl_set;
    uint8_t impostor;             /* the node that speaks in the target's name */
    uint32_t mute_tcp, mute_icmp; /* bits by node: no TIME EXCEEDED for these */
    uint32_t base_255;            /* bits by node: ICMP starts with 255, else with 64 */
    uint8_t echo_node;            /* that answers the echoes, PATH_NO_NODE: nobody does */
    uint8_t quotes_less;          /* what it takes off the TTL that it quotes */
    uint8_t loss_percent;         /* each way */
    uint64_t rtt_ns, jitter_ns;
};

/* A number that is the same for all packets of a flow. */
uint64_t path_flow(uint64_t seed, uint16_t sport, uint16_t dport, bool echo);

/* The hop of a node for a flow, on the way there; and how many a packet from it takes back. */
unsigned path_hop(const struct world_path *path, uint64_t flow, unsigned node);
unsigned path_hops_back(const struct world_path *path, uint64_t flow, unsigned node);

/* The node at a hop; 0: one of the routers that only the longer way has. */
unsigned path_node(const struct world_path *path, uint64_t flow, unsigned hop);

uint8_t path_tos_there(const struct world_path *path, unsigned node, uint8_t tos);
uint8_t path_tos_back(const struct world_path *path, unsigned node, uint8_t tos);

/* The TTL with which a packet arrives that left a node with this one; 0: it doesn't. */
uint8_t path_ttl_back(const struct world_path *path, uint64_t flow, unsigned node, uint8_t ttl);

/* One way's share of the round trip, without jitter. */
uint64_t path_delay_ns(const struct world_path *path, unsigned node);

#endif
