/* SPDX-License-Identifier: BSD-2-Clause */
/* What all checks share, and what they cost.  An edge; the daemon, a part of check.h. */
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

/* What every check needs; filled by main, outlives all checks. */
struct checks {
    const struct config *config;
    struct loop *loop;
    struct resolver *resolver;
    struct prober_link *prober;
    struct coalesce *coalesce;
    struct places *places;
    const struct network_table *networks;
    struct ratelimit *visitors;            /* cost units, by client */
    struct ratelimit *new_targets;         /* targets that the client has not checked lately */
    struct recent_targets *recent_targets; /* those that it has */
    struct conn_count *active_checks;      /* checks under way, by client */
    struct conn_count *packet_logs;        /* targets whose packets are kept, by client */
    struct ratelimit *targets;             /* ports, by target */
    struct ratelimit *target_parts;        /* the same, of each client's network */
    struct ratelimit *own_targets;         /* the same, of who asks about himself */
    struct inspection_shares *shares;      /* NULL: nobody looks at services */
    struct conn_count *inspections;        /* by visitor, of the inspector's workers */
    uint32_t pending;
};

#endif
