/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One place as it is offered: a socket that speaks wire.h as a prober does, and what is known of
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

/* The place as one engine has it. */
struct presence {
    bool is_up;              /* it answered the last ping */
    bool is_older, is_newer; /* somebody of its name listens, in the version before or behind */
};

struct offered;

/* What a client of the socket wants; pings are answered here. */
struct offered_ops {
    void (*check)(struct offered *offered, uint32_t peer, const struct wire_check *asked);
    void (*cancel)(struct offered *offered, uint32_t peer, uint32_t job);
    void (*gone)(struct offered *offered, uint32_t peer);
};

/* Zeroed before offered_open. */
struct offered {
    void *owner;
    const struct offered_ops *ops;
    const struct bus *bus;
    unsigned index;
    struct place place;
    struct peers *peers; /* NULL: it is fleet.here, and not offered */
    int epoll_fd;        /* of its peers; itself watched by the loop */
    struct loop_watch *watch;
    struct presence presences[CONFIG_ENGINES_MAX];
    struct wire_pong counters;
    struct wire_place said; /* but for its state, which is made when it is told */
    uint64_t suspect_until_ns;
    struct log_limit log;
};

/* Offers the place, for the group.  False after logging why not. */
bool offered_open(struct offered *offered, struct loop *loop, const struct config *config,
                  gid_t group);
void offered_close(struct offered *offered);

/* The first engine that has it; false without one. */
bool offered_engine(const struct offered *offered, unsigned *engine);
enum place_state offered_state(const struct offered *offered);

/* Whether the engine has it, and why, for the log. */
void offered_set_presence(struct offered *offered, unsigned engine, bool is_up, const char *why);

/* It said what can't be true: told of it for a while. */
void offered_suspect(struct offered *offered);
/* It found a beacon otherwise than it is; the same. */
void offered_missed_beacon(struct offered *offered, const struct beacon *beacon);

/* A sound answer (answer.h), to who asked, under his own number. */
void offered_tell_results(struct offered *offered, const struct question *question,
                          const struct nats_text *payload);

/* To one of its clients; QUESTION_NO_PEER is nobody. */
void offered_refuse(struct offered *offered, uint32_t peer, uint32_t job,
                    const struct wire_refused *refused);
void offered_refuse_with(struct offered *offered, uint32_t peer, uint32_t job,
                         enum wire_refusal reason);

#endif
