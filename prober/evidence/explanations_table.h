/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of explanations, for explanations.c alone.  The prober. */
#ifndef PORTLIGHT_PROBER_EVIDENCE_EXPLANATIONS_TABLE_H
#define PORTLIGHT_PROBER_EVIDENCE_EXPLANATIONS_TABLE_H

#include <stddef.h>

#include "common/contract/verdict.h"
#include "prober/evidence/observation.h"

enum { COMMON = 0, UNCOMMON = 1, RARE = 2, VERY_RARE = 3 }; /* points of rarity */

enum { EXPLANATIONS_ROWS_MAX = 48, EXPLANATIONS_CIRCUMSTANCES_MAX = 32 };

/* One explanation.  can: the values of each observation that it can produce; 0 stands for all. */
struct row {
    uint8_t id; /* enum verdict_explanation */
    uint8_t disposition, actor;
    uint8_t rarity;
    value_set can[OBS_COUNT];
};

enum { CIRCUMSTANCE_LETS_MAX = 4, CIRCUMSTANCE_ONLY_MAX = 2 };

/* Some values of one observation; an empty set ends a list. */
struct values {
    uint8_t of; /* enum observation */
    value_set set;
};

/* Something that any path or host may do, which lets a row produce further values. */
struct circumstance {
    uint8_t id;
    uint8_t rarity;
    struct values lets[CIRCUMSTANCE_LETS_MAX]; /* the values that it adds */
    struct values only[CIRCUMSTANCE_ONLY_MAX]; /* applies only if these were seen, or not tested */
};

extern const struct row explanations_rows[];
extern const size_t explanations_rows_len;
extern const struct circumstance explanations_circumstances[];
extern const size_t explanations_circumstances_len;

#endif
