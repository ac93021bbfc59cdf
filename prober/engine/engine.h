/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs checks: admits them, sends SYNs on schedule, matches captured packets to probes,
 * asks for what separates one explanation from another, and reports verdicts.
 *
 * Pure: it acts through struct engine_ops and is told what happens, and when.  All times
 * are of one monotonic clock, in ns, and never go back.  This is the folder's only door:
 * prober/daemon drives it, and the unit tests do with a simulated network.
 *
 * Inside, one arrow leads down: engine (admission, which probe a packet is for) -> check
 * (the ports asked together) -> probe (one port) -> trace (its SYNs with small TTLs).
 * Handlers below return what they changed; the engine alone then finishes the check.
 */
#ifndef PORTLIGHT_PROBER_ENGINE_ENGINE_H
#define PORTLIGHT_PROBER_ENGINE_ENGINE_H

#include "common/net/packet.h"
#include "prober/engine/engine_config.h"

struct engine;

/* Returns NULL without memory. */
struct engine *engine_new(const struct engine_config *config, uint64_t now_ns);
void engine_free(struct engine *engine);

/* Starts a decoded CHECK of a peer (0 to ENGINE_PEERS_MAX - 1), or refuses it.  The prober's
 * own policy decides, whatever the peer has checked before. */
void engine_check(struct engine *engine, uint32_t peer, const struct wire_check *request,
                  uint64_t now_ns);

/* Drops the peer's job without a report.  An unknown job is ignored. */
void engine_cancel(struct engine *engine, uint32_t peer, uint32_t job);

/* The peer has connected: from now on a part of the packet rate is kept for it. */
void engine_greet(struct engine *engine, uint32_t peer);

/* Drops all jobs of a peer that has disconnected. */
void engine_forget(struct engine *engine, uint32_t peer);

/* Takes one captured packet. */
void engine_packet(struct engine *engine, const struct packet *packet, uint64_t now_ns);

/* The kernel refused the packet with this tag.  May be called from within an op: it only
 * takes a note and sets a timer. */
void engine_send_failed(struct engine *engine, uint64_t tag, int error, uint64_t now_ns);

/* Runs expired timers, up to a bound: if more are left, engine_next_ns stays in the past.
 * Call it first in each wake-up. */
void engine_tick(struct engine *engine, uint64_t now_ns);

/* When engine_tick is due, or UINT64_MAX. */
uint64_t engine_next_ns(const struct engine *engine);

/* The longest that a check admitted under this policy takes to its last report. */
uint64_t engine_longest_check_ns(const struct policy *policy);

uint32_t engine_probes_in_flight(const struct engine *engine);

#endif
