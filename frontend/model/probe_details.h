/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What comes with a port's verdict if it is asked for: the hops on the way and the
 * packets.  Pure but for malloc; the daemon and the command line.
 */
#ifndef PORTLIGHT_FRONTEND_MODEL_PROBE_DETAILS_H
#define PORTLIGHT_FRONTEND_MODEL_PROBE_DETAILS_H

#include "common/contract/wire.h"

enum { TRAIL_PACKETS_MAX = 512 };

struct trail_hop {
    struct addr addr; /* ADDR_NONE: silent */
    uint64_t rtt_ns;  /* or VERDICT_NO_RTT */
};

/* Zeroed: empty, as most are.  hops[0] is the first hop. */
struct trail {
    uint8_t hop_count;
    uint16_t packet_count, packet_room;
    struct trail_hop *hops; /* room for VERDICT_HOPS_MAX, or NULL */
    struct wire_packet *packets;
};

/* Takes a HOP or a PACKET.  False for any other message, a hop out of order, more
 * packets than there can be, or without memory. */
bool trail_add(struct trail *trail, const struct wire_message *message);

/* Into an empty one; false without memory. */
bool trail_copy(struct trail *trail, const struct trail *from);

void trail_free(struct trail *trail);

#endif
