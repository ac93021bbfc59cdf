/* SPDX-License-Identifier: BSD-2-Clause */
/* What the capture lets through, as a pcap-filter(7) expression.  Pure; the prober. */
#ifndef PORTLIGHT_PROBER_IO_CAPTURE_FILTER_H
#define PORTLIGHT_PROBER_IO_CAPTURE_FILTER_H

#include <stdint.h>

#include "prober/io/source_ports.h"

enum { CAPTURE_FILTER_MAX_LEN = 2048 };

/*
 * Writes the expression.  It passes
 *  - TCP to the reserved ports low to high, and from them all but lone ACKs that no peer wants
 *    to see: our SYNs and RSTs are wanted as proof that they left;
 *  - SYNs that look like ours from any port, because this machine's own NAT may have changed
 *    it, and what may answer those;
 *  - replies to anybody's ICMP echoes, because each check's have an id of their own, and echoes
 *    that a peer may want to see (capture_marks.h);
 *  - every ICMP error: our own code matches quotes, whose offsets depend on options.
 * It doesn't say "inbound" or "outbound", which make libpcap lose the first packet.
 */
void capture_filter_expression(const struct source_ports_span ports[static SOURCE_PORTS_SPANS],
                               char out[static CAPTURE_FILTER_MAX_LEN]);

#endif
