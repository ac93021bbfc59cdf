/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One probe: sends SYNs on schedule, takes answers, tears connections down.  Pure; only
 * prober/engine includes this.  state.h has the phases; each ends at a deadline, for which the
 * probe has a timer.  A probe never reports itself; check.h reports it in PROBE_SETTLING.
 */
#ifndef PORTLIGHT_PROBER_ENGINE_PROBE_H
#define PORTLIGHT_PROBER_ENGINE_PROBE_H

#include "prober/engine/state.h"

enum { PROBE_LONE_ACKS = 2 /* sent with the last SYNs to a silent port */ };

/* Sends the schedule's next SYN, or queues for the packet rate, and sets the timer for the next
 * step. The first SYN sent starts the probe's time. */
void probe_send(struct engine *engine, struct probe *probe, uint64_t now_ns);

/* The kernel refused this SYN.  Only records that and sets the timer, so it may be called while the
 * probe is sending. */
void probe_on_send_failed(struct engine *engine, struct probe *probe, unsigned attempt, int error,
                          uint64_t now_ns);

/* The probe waited to send a SYN, and now the packet rate allows it. */
enum progress probe_on_turn(struct engine *engine, struct probe *probe, uint64_t now_ns);

/* The probe's timer expired.  If its check is gone, the probe may be gone afterwards. */
enum progress probe_on_timer(struct engine *engine, struct probe *probe, uint64_t now_ns);

/* Handles a captured packet that may concern the probe. */
enum progress probe_on_packet(struct engine *engine, struct probe *probe,
                              const struct packet *packet, uint64_t now_ns);

/* Does this packet have one of the probe's sequence numbers?  If not, anybody may have sent it, or
 * it is our kernel's RST to such a packet. */
bool probe_has_number(const struct probe *probe, const struct packet *packet);

/* Would an echo reply of the target help to explain the answer?  Not for a SYN-ACK, because an echo
 * request left with the first SYN, and not if a router answers in its own name. */
bool probe_wants_echo(const struct probe *probe);

/* Records the time of the first answer. */
void probe_begin_answered(struct probe *probe, uint64_t now_ns);

/* Something new can be compared with the probe's answer, if it has one.  Traces if the answer is in
 * doubt, and may end a wait. */
void probe_compare(struct engine *engine, struct probe *probe, uint64_t now_ns);

/* Call it after each answer, once the check has compared all ports: waits for a weightier answer,
 * or settles. */
void probe_collect(struct engine *engine, struct probe *probe, uint64_t now_ns);

/* When the probe must be reported, whatever is still missing. */
uint64_t probe_deadline_ns(const struct engine *engine, const struct probe *probe);

/* The probe was reported: from now on it only tears down its connections. */
void probe_retire(struct engine *engine, struct probe *probe, uint64_t now_ns);

/* Frees its slot. */
void probe_remove(struct engine *engine, struct probe *probe);

#endif
