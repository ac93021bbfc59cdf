/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the engine is given when it starts: its limits, and the calls by which it acts on
 * the world.  Pure; prober/daemon fills it in, the tests put a simulated network behind it.
 */
#ifndef PORTLIGHT_PROBER_ENGINE_ENGINE_CONFIG_H
#define PORTLIGHT_PROBER_ENGINE_ENGINE_CONFIG_H

#include "common/contract/policy.h"
#include "common/contract/wire.h"
#include "common/limit/ratelimit.h"
#include "prober/evidence/observed.h"
#include "prober/packet/echo_request.h"
#include "prober/packet/route_kind.h"
#include "prober/packet/segment.h"
#include "prober/sending/send_queue.h"

enum {
    ENGINE_PORTS_PER_GROUP = OBSERVED_FLOWS,
    ENGINE_PORT_GROUPS = 32, /* the most probes of one target port at a time */
    ENGINE_SOURCE_PORTS = ENGINE_PORT_GROUPS * ENGINE_PORTS_PER_GROUP,
    ENGINE_PEERS_MAX = SEND_QUEUE_PEERS,
};

#define ENGINE_NO_TAG UINT64_MAX /* on a packet whose failure is not reported */

/* No op may call the engine back, except engine_send_failed. */
struct engine_ops {
    /* Queues one packet.  If the kernel refuses it, the owner calls engine_send_failed with
     * its tag: later, or while another packet is being queued. */
    void (*send)(void *context, const struct segment *segment, uint64_t tag);
    /* Queues an ICMP echo request.  Failures are not reported. */
    void (*send_echo)(void *context, const struct echo_request *request);
    /* Fills src with the address this machine would use towards dst.  Returns 0, or the
     * errno that says why there is none. */
    int (*source)(void *context, const struct addr *dst, struct addr *src);
    /* How this machine's packets get to dst. */
    enum route_kind (*route)(void *context, const struct addr *dst);
    /* Fills out with unpredictable bytes. */
    void (*random)(void *context, void *out, size_t len);
    /* Packets that the capture has lost since it was opened. */
    uint64_t (*losses)(void *context);
    /* Sends a peer what belongs to one of its jobs: REFUSED, or HOPs, PACKETs and RESULTs. */
    void (*reply)(void *context, uint32_t peer, const struct wire_message *message);
};

struct engine_config {
    const struct policy *policy;    /* outlives the engine */
    uint32_t capacity;              /* probes in flight */
    uint32_t max_rate;              /* packets per second; 0: no limit */
    struct ratelimit_setup targets; /* ports per target; its memory outlives the engine */
    /* Reserved for us on this machine.  Half of a probe's flows have even ones
     * (prober/io/source_ports.h), since some paths are chosen by parity. */
    uint16_t source_ports[ENGINE_SOURCE_PORTS];
    uint8_t owner; /* this prober's number (capture_marks.h) */
    struct engine_ops ops;
    void *context; /* passed to every op */
};

#endif
