/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ports of one target that were asked for together: what they know of each
 * other, the echoes to compare them with, and their reports.  Pure; only the
 * engine's own files include this.
 */
#ifndef PORTLIGHT_PROBER_ENGINE_CHECK_H
#define PORTLIGHT_PROBER_ENGINE_CHECK_H

#include "prober/engine/packet_log.h"
#include "prober/engine/probe.h"
#include "prober/evidence/classify.h"

/* One more echo request to the target, if the policy allows echoes. */
void check_ask_echo(struct engine *engine, uint32_t index, uint8_t ttl, uint64_t now_ns);

/* The same with the full TTL, unless one was answered or may still be. */
void check_repeat_echo(struct engine *engine, uint32_t index, uint64_t now_ns);

/* A captured packet that may be about its echoes. */
void check_on_packet(struct engine *engine, uint32_t index, const struct packet *packet,
                     uint64_t now_ns);

/* There is something new to hold the answers against: the ports that were answered
 * look at theirs again. */
void check_compare(struct engine *engine, uint32_t index, uint64_t now_ns);

/* All that is known about one of its ports.  *findings points into the check, the
 * probe and *profile. */
void check_gather(struct engine *engine, uint32_t probe_index, struct findings *findings,
                  struct host_profile *profile);

/* Reports the ports whose verdicts can't get surer.  With the last one the check is
 * gone. */
void check_finish_ready(struct engine *engine, uint32_t index, uint64_t now_ns);

/* Keeps a packet that concerns one of its ports, if the peer wants to see them. */
void check_note_packet(struct engine *engine, uint32_t probe_index, const struct packet *packet);

/* Nobody wants it any more. */
void check_remove(struct engine *engine, uint32_t index);

#endif
