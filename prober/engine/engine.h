/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The life of a check: admission, SYNs and their repetition, answers, what is asked
 * besides to tell who answered, verdict.
 * Pure: what it wants done it asks of struct engine_ops, what happens it is
 * told, with the time; the prober's only user is serve.c, tests play the network.
 */
#ifndef PORTLIGHT_PROBER_ENGINE_ENGINE_H
#define PORTLIGHT_PROBER_ENGINE_ENGINE_H

#include "common/contract/policy.h"
#include "common/contract/syn_schedule.h"
#include "common/contract/wire.h"
#include "common/limit/ratelimit.h"
#include "common/net/packet.h"
#include "prober/evidence/echo.h"
#include "prober/evidence/observed.h"
#include "prober/packet/segment.h"

enum {
    ENGINE_PORTS_PER_GROUP = OBSERVED_FLOWS,
    ENGINE_PORT_GROUPS = 32, /* probes of one target port at a time */
    ENGINE_SOURCE_PORTS = ENGINE_PORT_GROUPS * ENGINE_PORTS_PER_GROUP,
    ENGINE_PEERS_MAX = 8,
};

struct engine_ops {
    /* Queues one packet.  If the kernel refuses it, engine_send_failed is told with
     * the same tag later on, perhaps while another packet is being queued. */
    void (*send)(void *context, const struct segment *segment, uint64_t tag);
    /* The same for an ICMP echo request; nobody needs to know if it fails. */
    void (*send_echo)(void *context, const struct echo_request *request);
    /* The address this machine would use towards dst.  0, or the errno of why
     * there is none. */
    int (*source)(void *context, const struct addr *dst, struct addr *src);
    /* Fills out with unpredictable bytes. */
    void (*random)(void *context, void *out, size_t len);
    /* Packets the capture has lost since it was opened. */
    uint64_t (*losses)(void *context);
    /* Messages to a peer. */
    void (*refuse)(void *context, uint32_t peer, const struct wire_refused *refused);
    void (*hop)(void *context, uint32_t peer, const struct wire_hop *hop);
    void (*packet)(void *context, uint32_t peer, const struct wire_packet *packet);
    void (*result)(void *context, uint32_t peer, const struct wire_result *result);
};

#define ENGINE_NO_TAG UINT64_MAX /* of a packet whose failure nobody wants to hear of */

struct engine_config {
    const struct policy *policy;    /* outlives the engine */
    uint32_t capacity;              /* probes in flight */
    uint32_t max_rate;              /* packets a second, 0: no limit */
    struct ratelimit_setup targets; /* ports per target; its memory outlives the engine */
    uint16_t echo_id; /* of our ICMP echoes, even; the next is for those somebody wants to see */
    /* reserved for us on this machine; every even one followed by an odd one,
     * so that a probe's flows differ in parity too */
    uint16_t source_ports[ENGINE_SOURCE_PORTS];
    struct engine_ops ops;
    void *context; /* handed to every op */
};

struct engine;

/* NULL without memory. */
struct engine *engine_new(const struct engine_config *config, uint64_t now_ns);
void engine_free(struct engine *engine);

/* A decoded CHECK of a peer (0 to ENGINE_PEERS_MAX - 1).  Refuses what the
 * prober's own policy forbids, whatever the peer said or checked. */
void engine_check(struct engine *engine, uint32_t peer, const struct wire_check *asked,
                  uint64_t now_ns);

/* The peer's job is not wanted any more; an unknown job is no matter. */
void engine_cancel(struct engine *engine, uint32_t peer, uint32_t job);

/* The peer is gone, and its jobs with it. */
void engine_forget(struct engine *engine, uint32_t peer);

/* One captured packet. */
void engine_packet(struct engine *engine, const struct packet *packet, uint64_t now_ns);

/* The kernel did not take the packet with this tag: errno says why.  What follows
 * from it waits for engine_tick. */
void engine_send_failed(struct engine *engine, uint64_t tag, int error, uint64_t now_ns);

/* Does what is due, or as much of it as should be done at a time: engine_next_ns then stays in the
 * past.  Call before anything else of a wake-up. */
void engine_tick(struct engine *engine, uint64_t now_ns);

/* When engine_tick is wanted next, or UINT64_MAX. */
uint64_t engine_next_ns(const struct engine *engine);

uint32_t engine_probes_in_flight(const struct engine *engine);

#endif
