/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs checks: admits them, sends SYNs on schedule, matches captured packets to probes, sends more
 * packets where they would tell explanations apart, and reports verdicts.
 *
 * Pure: it acts only through struct engine_ops, and its caller reports every event, with its time.
 * Times are nanoseconds of one monotonic clock.  This header is the only interface of
 * prober/engine; prober/daemon uses it, and so do the unit tests, with a simulated network.
 *
 * Calls go one way: engine (admission, and which probe a packet is for) -> check (the ports of one
 * request) -> probe (one port) -> trace (its SYNs with small TTLs).  Handlers return what they
 * changed; then only the engine finishes the check.
 */
#ifndef PORTLIGHT_PROBER_ENGINE_ENGINE_H
#define PORTLIGHT_PROBER_ENGINE_ENGINE_H

#include "common/net/packet.h"
#include "prober/engine/engine_config.h"

struct engine;

/* Returns NULL if out of memory. */
struct engine *engine_new(const struct engine_config *config, uint64_t now_ns);
void engine_free(struct engine *engine);

/* Starts a decoded CHECK of a peer (0 to ENGINE_PEERS_MAX - 1), or refuses it.  Checks it against
 * the prober's own policy, whatever the peer has checked before. */
void engine_check(struct engine *engine, uint32_t peer, const struct wire_check *request,
                  uint64_t now_ns);

/* Drops the peer's job without a report.  An unknown job is ignored. */
void engine_cancel(struct engine *engine, uint32_t peer, uint32_t job);

/* The peer has sent HELLO: from now on a part of the packet rate is reserved for it. */
void engine_greet(struct engine *engine, uint32_t peer);

/* Drops all jobs of a peer that has disconnected. */
void engine_forget(struct engine *engine, uint32_t peer);

/* Takes one captured packet. */
void engine_packet(struct engine *engine, const struct packet *packet, uint64_t now_ns);

/* The kernel refused the packet with this tag.  May be called from within an op: it only records
 * this and sets a timer. */
void engine_send_failed(struct engine *engine, uint64_t tag, int error, uint64_t now_ns);

/* Sends queued packets and runs expired timers, up to a limit: if more are left, engine_next_ns
 * stays in the past.  Call it first in each turn of the loop. */
void engine_tick(struct engine *engine, uint64_t now_ns);

/* When engine_tick is due, or UINT64_MAX. */
uint64_t engine_next_ns(const struct engine *engine);

/* The longest time that a check under this policy takes until its last report. */
uint64_t engine_longest_check_ns(const struct policy *policy);

uint32_t engine_probes_in_flight(const struct engine *engine);

#endif
