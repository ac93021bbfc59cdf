/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Compares the answers of several places to the same question: do they agree, and if not, why may
 * they differ?  Pure; the daemon and the command line.
 */
#ifndef PORTLIGHT_FRONTEND_MODEL_COMPARISON_H
#define PORTLIGHT_FRONTEND_MODEL_COMPARISON_H

#include "frontend/model/result.h"

/* Why answers may differ. comparison.c has the rules; the first that fits counts. */
enum because {
    BECAUSE_NONE = 0,        /* they agree, or fewer than two answered */
    BECAUSE_SOURCE_FILTER,   /* a filter drops or rejects by source address */
    BECAUSE_PATH,            /* the paths differ, and one of them is broken */
    BECAUSE_DIFFERENT_HOSTS, /* anycast or a load balancer: different machines answer */
    BECAUSE_PLACE_SUSPECT,   /* one place differs from all others, and reported impossible things
                                before */
    BECAUSE_FAMILY,          /* the other address family shows no difference */
    BECAUSE_COUNT
};

/* Places with the same answer. */
struct comparison_group {
    enum verdict_state state;
    uint16_t places; /* bit n: the result's place n */
    uint8_t count;
};

/* The comparison for one port of one address. */
struct comparison {
    struct addr addr;
    uint16_t port;
    uint8_t asked, answered; /* places; the verdict "unknown" does not count as an answer */
    uint8_t group_count;     /* the largest first; among equals the one with the first place */
    struct comparison_group groups[STATE_COUNT];
    enum because because;
    enum verdict_confidence confidence; /* in `because` */
};

enum { COMPARISONS_MAX = RESULT_TARGETS_MAX * POLICY_PORTS_MAX };

/* Compares a complete result with places: one entry for each address and port that any place was
 * asked about.  Returns how many. */
unsigned comparison_make(const struct result *result,
                         struct comparison out[static COMPARISONS_MAX]);

/* The API's word, such as "source-filter"; NULL for BECAUSE_NONE. */
const char *because_name(enum because because);

#endif
