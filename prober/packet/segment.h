/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Builds the prober's TCP segments, as whole IP packets.  Pure; the prober.  SYNs look like
 * Linux's, because networks drop SYNs without options.
 */
#ifndef PORTLIGHT_PROBER_PACKET_SEGMENT_H
#define PORTLIGHT_PROBER_PACKET_SEGMENT_H

#include "common/net/addr.h"
#include "common/net/protocol.h"
#include "prober/packet/our_syn.h"

enum { SEGMENT_MAX_LEN = IPV6_HEADER_LEN + TCP_HEADER_LEN + OUR_SYN_OPTIONS_LEN };

/* Host byte order.  src and dst are of one family. */
struct segment {
    struct addr src, dst;
    uint16_t sport, dport;
    uint32_t seq, ack;
    uint8_t flags;
    uint8_t ttl;
    uint8_t tos;         /* IPv4 TOS, IPv6 traffic class */
    uint16_t ip_id;      /* IPv4 only */
    uint32_t flow_label; /* IPv6 only, 20 bits */
    uint32_t ts_value;   /* a SYN's TSval (RFC 7323) */
};

/*
 * Writes the packet, with checksums and DF (RFC 1191), and returns its length.  A SYN has the
 * options MSS, SACK permitted, timestamps and window scale, in Linux's order; other segments have
 * none.
 */
size_t segment_build(const struct segment *segment, uint8_t out[static SEGMENT_MAX_LEN]);

#endif
