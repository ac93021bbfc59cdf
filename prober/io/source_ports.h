/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reserves the source ports of our SYNs.  An edge; the prober.  Each is bound, dual-stack and
 * without SO_REUSEADDR, but never listens.  So no other program gets it, and this machine's
 * TCP answers whatever arrives there with a RST, which tears our half-open connections down.
 */
#ifndef PORTLIGHT_PROBER_IO_SOURCE_PORTS_H
#define PORTLIGHT_PROBER_IO_SOURCE_PORTS_H

#include <stdbool.h>
#include <stdint.h>

/* From the ports that clients use, and from those behind the range of Linux (our_syn.h). */
enum { SOURCE_PORTS_SPANS = 2 };

struct source_ports_span {
    uint16_t low, high;
};

/*
 * Binds `count` ports for groups of `group` flows, each from the range that our_syn_is_ephemeral
 * gives its flow.  Half of a group's SYN flows have even ports, which go neither with the range
 * nor with the mark; the next group has it the other way round.  Where all ports of one parity are
 * taken, the other parity will do.  The sockets stay open until the process ends.  Returns false
 * with errno when there are not enough.
 */
bool source_ports_reserve(uint16_t *ports, unsigned count, unsigned group);

/* The lowest and highest of them in each range. */
void source_ports_spans(const uint16_t *ports, unsigned count, unsigned group,
                        struct source_ports_span spans[static SOURCE_PORTS_SPANS]);

#endif
