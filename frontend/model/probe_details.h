/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Details of a port's verdict: the hops on the path and the packets.  Pure but for malloc; the
 * daemon and the command line.
 */
#ifndef PORTLIGHT_FRONTEND_MODEL_PROBE_DETAILS_H
#define PORTLIGHT_FRONTEND_MODEL_PROBE_DETAILS_H

#include "common/contract/wire.h"

enum { PROBE_DETAILS_PACKETS_MAX = 512 };

struct probe_hop {
    struct addr addr; /* ADDR_NONE: silent */
    uint64_t rtt_ns;  /* or VERDICT_NO_RTT */
};

/* Zeroed: empty, as in most answers. hops[0] is the first hop. */
struct probe_details {
    uint8_t hop_count;
    uint16_t packet_count, packet_room;
    struct probe_hop *hops; /* room for VERDICT_HOPS_MAX, or NULL */
    struct wire_packet *packets;
};

/* Adds a HOP or a PACKET.  Returns false for any other message, a hop out of order, too many
 * packets, or without memory. */
bool probe_details_add(struct probe_details *details, const struct wire_message *message);

/* Copies into an empty one; false without memory. */
bool probe_details_copy(struct probe_details *details, const struct probe_details *from);

void probe_details_free(struct probe_details *details);

#endif
