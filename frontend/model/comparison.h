/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The same question from several places: do their answers agree, and if not, what may be behind
 * it?  Pure; the daemon and the command line.
 */
#ifndef PORTLIGHT_FRONTEND_MODEL_COMPARISON_H
#define PORTLIGHT_FRONTEND_MODEL_COMPARISON_H

#include "frontend/model/result.h"

/* What may be behind a difference; the rules stand in comparison.c, the first that fits counts. */
enum because {
    BECAUSE_NONE = 0,        /* they agree, or fewer than two have told */
    BECAUSE_SOURCE_FILTER,   /* whoever drops or rejects looks at the source address */
    BECAUSE_PATH,            /* the ways differ, and one of them is cut */
    BECAUSE_DIFFERENT_HOSTS, /* anycast, or a balancer: not the same machine answers */
    BECAUSE_PLACE_SUSPECT,   /* one differs from all others, and was caught before */
    BECAUSE_FAMILY,          /* the other address family shows no difference */
    BECAUSE_COUNT
};

/* Those who say the same. */
struct comparison_group {
    enum verdict_state state;
    uint16_t places; /* bit n: the result's place n */
    uint8_t count;
};

/* Of one port of one address. */
struct comparison {
    struct addr addr;
    uint16_t port;
    uint8_t asked, answered; /* places; a verdict "unknown" is no answer */
    uint8_t group_count;     /* the largest first; of equals the earlier place's */
    struct comparison_group groups[STATE_COUNT];
    enum because because;
    enum verdict_confidence confidence; /* in because */
};

enum { COMPARISONS_MAX = RESULT_TARGETS_MAX * POLICY_PORTS_MAX };

/* Of a result with places, all told: one for each address and port that anybody was asked about.
 * Returns how many. */
unsigned comparison_make(const struct result *result,
                         struct comparison out[static COMPARISONS_MAX]);

/* "source-filter", NULL for BECAUSE_NONE. */
const char *because_name(enum because because);

#endif
