/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One place as we offer it: a socket that speaks wire.h as a prober does, and what we know about
 * the place.  An edge; portlight-fleet.
 */
#ifndef PORTLIGHT_FLEET_ASK_OFFERED_H
#define PORTLIGHT_FLEET_ASK_OFFERED_H

#include <sys/types.h>

#include "common/base/log.h"
#include "common/contract/beacon.h"
#include "common/peers/peers.h"
#include "fleet/ask/questions.h"
#include "fleet/bus/bus.h"

/* The place, seen through one engine. */
struct presence {
    bool is_up;              /* it answered the last ping */
    bool is_older, is_newer; /* its name listens in the protocol version before or after ours */
};

struct offered;

/* Called for a client of the socket; offered.c answers pings itself. */
struct offered_ops {
    void (*check)(struct offered *offered, uint32_t peer, const struct wire_check *asked);
    void (*cancel)(struct offered *offered, uint32_t peer, uint32_t job);
    void (*gone)(struct offered *offered, uint32_t peer);
};

/* Zero it, then set owner, ops, bus, index and place before offered_open. */
struct offered {
    void *owner;
    const struct offered_ops *ops;
    const struct bus *bus;
    unsigned index;
    struct place place;
    struct peers *peers; /* NULL: fleet.here, which is not offered */
    int epoll_fd;        /* of its peers; the loop watches it */
    struct loop_watch *watch;
    struct presence presences[CONFIG_ENGINES_MAX];
    struct wire_pong counters;
    struct wire_place said; /* sent to clients; `state` and `engines` are set when sending */
    uint64_t suspect_until_ns;
    struct log_limit log;
};

/* Opens the place's socket for members of the group, as root.  False after logging why, or if out
 * of memory; call offered_close in either case. */
bool offered_open(struct offered *offered, struct loop *loop, const struct config *config,
                  gid_t group);
void offered_close(struct offered *offered);

/* Finds the first engine through which the place is up; false if there is none. */
bool offered_engine(const struct offered *offered, unsigned *engine);
/* The state to report now. */
enum place_state offered_state(const struct offered *offered);

/* Notes whether the place is up through this engine.  `why` is for the log, which gets changes
 * only. */
void offered_set_presence(struct offered *offered, unsigned engine, bool is_up, const char *why);

/* The place sent an impossible answer: it counts as suspect for a few minutes. */
void offered_suspect(struct offered *offered);
/* The place found a beacon in the wrong state; same consequence. */
void offered_missed_beacon(struct offered *offered, const struct beacon *beacon);

/* Sends a valid answer (ANSWER_RESULTS) to the client that asked, with its own job number. */
void offered_tell_results(struct offered *offered, const struct question *question,
                          const struct nats_text *payload);

/* Sends REFUSED to a client; nothing for QUESTION_NO_PEER. */
void offered_refuse(struct offered *offered, uint32_t peer, uint32_t job,
                    const struct wire_refused *refused);
void offered_refuse_with(struct offered *offered, uint32_t peer, uint32_t job,
                         enum wire_refusal reason);

#endif
