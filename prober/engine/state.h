/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * All state of the engine: the engine itself, its checks and its probes.  Pure; only
 * prober/engine includes this.
 *
 * Checks and probes live in slots that never move (probe_table.h), so handlers take
 * pointers.  A probe points to its check and a check to its probes.
 */
#ifndef PORTLIGHT_PROBER_ENGINE_STATE_H
#define PORTLIGHT_PROBER_ENGINE_STATE_H

#include "common/base/pool.h"
#include "common/limit/ratelimit.h"
#include "prober/engine/engine_config.h"
#include "prober/engine/packet_log.h"
#include "prober/evidence/echo.h"
#include "prober/evidence/observed.h"
#include "prober/evidence/ttl_probe.h"
#include "prober/sending/budget.h"
#include "prober/sending/send_queue.h"

/* What a handler did.  Handlers of checks and probes never report a verdict themselves:
 * after each event the engine calls check_finish_ready, unless nothing changed. */
enum progress {
    UNCHANGED = 0, /* nothing that a verdict depends on */
    CHANGED,       /* a verdict may be due, or may differ */
    ANSWERED,      /* an answer to the port was taken; its check compares all ports again */
};

enum probe_phase {
    PROBE_SENDING = 0, /* SYNs remain to be sent */
    PROBE_WAITING,     /* all were sent, time remains */
    PROBE_LINGERING,   /* time is up, but a router may still report a dead host */
    PROBE_COLLECTING,  /* answered, but a weightier answer may follow at once */
    PROBE_SETTLING,    /* complete by itself; other ports may make the verdict surer */
    PROBE_TEARDOWN,    /* reported open; the connection must be torn down */
    PROBE_DONE,        /* reported; kept for the other ports of its check */
};

/* One port of one check.  There are a hundred thousand: what few need lives elsewhere. */
struct probe {
    struct check *check;         /* NULL: the check is gone, only the teardown remains */
    struct probe *sibling;       /* the next of the check's, in the order of its ports */
    struct ttl_probe *ttl_probe; /* its SYNs with small TTLs, or NULL */
    uint64_t due_ns;             /* end of its phase */
    uint64_t start_ns;           /* its first SYN was queued */
    struct observed observed;
    uint32_t next;   /* probe_table's */
    uint32_t serial; /* how many probes there were before it; part of its tags */
    uint16_t timeout_ms;
    uint8_t phase;    /* enum probe_phase */
    uint8_t promised; /* of the budget: packets that may still be sent for it */
    uint8_t port_group;
    bool started : 1;
    bool has_slot : 1; /* of the packet rate: it waited for its turn, which has come */
    bool control : 1;  /* a port of our own choice, never reported */
    bool is_answered : 1;
};

/* What a probe has besides once it is answered. */
struct probe_answered {
    struct observed_extra observed; /* observed.extra of the probe */
    uint64_t first_ns;              /* its first answer came */
    uint64_t contrast_ns;           /* the last SYN that compares flows was queued; 0: none */
};

static inline struct probe_answered *probe_answered(const struct probe *probe)
{
    return (struct probe_answered *)probe->observed.extra; /* its first member */
}

/* What a peer asked for under one job number. */
struct check {
    struct probe *first; /* its first port's; the control port's is the last */
    uint64_t echo_ns;    /* the last echo with the full TTL was sent */
    struct echo echo;
    uint32_t job;
    uint32_t losses;               /* of the capture when it started, low 32 bits */
    uint32_t next, next_of_target; /* probe_table's */
    uint8_t peer;
    uint8_t port_count; /* at least 1: the first probe has the addresses */
    uint8_t unreported;
    uint8_t promised; /* of the budget: echoes that may still be sent */
    uint8_t log;      /* where it keeps packets: its number among the engine's */
    bool used : 1;
    bool trace : 1;
    bool keeps_packets : 1; /* the peer wants them */
    bool changed : 1;       /* by the event at hand; it is to be finished */
};

struct sightings;

struct engine {
    struct engine_config config;
    struct probe_table *table;
    struct timer_wheel *wheel; /* one timer per probe */
    struct ratelimit *targets;
    struct pool *ttl_probes; /* of struct ttl_probe */
    struct pool *logs;       /* of struct packet_log */
    struct sightings *sightings;
    struct budget budget; /* of packets still to be sent */
    struct send_queue *queue;
    uint32_t in_flight[ENGINE_PEERS_MAX]; /* ports not yet reported */
    uint32_t logs_of[ENGINE_PEERS_MAX];   /* packet logs lent */
};

/* The observations of the check's first port: its addresses are the check's. */
static inline const struct observed *check_ends(const struct check *check)
{
    return &check->first->observed;
}

/* Unpredictable. */
uint32_t engine_random_u32(struct engine *engine);

/* Until when a silent probe listens, if it isn't traced. */
uint64_t engine_listening_ends_ns(const struct engine *engine, const struct probe *probe);

/* Sends the peer a message. */
void engine_reply(struct engine *engine, uint32_t peer, const struct wire_message *message);

/* Promises the peer so many packets, or takes back up to so many that were not sent. */
void engine_promise(struct engine *engine, uint8_t peer, uint8_t *promised, uint8_t packets);
void engine_take_back(struct engine *engine, uint8_t peer, uint8_t *promised, uint8_t packets);

/* A segment of one flow with addresses, ports, TTL, TOS, IP ID and flow label set.  Flags
 * and numbers are the caller's. */
struct segment engine_segment(struct engine *engine, const struct probe *probe, unsigned flow);

/* Sends a packet for this probe or check when it is its turn in the packet rate, now or later.
 * Failures are not reported. */
void engine_send_segment(struct engine *engine, struct probe *probe, const struct segment *segment,
                         uint64_t now_ns);
void engine_send_echo(struct engine *engine, struct check *check,
                      const struct echo_request *request, uint64_t now_ns);

/* Sends a packet that has waited. */
void engine_send_queued(struct engine *engine, const struct send_next *next);

/* Would what is sent for this check have to wait for a while? */
bool engine_is_crowded(const struct engine *engine, const struct check *check);

#endif
