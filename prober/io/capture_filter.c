/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/io/capture_filter.h"

#include <stdio.h>

#include "common/net/protocol.h"
#include "prober/packet/capture_marks.h"
#include "prober/packet/our_syn.h"

/* Where fields are.  pcap-filter(7) finds IPv4's TCP header behind options; for IPv6 this is
 * without extension headers. */
#define TCP_FLAGS_AT "tcp[13]"
#define TCP_ACK_END  "tcp[11]" /* the low byte of what it acknowledges */
#define TCP_WINDOW   "tcp[14:2]"
#define TCP6_WINDOW  "ip6[54:2]"
#define IP6_NEXT     "ip6[6]"
#define TCP6_FLAGS   "ip6[53]"
#define TCP6_ACK_END "ip6[51]"
#define ICMP6_TYPE   "ip6[40]"
#define ICMP6_ID     "ip6[44:2]"

enum { SYN_ACK = TCP_SYN | TCP_ACK };

/* From our ports and no lone ACK, unless it is marked. */
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

/* SYNs like ours from any port, and what may answer those. */
static int write_translated(char *out, size_t len)
{
    return snprintf(out, len,
                    " or (" TCP_FLAGS_AT " == %d and " TCP_WINDOW " == %d)"
                    " or (" TCP_FLAGS_AT " & %d != 0 or " TCP_FLAGS_AT " & %#x == %#x)"
                    " or (" IP6_NEXT " == %d and ((" TCP6_FLAGS " == %d"
                    " and " TCP6_WINDOW " == %d)"
                    " or " TCP6_FLAGS " & %d != 0 or " TCP6_FLAGS " & %#x == %#x))",
                    TCP_SYN, OUR_SYN_WINDOW_IPV4, TCP_RST, SYN_ACK, SYN_ACK, IP_PROTOCOL_TCP,
                    TCP_SYN, OUR_SYN_WINDOW_IPV6, TCP_RST, SYN_ACK, SYN_ACK);
}

/* ICMP errors, echo replies, and the echoes that are marked. */
static int write_icmp(char *out, size_t len)
{
    return snprintf(out, len,
                    " or (icmp and (icmp[0] == %d or icmp[0] == %d or icmp[0] == %d"
                    " or icmp[0] == %d or (icmp[0] == %d and icmp[4:2] & %d != 0)))"
                    " or (" IP6_NEXT " == %d and (" ICMP6_TYPE " >= %d and " ICMP6_TYPE " <= %d"
                    " or " ICMP6_TYPE " == %d"
                    " or (" ICMP6_TYPE " == %d and " ICMP6_ID " & %d != 0)))",
                    ICMP_UNREACHABLE, ICMP_TIME_EXCEEDED, ICMP_PARAMETER_PROBLEM, ICMP_ECHO_REPLY,
                    ICMP_ECHO_REQUEST, CAPTURE_MARK, IP_PROTOCOL_ICMPV6, ICMPV6_UNREACHABLE,
                    ICMPV6_PARAMETER_PROBLEM, ICMPV6_ECHO_REPLY, ICMPV6_ECHO_REQUEST, CAPTURE_MARK);
}

void capture_filter_expression(const struct source_ports_span ports[static SOURCE_PORTS_SPANS],
                               char out[static CAPTURE_FILTER_MAX_LEN])
{
    size_t len = 0;

    len += (size_t)write_ours(out, CAPTURE_FILTER_MAX_LEN, ports);
    len += (size_t)write_translated(out + len, CAPTURE_FILTER_MAX_LEN - len);
    len += (size_t)write_icmp(out + len, CAPTURE_FILTER_MAX_LEN - len);
    snprintf(out + len, CAPTURE_FILTER_MAX_LEN - len,
             " or " IP6_NEXT " == %d or " IP6_NEXT " == %d or " IP6_NEXT " == %d"
             " or " IP6_NEXT " == %d or " IP6_NEXT " == %d",
             IP_PROTOCOL_HOP_BY_HOP, IP_PROTOCOL_ROUTING, IP_PROTOCOL_FRAGMENT,
             IP_PROTOCOL_AUTHENTICATION, IP_PROTOCOL_DESTINATION_OPTIONS);
}
