/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Builds ICMP echo requests (RFC 792, RFC 4443 section 4.1).  Pure; the prober.
 */
#ifndef PORTLIGHT_PROBER_PACKET_ECHO_REQUEST_H
#define PORTLIGHT_PROBER_PACKET_ECHO_REQUEST_H

#include <stddef.h>

#include "common/net/addr.h"
#include "common/net/protocol.h"

enum {
    ECHO_REQUEST_DATA_LEN = 24, /* the cookie and our name */
    ECHO_REQUEST_MAX_LEN = IPV6_HEADER_LEN + ICMP_HEADER_LEN + ECHO_REQUEST_DATA_LEN,
};

/* Host byte order. */
struct echo_request {
    struct addr src, dst;
    uint16_t id, seq;
    uint64_t cookie; /* the first 8 bytes of the data, which the reply repeats */
    uint8_t ttl, tos;
    uint16_t ip_id;
    uint32_t flow_label;
};

/* Writes the packet and returns its length. */
size_t echo_request_build(const struct echo_request *request,
                          uint8_t out[static ECHO_REQUEST_MAX_LEN]);

#endif
