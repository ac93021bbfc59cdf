/* SPDX-License-Identifier: BSD-2-Clause */
/* The capture's filter, as a pcap-filter(7) expression.  Pure; the prober. */
#ifndef PORTLIGHT_PROBER_IO_CAPTURE_FILTER_H
#define PORTLIGHT_PROBER_IO_CAPTURE_FILTER_H

#include <stdint.h>

#include "prober/io/source_ports.h"

enum { CAPTURE_FILTER_MAX_LEN = 2048 };

/*
 * Writes the expression.  It passes
 *  - TCP to the reserved ports, and TCP from them except lone ACKs that no peer wants to see: SYNs
 * and RSTs are needed as proof that they left;
 *  - SYNs that look like ours from any port, because this machine's own NAT may have changed the
 * port, and incoming segments that may answer those: RSTs, and SYN-ACKs that don't echo the TSval
 * of somebody else (capture_marks.h);
 *  - replies to our echo requests, recognised by our number in the id, and those requests that a
 * peer wants to see;
 *  - every ICMP error: our own code matches the quotes, because their offsets depend on options;
 *  - IPv6 packets with extension headers, which our own code skips.
 * Connections of this machine's other servers, and other probers' checks of open ports, don't pass.
 */
void capture_filter_expression(const struct source_ports_span ports[static SOURCE_PORTS_SPANS],
                               char out[static CAPTURE_FILTER_MAX_LEN]);

#endif
