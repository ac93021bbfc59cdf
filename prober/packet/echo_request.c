/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/packet/echo_request.h"

#include "prober/packet/checksum.h"
#include "prober/packet/ip_header.h"

enum { CHECKSUM_AT = 2 };

size_t echo_request_build(const struct echo_request *request,
                          uint8_t out[static ECHO_REQUEST_MAX_LEN])
{
    static const uint8_t name[ECHO_REQUEST_DATA_LEN - sizeof(request->cookie)] = "portlight echo";
    bool ipv4 = request->dst.family == ADDR_IPV4;
    const struct ip_header ip = {
        .src = request->src,
        .dst = request->dst,
        .protocol = ipv4 ? IP_PROTOCOL_ICMP : IP_PROTOCOL_ICMPV6,
        .ttl = request->ttl,
        .tos = request->tos,
        .id = request->ip_id,
        .flow_label = request->flow_label,
    };
    size_t len = ICMP_HEADER_LEN + ECHO_REQUEST_DATA_LEN;
    struct writer w = writer_of(out, ECHO_REQUEST_MAX_LEN);
    uint8_t *icmp;
    uint16_t sum;

    ip_header_write(&w, &ip, len);
    icmp = out + w.pos;
    write_u8(&w, ipv4 ? ICMP_ECHO_REQUEST : ICMPV6_ECHO_REQUEST);
    write_u8(&w, 0);
    write_u16(&w, 0);
    write_u16(&w, request->id);
    write_u16(&w, request->seq);
    write_u64(&w, request->cookie);
    write_bytes(&w, name, sizeof(name));
    sum = checksum_finish(checksum_add(ipv4 ? 0 : ip_header_pseudo_sum(&ip, len), icmp, len));
    icmp[CHECKSUM_AT] = (uint8_t)(sum >> 8);
    icmp[CHECKSUM_AT + 1] = (uint8_t)sum;
    return w.pos;
}
