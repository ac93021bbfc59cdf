/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The place's side: answers frontends' questions with the local prober.  An edge; portlight-fleet.
 * No received byte is passed on: a question is decoded and encoded again for the prober, which
 * applies its own policy.  A place only answers, and answers each question at most once.
 */
#ifndef PORTLIGHT_FLEET_SERVE_SERVE_H
#define PORTLIGHT_FLEET_SERVE_SERVE_H

#include "common/daemon/limits_file.h"
#include "fleet/bus/bus.h"

struct serve;

enum serve_limit { SERVE_FRONTENDS, SERVE_TARGETS, SERVE_LIMITS };

/* The spent quotas of a place, which outlive the process. */
struct serve_limits {
    struct limits_file file;
    struct limits_file_part parts[SERVE_LIMITS];
};

/* Call it before the process becomes `owner`, its final user.  Never fails (limits_file.h).  The
 * caller closes the file with limits_file_close. */
struct serve_limits serve_open_limits(const struct config *config, const struct user *owner);

/* config, limits and bus must outlive it.  NULL if out of memory. */
struct serve *serve_new(struct loop *loop, const struct config *config,
                        const struct serve_limits *limits, struct bus *bus);
void serve_free(struct serve *serve); /* NULL does nothing */

/* The engine is connected: subscribes. */
void serve_engine_up(struct serve *serve, unsigned engine);

/* Unsubscribes, so engines answer new questions with NATS_NO_RESPONDERS.  Questions already sent
 * are still answered: all is done once serve_is_idle and bus_is_settled are both true. */
void serve_stop(struct serve *serve);
bool serve_is_idle(const struct serve *serve);

/* Handles a message from the engine; false if it isn't a question to this place. */
bool serve_take(struct serve *serve, unsigned engine, const struct nats_event *message);

#endif
