/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The TCP segments that the prober sends, as whole IP packets.  Pure; the
 * prober.  A SYN looks like Linux's own: networks drop bare SYNs.
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
 * Writes the packet and returns its length.  A SYN carries MSS, SACK-permitted,
 * timestamps and window scale in Linux's order, other segments no options.  DF
 * is set (RFC 1191); both checksums are right.
 */
size_t segment_build(const struct segment *segment, uint8_t out[static SEGMENT_MAX_LEN]);

#endif
