/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The life of one probe inside the engine: SYNs on schedule, answers, the end.
 * Pure; only the engine's own files include this.
 */
#ifndef PORTLIGHT_PROBE_H
#define PORTLIGHT_PROBE_H

#include "prober/engine.h"
#include "prober/flight.h"
#include "prober/pace.h"
#include "prober/wheel.h"

enum { PROBE_SYN_TOS = 0x28 /* AF11: survives most DSCP clearing, and shows who reflects it */ };

struct engine {
    struct engine_config config;
    struct flight *flight;
    struct wheel *wheel;
    struct ratelimit *targets;
    struct pace pace;
    uint32_t in_flight[ENGINE_CLIENTS_MAX];
};

/* Unpredictable, from the engine's source. */
uint32_t probe_draw_u32(struct engine *engine);

/* Sends the SYN of the schedule's next step, or reserves its place in the
 * packet rate, and sets the timer of what follows.  The first call starts it. */
void probe_send(struct engine *engine, uint32_t index, uint64_t now_ns);

/* Its timer ran out. */
void probe_due(struct engine *engine, uint32_t index, uint64_t now_ns);

/* A packet that may concern it was captured. */
void probe_see(struct engine *engine, uint32_t index, const struct packet *packet, uint64_t now_ns);

/* Tells the client the verdict as it stands; the check ends with its last port. */
void probe_report(struct engine *engine, uint32_t index);

void probe_remove(struct engine *engine, uint32_t index);

#endif
