/* SPDX-License-Identifier: BSD-2-Clause */
/* What the capture lets through, as a pcap-filter(7) expression.  Pure; the
 * prober. */
#ifndef PORTLIGHT_PROBER_IO_CAPTURE_FILTER_H
#define PORTLIGHT_PROBER_IO_CAPTURE_FILTER_H

#include <stdint.h>

enum { CAPTURE_FILTER_MAX_LEN = 1024 };

/*
 * TCP from or to the reserved ports low..high (our own SYNs and RSTs are wanted
 * as proof that they left, our lone ACKs only if they acknowledge an odd number); SYNs that look
 * like ours from any port, because this machine's own NAT may have rewritten it, and what may
 * answer those; the replies to our ICMP echoes, whose id is echo_id, which is even, or the next; of
 * the echoes themselves those with the odd one; and every ICMP error: quotes are matched in our own
 * code, because their offsets depend on options.  Without "inbound" or
 * "outbound", which make libpcap lose the first packet.
 */
void capture_filter_expression(uint16_t low, uint16_t high, uint16_t echo_id,
                               char out[static CAPTURE_FILTER_MAX_LEN]);

#endif
