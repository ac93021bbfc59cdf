/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reserves the source ports of our SYNs.  An edge; the prober.  Each port is bound, dual-stack and
 * without SO_REUSEADDR, but never listens.  So no other program can use it, and the kernel answers
 * segments to it with a RST, which tears down our half-open connections.
 */
#ifndef PORTLIGHT_PROBER_IO_SOURCE_PORTS_H
#define PORTLIGHT_PROBER_IO_SOURCE_PORTS_H

#include <stdbool.h>
#include <stdint.h>

/* One range of ports that clients use, and one above Linux's ephemeral range (our_syn.h). */
enum { SOURCE_PORTS_SPANS = 2 };

struct source_ports_span {
    uint16_t low, high;
};

/*
 * Binds `count` ports for groups of `group` flows, each from the range that our_syn_is_ephemeral
 * selects for its flow.  Half of a group's SYN flows have even ports, independently of range and
 * DSCP; the next group has the opposite parities.  If all ports of one parity are taken, uses the
 * other.  The sockets stay open until the process ends.  False with errno if there aren't enough
 * ports.
 */
bool source_ports_reserve(uint16_t *ports, unsigned count, unsigned group);

/* The lowest and highest of them in each range. */
void source_ports_spans(const uint16_t *ports, unsigned count, unsigned group,
                        struct source_ports_span spans[static SOURCE_PORTS_SPANS]);

#endif
