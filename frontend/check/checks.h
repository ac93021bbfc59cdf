/* SPDX-License-Identifier: BSD-2-Clause */
/* What all checks share.  An edge; the daemon.  Part of check.h. */
#ifndef PORTLIGHT_FRONTEND_CHECK_CHECKS_H
#define PORTLIGHT_FRONTEND_CHECK_CHECKS_H

#include "common/config/config.h"
#include "common/limit/ratelimit.h"
#include "frontend/check/coalesce.h"
#include "frontend/check/places.h"
#include "frontend/dns/event.h"
#include "frontend/inspector/check_services.h"
#include "frontend/limits/conn_count.h"
#include "frontend/limits/recent_targets.h"
#include "frontend/networks/table_file.h"

enum { CHECK_NEW_TARGETS_WINDOW_S = 3600 };

/* main fills this in; it outlives all checks. */
struct checks {
    const struct config *config;
    struct loop *loop;
    struct resolver *resolver;
    struct prober_link *prober;
    struct coalesce *coalesce;
    struct places *places;
    const struct network_table *networks;
    struct ratelimit *clients;             /* cost units, by client */
    struct ratelimit *new_targets;         /* targets new to the client */
    struct recent_targets *recent_targets; /* what the client checked within the last hour */
    struct conn_count *active_checks;      /* checks under way, by client */
    struct conn_count *packet_logs;        /* targets whose packets are kept, by client */
    struct ratelimit *targets;             /* ports, by target */
    struct ratelimit *target_parts;        /* the same, for each client's network */
    struct ratelimit *own_targets;         /* the same, for clients that check their own address */
    struct inspection_shares *shares;      /* NULL: there is no inspector */
    struct conn_count *inspections;        /* the inspector's workers, by client */
    uint32_t pending;
};

#endif
