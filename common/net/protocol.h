/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Protocol numbers assigned by the RFCs and IANA, for all code that writes, reads or shows packets.
 * Pure.
 */
#ifndef PORTLIGHT_COMMON_NET_PROTOCOL_H
#define PORTLIGHT_COMMON_NET_PROTOCOL_H

/* EtherTypes (IEEE 802). */
enum {
    ETHERTYPE_IPV4 = 0x0800,
    ETHERTYPE_VLAN = 0x8100,
    ETHERTYPE_IPV6 = 0x86dd,
    ETHERTYPE_QINQ = 0x88a8,
};

/* IP protocols, and the extension headers of IPv6 (RFC 8200 section 4, RFC 4302). */
enum {
    IP_PROTOCOL_HOP_BY_HOP = 0,
    IP_PROTOCOL_ICMP = 1,
    IP_PROTOCOL_TCP = 6,
    IP_PROTOCOL_ROUTING = 43,
    IP_PROTOCOL_FRAGMENT = 44,
    IP_PROTOCOL_AUTHENTICATION = 51,
    IP_PROTOCOL_ICMPV6 = 58,
    IP_PROTOCOL_DESTINATION_OPTIONS = 60,
};

/* RFC 791, RFC 8200. */
enum {
    IPV4_HEADER_LEN = 20, /* without options */
    IPV4_DONT_FRAGMENT = 0x4000,
    IPV4_OFFSET_MASK = 0x1fff,
    IPV6_HEADER_LEN = 40,
    IPV6_FLOW_LABEL_MASK = 0xfffff,
};

/* The DSCP's bits in the TOS field or traffic class (RFC 2474), and the low delay bit of RFC 1349.
 */
enum { TOS_DSCP_MASK = 0xfc, TOS_LOWDELAY = 0x10 };

/* ICMP types (RFC 792). */
enum {
    ICMP_ECHO_REPLY = 0,
    ICMP_UNREACHABLE = 3,
    ICMP_ECHO_REQUEST = 8,
    ICMP_TIME_EXCEEDED = 11,
    ICMP_PARAMETER_PROBLEM = 12,
};

/* Codes of ICMP_UNREACHABLE (RFC 792, RFC 1122 section 3.2.2.1, RFC 1812 section 5.2.7.1). */
enum {
    ICMP_NET_UNREACHABLE = 0,
    ICMP_HOST_UNREACHABLE = 1,
    ICMP_PROTOCOL_UNREACHABLE = 2,
    ICMP_PORT_UNREACHABLE = 3,
    ICMP_FRAGMENTATION_NEEDED = 4,
    ICMP_SOURCE_ROUTE_FAILED = 5,
    ICMP_NET_UNKNOWN = 6,
    ICMP_HOST_UNKNOWN = 7,
    ICMP_HOST_ISOLATED = 8,
    ICMP_NET_PROHIBITED = 9,
    ICMP_HOST_PROHIBITED = 10,
    ICMP_NET_UNREACHABLE_FOR_TOS = 11,
    ICMP_HOST_UNREACHABLE_FOR_TOS = 12,
    ICMP_ADMIN_PROHIBITED = 13,
    ICMP_PRECEDENCE_VIOLATION = 14,
    ICMP_PRECEDENCE_CUTOFF = 15,
};

/* ICMPv6 types (RFC 4443); those below 128 are errors. */
enum {
    ICMPV6_UNREACHABLE = 1,
    ICMPV6_PACKET_TOO_BIG = 2,
    ICMPV6_TIME_EXCEEDED = 3,
    ICMPV6_PARAMETER_PROBLEM = 4,
    ICMPV6_ECHO_REQUEST = 128,
    ICMPV6_ECHO_REPLY = 129,
};

/* A code of ICMPV6_PARAMETER_PROBLEM (RFC 4443 section 3.4). */
enum { ICMPV6_UNKNOWN_NEXT_HEADER = 1 };

/* Codes of ICMPV6_UNREACHABLE (RFC 4443 section 3.1). */
enum {
    ICMPV6_NO_ROUTE = 0,
    ICMPV6_ADMIN_PROHIBITED = 1,
    ICMPV6_BEYOND_SCOPE = 2,
    ICMPV6_ADDRESS_UNREACHABLE = 3,
    ICMPV6_PORT_UNREACHABLE = 4,
    ICMPV6_SOURCE_POLICY = 5,
    ICMPV6_REJECT_ROUTE = 6,
};

/* The code of ICMP_TIME_EXCEEDED and ICMPV6_TIME_EXCEEDED for an expired TTL or hop limit; the
 * other code is about fragments. */
enum { ICMP_TTL_EXPIRED = 0 };

/* RFC 792, RFC 4443: the first bytes of an echo or error message. */
enum { ICMP_HEADER_LEN = 8 };

/* TCP flags (RFC 9293 section 3.1). */
enum { TCP_FIN = 0x01, TCP_SYN = 0x02, TCP_RST = 0x04, TCP_PSH = 0x08, TCP_ACK = 0x10 };

/* TCP options (RFC 9293 section 3.2, RFC 2018, RFC 7323), and their lengths. */
enum {
    TCP_OPTION_END = 0,
    TCP_OPTION_NOP = 1,
    TCP_OPTION_MSS = 2,
    TCP_OPTION_WINDOW_SCALE = 3,
    TCP_OPTION_SACK_PERMITTED = 4,
    TCP_OPTION_TIMESTAMPS = 8,
    TCP_OPTION_MSS_LEN = 4,
    TCP_OPTION_WINDOW_SCALE_LEN = 3,
    TCP_OPTION_SACK_PERMITTED_LEN = 2,
    TCP_OPTION_TIMESTAMPS_LEN = 10,
};

enum { TCP_HEADER_LEN = 20 /* without options */ };

#endif
