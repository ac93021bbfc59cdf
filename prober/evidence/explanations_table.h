/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of explanations, for explanations.c alone.  Used by the prober. */
#ifndef PORTLIGHT_PROBER_EVIDENCE_EXPLANATIONS_TABLE_H
#define PORTLIGHT_PROBER_EVIDENCE_EXPLANATIONS_TABLE_H

#include <stddef.h>

#include "common/contract/verdict.h"
#include "prober/evidence/observation.h"

enum { COMMON = 0, UNCOMMON = 1, RARE = 2, VERY_RARE = 3 }; /* points of rarity */

enum { EXPLANATIONS_ROWS_MAX = 48, EXPLANATIONS_CIRCUMSTANCES_MAX = 32 };

/* One way the world can be.  can: the values of each observation that it can produce; 0 stands
 * for all. */
struct row {
    uint8_t id; /* enum verdict_explanation */
    uint8_t disposition, actor;
    uint8_t rarity;
    value_set can[OBS_COUNT];
};

enum { CIRCUMSTANCE_LETS_MAX = 4, CIRCUMSTANCE_ONLY_MAX = 2 };

/* Some values of one observation; no set: none. */
struct values {
    uint8_t of; /* enum observation */
    value_set set;
};

/* What any path or host may do besides: it lets a row produce more.  only: where it holds. */
struct circumstance {
    uint8_t id;
    uint8_t rarity;
    struct values lets[CIRCUMSTANCE_LETS_MAX];
    struct values only[CIRCUMSTANCE_ONLY_MAX];
};

extern const struct row explanations_rows[];
extern const size_t explanations_rows_len;
extern const struct circumstance explanations_circumstances[];
extern const size_t explanations_circumstances_len;

#endif
