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
 *    it, and what comes in and may answer those: RSTs, and SYN-ACKs that don't echo another's
 *    TSval (capture_marks.h);
 *  - replies to our ICMP echoes, which have our number in their id, and those echoes that a peer
 *    wants to see;
 *  - every ICMP error: our own code matches quotes, whose offsets depend on options.
 * So a connection that another server of this machine accepts, or the check of another prober of
 * an open port, costs nothing here.
 */
void capture_filter_expression(const struct source_ports_span ports[static SOURCE_PORTS_SPANS],
                               char out[static CAPTURE_FILTER_MAX_LEN]);

#endif
