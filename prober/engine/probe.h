/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The life of one probe inside the engine: SYNs on schedule, answers, the end.
 * Pure; only the engine's own files include this.
 */
#ifndef PORTLIGHT_PROBER_ENGINE_PROBE_H
#define PORTLIGHT_PROBER_ENGINE_PROBE_H

#include "common/base/pool.h"
#include "prober/engine/engine.h"
#include "prober/engine/pacer.h"
#include "prober/engine/probe_table.h"
#include "prober/engine/timer_wheel.h"

enum { PROBE_SYN_TOS = 0x28 /* AF11: survives most DSCP clearing, and shows who reflects it */ };

struct engine {
    struct engine_config config;
    struct probe_table *table;
    struct timer_wheel *wheel;
    struct ratelimit *targets;
    struct pool *paths; /* of struct ttl_probe */
    struct pool *logs;  /* of struct packet_log */
    struct pacer pacer;
    struct pacer shares[ENGINE_PEERS_MAX]; /* what each peer may send when others ask, too */
    uint64_t asked_ns[ENGINE_PEERS_MAX];   /* when each asked last */
    uint32_t in_flight[ENGINE_PEERS_MAX];
};

/* Unpredictable, from the engine's source. */
uint32_t engine_random_u32(struct engine *engine);

/* A segment of the probe's, to be filled further: addresses, ports, TOS and TTL. */
struct segment probe_segment(struct engine *engine, uint32_t index, unsigned flow);

/* Takes a place in the packet rate and in the share of the check's peer (PROBE_TABLE_NONE: the
 * check is over); says when it is. */
uint64_t engine_reserve_slot(struct engine *engine, uint32_t check_index, uint64_t now_ns);

/* Sends a segment of the probe's at once, though it counts in the packet rate; nobody hears
 * if it fails. */
void probe_send_extra(struct engine *engine, uint32_t index, const struct segment *segment,
                      uint64_t now_ns);

/* Sends the SYN of the schedule's next step, or reserves its place in the
 * packet rate, and sets the timer of what follows.  The first call starts it. */
void probe_send(struct engine *engine, uint32_t index, uint64_t now_ns);

/* When it must be reported, whatever is still missing. */
uint64_t probe_deadline_ns(struct engine *engine, const struct probe *probe);

/* Sets its timer by what it waits for. */
void probe_arm_timer(struct engine *engine, uint32_t index, uint64_t now_ns);

/* Its timer ran out. */
void probe_on_timer(struct engine *engine, uint32_t index, uint64_t now_ns);

/* A packet that may concern it was captured. */
void probe_on_packet(struct engine *engine, uint32_t index, const struct packet *packet,
                     uint64_t now_ns);

/* The target's echo came: what waited for nothing else is settled. */
void probe_compare(struct engine *engine, uint32_t index, uint64_t now_ns);

/* It was reported: nothing more is sent but what tears connections down. */
void probe_retire(struct engine *engine, uint32_t index, uint64_t now_ns);

void probe_remove(struct engine *engine, uint32_t index);

#endif
