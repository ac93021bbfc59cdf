/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Marks on our own packets for the capture's filter, which is BPF: it is fixed when the capture
 * opens and knows no checks.  Pure; the prober.
 *
 * Is it wanted?  Of what we send, the capture needs the SYNs and RSTs, as proof that they left.
 * Our lone ACKs and echo requests are of use only to a peer that asked to see packets; for all
 * other checks the kernel should drop them unseen.  So the low bit of the number that a lone ACK
 * acknowledges, and the low bit of the echo's id, are 1 if a peer wants to see it and 0 if not.
 * Both numbers are random, so a bit is to spare.
 *
 * Whose is it?  A NAT of this machine may give our packets other ports, so the filter can't go by
 * ports alone; but what another prober of this machine sends and gets should cost this one
 * nothing.  So the TSvals of our SYNs begin with the prober's number, which their SYN-ACKs echo
 * (RFC 7323 section 3.2), and so do the ids of our echoes, behind which stand 64 random bits.
 */
#ifndef PORTLIGHT_PROBER_PACKET_CAPTURE_MARKS_H
#define PORTLIGHT_PROBER_PACKET_CAPTURE_MARKS_H

#include <stdbool.h>
#include <stdint.h>

enum {
    CAPTURE_MARK = 1, /* the bit that says: wanted */
    /* A prober's number: of a TSval all bits, of an echo's id the lower ones. */
    CAPTURE_OWNER_TS_SHIFT = 24,
    CAPTURE_OWNER_ECHO_SHIFT = 12,
    CAPTURE_OWNER_ECHO_BITS = 0xf,
    CAPTURE_OWNER_PORTS = 64, /* a prober has so many in a row at least */
};

/* The number of the prober whose lowest source port this is: no other of its machine has the same
 * port, and 16 that start one after the other differ in the lower bits, too. */
static inline uint8_t capture_owner(uint16_t lowest_port)
{
    return (uint8_t)(lowest_port / CAPTURE_OWNER_PORTS);
}

/* The first TSval of a probe, which the times of its SYNs are added to without reaching the
 * owner's number. */
static inline uint32_t mark_ts_value(uint32_t number, uint8_t owner)
{
    return (uint32_t)owner << CAPTURE_OWNER_TS_SHIFT |
           (number & ((1U << (CAPTURE_OWNER_TS_SHIFT - 1)) - 1));
}

/* The number that a lone ACK acknowledges. */
static inline uint32_t mark_ack(uint32_t number, bool wanted)
{
    return (number & ~(uint32_t)CAPTURE_MARK) | (wanted ? CAPTURE_MARK : 0);
}

/* The id of an ICMP echo. */
static inline uint16_t mark_echo_id(uint16_t id, bool wanted, uint8_t owner)
{
    unsigned kept = (1U << CAPTURE_OWNER_ECHO_SHIFT) - 1 - CAPTURE_MARK;
    unsigned number = (unsigned)(owner & CAPTURE_OWNER_ECHO_BITS) << CAPTURE_OWNER_ECHO_SHIFT;

    return (uint16_t)(number | (id & kept) | (wanted ? CAPTURE_MARK : 0));
}

#endif
