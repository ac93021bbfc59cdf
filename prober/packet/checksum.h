/* SPDX-License-Identifier: BSD-2-Clause */
/* The Internet checksum (RFC 1071).  Pure; the prober. */
#ifndef PORTLIGHT_PROBER_PACKET_CHECKSUM_H
#define PORTLIGHT_PROBER_PACKET_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/* Adds bytes to a running sum, which starts at 0.  Every part but the last must have an even
 * length. */
uint64_t checksum_add(uint64_t sum, const void *data, size_t len);

/* The value for the header field, in host byte order. */
uint16_t checksum_finish(uint64_t sum);

#endif
