/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes the IP headers of the prober's packets (RFC 791, RFC 8200).  Pure; the prober. */
#ifndef PORTLIGHT_PROBER_PACKET_IP_HEADER_H
#define PORTLIGHT_PROBER_PACKET_IP_HEADER_H

#include "common/base/cursor.h"
#include "common/net/addr.h"
#include "common/net/protocol.h"

/* Host byte order.  src and dst are of one family. */
struct ip_header {
    struct addr src, dst;
    uint8_t protocol;
    uint8_t ttl;
    uint8_t tos;         /* IPv4 TOS, IPv6 traffic class */
    uint16_t id;         /* IPv4 only */
    uint32_t flow_label; /* IPv6 only, 20 bits */
};

/* Writes the header of a packet with payload_len bytes after it.  Sets DF (RFC 1191). */
void ip_header_write(struct writer *writer, const struct ip_header *header, size_t payload_len);

/* The sum of the pseudo-header, for the checksum of TCP or ICMPv6 (RFC 9293 section 3.1, RFC 8200
 * section 8.1). */
uint64_t ip_header_pseudo_sum(const struct ip_header *header, size_t payload_len);

#endif
