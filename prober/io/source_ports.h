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

/*
 * Binds `count` ports (an even number) above the ephemeral range, half of them
 * even and half odd, alternating.  The sockets stay open until the process ends.
 * Returns false with errno when there are not enough.
 */
bool source_ports_reserve(uint16_t *ports, unsigned count);

/* The lowest and highest of them. */
void source_ports_span(const uint16_t *ports, unsigned count, uint16_t *low, uint16_t *high);

#endif
