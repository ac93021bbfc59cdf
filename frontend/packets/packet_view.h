/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A packet of a check in readable form: its kind, its fields, and sequence numbers relative to the
 * start of its connection.  Pure; the daemon and the command line.
 */
#ifndef PORTLIGHT_FRONTEND_PACKETS_PACKET_VIEW_H
#define PORTLIGHT_FRONTEND_PACKETS_PACKET_VIEW_H

#include "common/net/packet.h"
#include "frontend/model/probe_details.h"

enum { PACKET_VIEW_FLAGS_LEN = 40, PACKET_VIEW_OPTION_LEN = 24 };

struct packet_view {
    struct packet packet;  /* points into the details */
    const char *kind;      /* "syn", "syn-ack", "reset", "ack", "tcp", "icmp-error", … */
    bool has_seq, has_ack; /* false: there is nothing to count from */
    uint32_t seq, ack;     /* relative, as in tshark */
    char flags[PACKET_VIEW_FLAGS_LEN]; /* "SYN,ACK"; empty for ICMP */
};

/* The n-th packet of the details; false if it can't be parsed. */
bool packet_view_at(const struct probe_details *details, unsigned index, struct packet_view *view);

/* The n-th TCP option in words: "mss 1460". */
void packet_view_option(const struct packet *packet, unsigned index,
                        char text[static PACKET_VIEW_OPTION_LEN]);

#endif
