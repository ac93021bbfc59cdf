/* SPDX-License-Identifier: BSD-2-Clause */
/* What becomes of a packet in a world: it travels, somebody answers, the answer travels back. */
#ifndef PORTLIGHT_TEST_WORLD_TRAFFIC_H
#define PORTLIGHT_TEST_WORLD_TRAFFIC_H

#include "tests/unit/support/world_random.h"
#include "tests/unit/support/worlds.h"

enum { TRAFFIC_FLOWS_MAX = 1024 };

/* What lets so many through at once, and so many a second. */
struct traffic_limit {
    uint64_t full_ns; /* when all its tokens are back */
};

struct world_traffic {
    const struct world *world;
    bool ideal; /* no loss, no limits */
    struct world_random random;
    struct traffic_limit errors[PATH_NODES_MAX + 4], resets;
    uint64_t search_ns; /* a router began to look for its neighbour; 0: never */
    unsigned first_count;
    uint32_t first[TRAFFIC_FLOWS_MAX]; /* flows whose first SYN was dropped */
    void (*arrive)(void *context, const struct packet *packet, uint64_t at_ns);
    void *context;
};

extern const struct addr traffic_us[2], traffic_target[2]; /* IPv4, IPv6 */

/* One of our packets leaves, with PACKET_TCP or PACKET_ECHO. */
void traffic_send(struct world_traffic *traffic, const struct packet *packet, uint64_t now_ns);

#endif
