/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Removes addresses that must not be shown: non-public ones of this machine and of routers
 * (policy_shows).  Pure; done in the prober, so that no client ever gets them.  A removed address
 * is all zeros, which is shown as "private".
 */
#ifndef PORTLIGHT_PROBER_PACKET_REDACT_H
#define PORTLIGHT_PROBER_PACKET_REDACT_H

#include <stddef.h>

#include "common/contract/policy.h"

/* Keeps the family. */
void redact_address(const struct policy *policy, struct addr *addr);

/*
 * Redacts a packet, from the IP header on and perhaps truncated, and the packet that an ICMP error
 * quotes.  Removes the addresses, and what would reveal them: checksums, IPv4 options, IPv6
 * extension headers and all that follows, and what an ICMP error has after its quote (RFC 4884, RFC
 * 5837).  Leaves a packet unchanged if all its addresses may be shown.
 */
void redact_packet(const struct policy *policy, uint8_t *bytes, size_t len);

#endif
