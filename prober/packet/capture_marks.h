/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Marks on our own packets for the capture's filter.  Pure; the prober.
 *
 * Of what we send, the capture needs the SYNs and RSTs, as proof that they left.  Our lone
 * ACKs and echo requests are of use only to a peer that asked to see packets; for all other
 * checks the kernel should drop them unseen.  The filter is BPF: it is fixed when the capture
 * opens and knows no checks.  So the wish travels in the packet: the low bit of the number
 * that a lone ACK acknowledges, and the low bit of the echo's id, are 1 if a peer wants to
 * see it and 0 if not.  Both numbers are random, so a bit is to spare.
 * Replies pass either way.
 */
#ifndef PORTLIGHT_PROBER_PACKET_CAPTURE_MARKS_H
#define PORTLIGHT_PROBER_PACKET_CAPTURE_MARKS_H

#include <stdbool.h>
#include <stdint.h>

enum { CAPTURE_MARK = 1 /* the bit */ };

/* The number that a lone ACK acknowledges. */
static inline uint32_t mark_ack(uint32_t number, bool wanted)
{
    return (number & ~(uint32_t)CAPTURE_MARK) | (wanted ? CAPTURE_MARK : 0);
}

/* The id of an ICMP echo. */
static inline uint16_t mark_echo_id(uint16_t id, bool wanted)
{
    return (uint16_t)((id & ~CAPTURE_MARK) | (wanted ? CAPTURE_MARK : 0));
}

#endif
