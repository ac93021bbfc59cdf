/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A captured packet, read into plain fields: TCP segments and ICMP errors that
 * quote one.  Pure; the prober.  Everything in it came from a stranger: what
 * is read is bounded by what was captured, and nothing here is believed yet.
 */
#ifndef PORTLIGHT_PACKET_H
#define PORTLIGHT_PACKET_H

#include "common/addr.h"
#include "prober/segment.h"

enum packet_kind {
    PACKET_NONE = 0,   /* nothing that concerns a probe */
    PACKET_TCP,        /* tcp is filled */
    PACKET_ICMP_ERROR, /* icmp and quote are filled */
};

struct packet_tcp {
    uint16_t sport, dport;
    uint32_t seq, ack;
    uint8_t flags;
    uint16_t window;
    bool has_options;
    bool has_timestamps;
    uint32_t ts_value, ts_echo; /* RFC 7323; 0 without timestamps */
};

/* What an ICMP error repeats of our packet (RFC 792, RFC 4443 section 2.4 c):
 * the IP header and at least 8 bytes of TCP, so no more is required. */
struct packet_quote {
    struct addr src, dst;
    uint16_t sport, dport;
    uint32_t seq;
    uint8_t ttl;
    uint8_t tos;
    uint16_t ip_id; /* IPv4 */
};

struct packet {
    uint64_t time_ns; /* the capture's clock */
    uint32_t ifindex;
    bool outgoing; /* our own machine sent it */
    enum packet_kind kind;
    struct addr src, dst;
    uint8_t ttl;
    uint8_t tos;
    uint32_t flow_label; /* IPv6 */
    struct packet_tcp tcp;
    struct {
        uint8_t type, code;
    } icmp;
    struct packet_quote quote;
};

/*
 * Reads one captured frame with a Linux cooked v2 header (LINKTYPE_LINUX_SLL2),
 * VLAN tags included.  Sets every field of *out; time_ns to 0.  Returns false,
 * with kind PACKET_NONE, for anything cut short, malformed, a later fragment, or
 * of another protocol.  Checksums are not looked at: captured before the
 * network card fills them in, they are often wrong.
 */
bool packet_parse_frame(const uint8_t *frame, size_t len, struct packet *out);

/* The same from the IP header on; ifindex and outgoing are left alone. */
bool packet_parse_ip(const uint8_t *data, size_t len, struct packet *out);

#endif
