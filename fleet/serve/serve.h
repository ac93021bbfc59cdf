/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A place: answers what frontends ask by the engine, by way of the local prober.  An edge;
 * portlight-fleet.  Nothing that comes is handed on: a question is decoded, and its numbers are
 * written anew for the prober, which judges them by its own file.  A place never speaks unasked,
 * and once a question.
 */
#ifndef PORTLIGHT_FLEET_SERVE_SERVE_H
#define PORTLIGHT_FLEET_SERVE_SERVE_H

#include "common/daemon/limits_file.h"
#include "fleet/bus/bus.h"

struct serve;

enum serve_limit { SERVE_FRONTENDS, SERVE_TARGETS, SERVE_LIMITS };

/* What has been spent of a place's quotas, which outlives the process. */
struct serve_limits {
    struct limits_file file;
    struct limits_file_part parts[SERVE_LIMITS];
};

/* The owner is who the process is or becomes; before it does.  Never fails (limits_file.h).
 * The file is the caller's to limits_file_close. */
struct serve_limits serve_open_limits(const struct config *config, const struct user *owner);

/* The config, the limits and the bus outlive it.  NULL without memory. */
struct serve *serve_new(struct loop *loop, const struct config *config,
                        const struct serve_limits *limits, struct bus *bus);
void serve_free(struct serve *serve);

/* The engine took us: subscribes. */
void serve_engine_up(struct serve *serve, unsigned engine);

/* From now on the engines tell who asks that nobody is here.  What is on its way is answered: it is
 * idle when the bus is settled and this is true, too. */
void serve_stop(struct serve *serve);
bool serve_is_idle(const struct serve *serve);

/* A message of the engine's; false if it is no question to this place. */
bool serve_take(struct serve *serve, unsigned engine, const struct nats_event *message);

#endif
