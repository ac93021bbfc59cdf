/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/io/capture_filter.h"

#include <stdio.h>

#include "common/net/protocol.h"
#include "prober/packet/capture_marks.h"
#include "prober/packet/our_syn.h"

/* Offsets of fields.  pcap-filter(7) handles IPv4 options itself; for IPv6 these offsets are valid
 * only without extension headers. */
#define TCP_FLAGS_AT "tcp[13]"
#define TCP_ACK_END  "tcp[11]" /* the low byte of the acknowledgment number */
#define TCP_WINDOW   "tcp[14:2]"
#define TCP6_WINDOW  "ip6[54:2]"
#define TCP_LEN      "tcp[12]" /* of the header: in the upper four bits, in words */
#define TCP6_LEN     "ip6[52]"
#define IP6_NEXT     "ip6[6]"
#define TCP6_FLAGS   "ip6[53]"
#define TCP6_ACK_END "ip6[51]"
#define ICMP6_TYPE   "ip6[40]"
#define ICMP6_ID     "ip6[44:2]"

/* The options are MSS, SACK permitted, timestamps, in this order, as Linux writes them.  The
 * offsets of the timestamps' kind and length, with the two bytes before, and of the first bytes of
 * TSval and TSecr. */
#define TCP_TS     "tcp[24:4]"
#define TCP6_TS    "ip6[64:4]"
#define TCP_TSVAL  "tcp[28]"
#define TCP6_TSVAL "ip6[68]"
#define TCP_TSECR  "tcp[32]"
#define TCP6_TSECR "ip6[72]"

enum { SACK_AND_TS = 0x0402080a, LEN_WITH_TS = 0x90 };

enum { SYN_ACK = TCP_SYN | TCP_ACK };

/* TCP to our ports, and from them except lone ACKs without the mark. */
static int write_ours(char *out, size_t len, const struct source_ports_span *ports)
{
    return snprintf(out, len,
                    "(tcp and (dst portrange %d-%d or dst portrange %d-%d"
                    " or ((src portrange %d-%d or src portrange %d-%d)"
                    " and not (" TCP_FLAGS_AT " == %d and " TCP_ACK_END " & %d == 0)"
                    " and not (" IP6_NEXT " == %d and " TCP6_FLAGS " == %d"
                    " and " TCP6_ACK_END " & %d == 0))))",
                    ports[0].low, ports[0].high, ports[1].low, ports[1].high, ports[0].low,
                    ports[0].high, ports[1].low, ports[1].high, TCP_ACK, CAPTURE_MARK,
                    IP_PROTOCOL_TCP, TCP_ACK, CAPTURE_MARK);
}

/* SYNs like ours from any port, and incoming segments that may answer those: RSTs, and SYN-ACKs
 * unless they echo somebody else's TSval. */
static int write_translated(char *out, size_t len, uint8_t owner)
{
    return snprintf(out, len,
                    " or (" TCP_FLAGS_AT " == %d and " TCP_WINDOW " == %d and " TCP_TSVAL " == %d)"
                    " or (inbound and (" TCP_FLAGS_AT " & %d != 0 or (" TCP_FLAGS_AT " & %#x == %#x"
                    " and (" TCP_LEN " < %d or " TCP_TS " != %#x or " TCP_TSECR " == %d))))"
                    " or (" IP6_NEXT " == %d"
                    " and ((" TCP6_FLAGS " == %d and " TCP6_WINDOW " == %d and " TCP6_TSVAL
                    " == %d)"
                    " or (inbound and (" TCP6_FLAGS " & %d != 0 or (" TCP6_FLAGS " & %#x == %#x"
                    " and (" TCP6_LEN " < %d or " TCP6_TS " != %#x or " TCP6_TSECR " == %d))))))",
                    TCP_SYN, OUR_SYN_WINDOW_IPV4, owner, TCP_RST, SYN_ACK, SYN_ACK, LEN_WITH_TS,
                    SACK_AND_TS, owner, IP_PROTOCOL_TCP, TCP_SYN, OUR_SYN_WINDOW_IPV6, owner,
                    TCP_RST, SYN_ACK, SYN_ACK, LEN_WITH_TS, SACK_AND_TS, owner);
}

/* ICMP errors, replies to our echo requests, and those of our requests that have the mark. */
static int write_icmp(char *out, size_t len, uint8_t owner)
{
    const unsigned mask = CAPTURE_OWNER_ECHO_BITS << CAPTURE_OWNER_ECHO_SHIFT;
    const unsigned ours = (unsigned)owner << CAPTURE_OWNER_ECHO_SHIFT & mask;

    return snprintf(out, len,
                    " or (icmp and (icmp[0] == %d or icmp[0] == %d or icmp[0] == %d"
                    " or (icmp[0] == %d and icmp[4:2] & %#x == %#x)"
                    " or (icmp[0] == %d and icmp[4:2] & %#x == %#x)))"
                    " or (" IP6_NEXT " == %d and (" ICMP6_TYPE " >= %d and " ICMP6_TYPE " <= %d"
                    " or (" ICMP6_TYPE " == %d and " ICMP6_ID " & %#x == %#x)"
                    " or (" ICMP6_TYPE " == %d and " ICMP6_ID " & %#x == %#x)))",
                    ICMP_UNREACHABLE, ICMP_TIME_EXCEEDED, ICMP_PARAMETER_PROBLEM, ICMP_ECHO_REPLY,
                    mask, ours, ICMP_ECHO_REQUEST, mask | CAPTURE_MARK, ours | CAPTURE_MARK,
                    IP_PROTOCOL_ICMPV6, ICMPV6_UNREACHABLE, ICMPV6_PARAMETER_PROBLEM,
                    ICMPV6_ECHO_REPLY, mask, ours, ICMPV6_ECHO_REQUEST, mask | CAPTURE_MARK,
                    ours | CAPTURE_MARK);
}

void capture_filter_expression(const struct source_ports_span ports[static SOURCE_PORTS_SPANS],
                               char out[static CAPTURE_FILTER_MAX_LEN])
{
    const uint8_t owner = capture_owner(ports[0].low);
    size_t len = 0;

    len += (size_t)write_ours(out, CAPTURE_FILTER_MAX_LEN, ports);
    len += (size_t)write_translated(out + len, CAPTURE_FILTER_MAX_LEN - len, owner);
    len += (size_t)write_icmp(out + len, CAPTURE_FILTER_MAX_LEN - len, owner);
    snprintf(out + len, CAPTURE_FILTER_MAX_LEN - len,
             " or " IP6_NEXT " == %d or " IP6_NEXT " == %d or " IP6_NEXT " == %d"
             " or " IP6_NEXT " == %d or " IP6_NEXT " == %d",
             IP_PROTOCOL_HOP_BY_HOP, IP_PROTOCOL_ROUTING, IP_PROTOCOL_FRAGMENT,
             IP_PROTOCOL_AUTHENTICATION, IP_PROTOCOL_DESTINATION_OPTIONS);
}
