/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Takes addresses out of what is shown: those of this machine and of routers that are not public
 * (policy_shows).  Pure; the prober, so that no client of it ever has them.  What is taken out
 * is zero, and stands for "private".
 */
#ifndef PORTLIGHT_PROBER_PACKET_REDACT_H
#define PORTLIGHT_PROBER_PACKET_REDACT_H

#include <stddef.h>

#include "common/contract/policy.h"

/* Keeps the family. */
void redact_address(const struct policy *policy, struct addr *addr);

/*
 * A packet from the IP header on, perhaps cut short, and the packet that an ICMP error quotes:
 * its addresses, and what else would tell them: checksums, IPv4 options, IPv6 extension headers
 * with all behind them, and what an ICMP error has behind its quote (RFC 4884, RFC 5837).
 * One whose addresses may all be shown is left as it is.
 */
void redact_packet(const struct policy *policy, uint8_t *bytes, size_t len);

#endif
