/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Parses captured packets into plain fields: TCP segments, ICMP echoes, and ICMP errors that quote
 * one of these.  Pure; the prober evaluates them, portlightd and portlight show them.  All of it
 * comes from strangers: parsing never reads beyond the captured bytes, and checks only the syntax.
 */
#ifndef PORTLIGHT_COMMON_NET_PACKET_H
#define PORTLIGHT_COMMON_NET_PACKET_H

#include "common/net/addr.h"
#include "common/net/protocol.h"

enum packet_kind {
    PACKET_NONE = 0,   /* anything else */
    PACKET_TCP,        /* tcp is filled */
    PACKET_ICMP_ERROR, /* icmp and quote are filled */
    PACKET_ECHO,       /* icmp and echo are filled: an echo request or reply */
};

enum { PACKET_OPTIONS_MAX = 16 /* TCP options kept of one segment */ };

struct packet_tcp {
    uint16_t sport, dport;
    uint32_t seq, ack;
    uint8_t flags;
    uint16_t window;
    bool has_options;
    bool has_timestamps;
    uint32_t ts_value, ts_echo; /* RFC 7323; 0 without timestamps */
    uint16_t mss;               /* 0 without the option */
    uint8_t window_scale;
    uint8_t option_count;
    uint8_t options[PACKET_OPTIONS_MAX]; /* their kinds, in order */
};

/* RFC 792, RFC 4443 section 4. */
struct packet_echo {
    uint16_t id, seq;
    bool reply;
    bool has_cookie; /* false if a quote ends before it */
    uint64_t cookie; /* the first eight bytes of the data */
};

/* The part of a packet that an ICMP error quotes (RFC 792, RFC 4443 section 2.4 c): the IP header
 * and at least 8 bytes of what follows; no more is required. */
struct packet_quote {
    struct addr src, dst;
    enum packet_kind kind; /* PACKET_TCP or PACKET_ECHO (a request) */
    uint16_t sport, dport; /* of TCP */
    uint32_t seq;
    struct packet_echo echo;
    uint8_t ttl;
    uint8_t tos;
    uint16_t ip_id; /* IPv4 */
};

struct packet {
    uint64_t time_ns; /* of the capture, CLOCK_REALTIME */
    bool outgoing;    /* sent by this machine */
    bool loopback;    /* seen on the loopback interface */
    enum packet_kind kind;
    struct addr src, dst;
    uint8_t ttl;
    uint8_t tos;
    uint16_t ip_id;      /* IPv4 */
    bool dont_fragment;  /* IPv4 */
    uint32_t flow_label; /* IPv6 */
    struct packet_tcp tcp;
    struct {
        uint8_t type, code;
    } icmp;
    struct packet_echo echo;
    struct packet_quote quote;
    const uint8_t *bytes; /* from the IP header on; points into the frame */
    uint16_t len;         /* of the captured part */
};

/*
 * Parses one frame with a Linux cooked v2 header (LINKTYPE_LINUX_SLL2) and up to two VLAN tags.
 * Sets every field of *out, time_ns to 0.  Returns false, with kind PACKET_NONE, if it is
 * truncated, malformed, a later fragment, or of another protocol.  Ignores checksums: outgoing
 * packets are captured before the network card fills them in.
 */
bool packet_parse_frame(const uint8_t *frame, size_t len, struct packet *out);

/* The same from the IP header on; leaves outgoing, loopback and time_ns alone. */
bool packet_parse_ip(const uint8_t *data, size_t len, struct packet *out);

/* Can this machine have sent it?  Packets to ourselves are captured only once, as incoming: for
 * them the answer is also yes. */
bool packet_may_be_ours(const struct packet *packet);

#endif
