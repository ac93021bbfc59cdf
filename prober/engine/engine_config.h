/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The engine's parameters: its limits, and the callbacks through which it acts.  Pure;
 * prober/daemon fills it in; in the tests the callbacks act on a simulated network.
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

#define ENGINE_NO_TAG UINT64_MAX /* for packets whose failure is not reported */

/* No op may call the engine back, except engine_send_failed. */
struct engine_ops {
    /* Queues one packet.  If the kernel refuses it, the caller of the engine reports that with
     * engine_send_failed and this tag: later, or while another packet is being queued. */
    void (*send)(void *context, const struct segment *segment, uint64_t tag);
    /* Queues an ICMP echo request.  Failures are not reported. */
    void (*send_echo)(void *context, const struct echo_request *request);
    /* Fills src with the source address that this machine would use for dst.  Returns 0, or the
     * errno that says why there is none. */
    int (*source)(void *context, const struct addr *dst, struct addr *src);
    /* The kind of this machine's route to dst. */
    enum route_kind (*route)(void *context, const struct addr *dst);
    /* Fills out with unpredictable bytes. */
    void (*random)(void *context, void *out, size_t len);
    /* The number of packets that the capture has lost since it was opened. */
    uint64_t (*losses)(void *context);
    /* Sends a peer a message about one of its jobs: REFUSED, HOP, PACKET or RESULT. */
    void (*reply)(void *context, uint32_t peer, const struct wire_message *message);
};

struct engine_config {
    const struct policy *policy;    /* outlives the engine */
    uint32_t capacity;              /* probes in flight */
    uint32_t max_rate;              /* packets per second; 0: no limit */
    struct ratelimit_setup targets; /* ports per target; its memory outlives the engine */
    /* Reserved for us on this machine.  Half of a probe's flows have even ones, because some load
     * balancers choose paths by parity (prober/io/source_ports.h). */
    uint16_t source_ports[ENGINE_SOURCE_PORTS];
    uint8_t owner; /* this prober's number (capture_marks.h) */
    struct engine_ops ops;
    void *context; /* passed to every op */
};

#endif
