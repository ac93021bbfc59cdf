/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The life of one probe: SYNs on schedule, answers, teardown.  Pure; only prober/engine
 * includes this.  The phases stand in state.h; each has a deadline, which the probe's timer
 * watches.  A probe never reports itself: check.h does, when it is PROBE_SETTLING.
 */
#ifndef PORTLIGHT_PROBER_ENGINE_PROBE_H
#define PORTLIGHT_PROBER_ENGINE_PROBE_H

#include "prober/engine/state.h"

enum { PROBE_LONE_ACKS = 2 /* with the last SYNs of a silent port */ };

/* Sends the schedule's next SYN, or waits for its turn in the packet rate, and sets the timer
 * for what follows.  The first call starts the probe. */
void probe_send(struct engine *engine, struct probe *probe, uint64_t now_ns);

/* The kernel refused this SYN.  Only takes a note and sets the timer, so it may come while
 * the probe is sending. */
void probe_on_send_failed(struct engine *engine, struct probe *probe, unsigned attempt, int error,
                          uint64_t now_ns);

/* It waited to send a SYN, and now it is its turn in the packet rate. */
enum progress probe_on_turn(struct engine *engine, struct probe *probe, uint64_t now_ns);

/* Its timer expired.  The probe may be gone afterwards if its check already is. */
enum progress probe_on_timer(struct engine *engine, struct probe *probe, uint64_t now_ns);

/* Takes a captured packet that may concern it. */
enum progress probe_on_packet(struct engine *engine, struct probe *probe,
                              const struct packet *packet, uint64_t now_ns);

/* Does a packet that concerns it bear one of its numbers?  If not, anybody can have sent it, or
 * what our kernel answers with a RST. */
bool probe_has_number(const struct probe *probe, const struct packet *packet);

/* Would an echo of the target help to judge the answer?  Not beside a SYN-ACK, whose echo
 * was sent with the SYN, and not if a router speaks in its own name. */
bool probe_wants_echo(const struct probe *probe);

/* Its first answer was taken. */
void probe_begin_answered(struct probe *probe, uint64_t now_ns);

/* There is something new to compare its answer with, if it has one: starts to trace in
 * doubt, and stops waiting for what has come. */
void probe_compare(struct engine *engine, struct probe *probe, uint64_t now_ns);

/* After an answer, once its check has compared: waits for a weightier one, or settles. */
void probe_collect(struct engine *engine, struct probe *probe, uint64_t now_ns);

/* When it must be reported, whatever is still missing. */
uint64_t probe_deadline_ns(const struct engine *engine, const struct probe *probe);

/* It was reported: from now on it only tears its connections down. */
void probe_retire(struct engine *engine, struct probe *probe, uint64_t now_ns);

/* Frees its slot. */
void probe_remove(struct engine *engine, struct probe *probe);

#endif
