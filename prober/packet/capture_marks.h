/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Marks on our own packets for the capture's filter, which is a BPF program: it is fixed when the
 * capture opens and doesn't know the checks.  Pure; the prober.
 *
 * Is the packet wanted?  Of what we send, the capture needs the SYNs and RSTs, as proof that they
 * left. Our lone ACKs and echo requests matter only to peers that want to see packets; otherwise
 * the filter should drop them.  So the low bit of a lone ACK's acknowledgment number, and that of
 * an echo's id, is 1 if a peer wants to see the packet, else 0.  Both numbers are otherwise random.
 *
 * Whose packet is it?  This machine's NAT may change our ports, so the filter can't rely on ports
 * alone; but packets of another prober on this machine should not pass.  So the TSvals of our SYNs
 * start with the prober's number, which SYN-ACKs echo (RFC 7323 section 3.2), and so do the ids of
 * our echoes, whose data has 64 random bits.
 */
#ifndef PORTLIGHT_PROBER_PACKET_CAPTURE_MARKS_H
#define PORTLIGHT_PROBER_PACKET_CAPTURE_MARKS_H

#include <stdbool.h>
#include <stdint.h>

enum {
    CAPTURE_MARK = 1, /* the bit that means: wanted */
    /* Where the prober's number is: all its bits in a TSval, only the lower ones in an echo's id.
     */
    CAPTURE_OWNER_TS_SHIFT = 24,
    CAPTURE_OWNER_ECHO_SHIFT = 12,
    CAPTURE_OWNER_ECHO_BITS = 0xf,
    CAPTURE_OWNER_PORTS = 64, /* each prober has at least this many ports in a range */
};

/* A prober's number, from its lowest source port, which no other prober on the machine has.  The
 * numbers of 16 probers started in sequence differ in the lower bits, too. */
static inline uint8_t capture_owner(uint16_t lowest_port)
{
    return (uint8_t)(lowest_port / CAPTURE_OWNER_PORTS);
}

/* The first TSval of a probe, so that the times of its SYNs can be added without an overflow into
 * the owner's number. */
static inline uint32_t mark_ts_value(uint32_t number, uint8_t owner)
{
    return (uint32_t)owner << CAPTURE_OWNER_TS_SHIFT |
           (number & ((1U << (CAPTURE_OWNER_TS_SHIFT - 1)) - 1));
}

/* The acknowledgment number of a lone ACK. */
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
