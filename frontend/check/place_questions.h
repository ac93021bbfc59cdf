/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One check asked of several places: who was asked, what came, until all have told or their time
 * is over.  An edge; the daemon, between check.h and prober_link.h.  Places are not waited for
 * one by the other, and none can hold an answer longer than its link's deadline.
 */
#ifndef PORTLIGHT_FRONTEND_CHECK_PLACE_QUESTIONS_H
#define PORTLIGHT_FRONTEND_CHECK_PLACE_QUESTIONS_H

#include "frontend/check/places.h"

struct place_questions;

/* Callbacks, none of them during place_questions_begin.  The questions are not freed. */
struct place_questions_ops {
    void (*place)(void *context, unsigned index); /* this one's answer is whole, or its refusal */
    void (*done)(void *context);                  /* all have told; last */
};

struct place_questions_setup {
    struct loop *loop;
    struct places *places;
    struct place_entry *const *chosen;
    unsigned count;
    const struct wire_check *asked; /* one of each target */
    unsigned target_count;
    struct result *result; /* with room for the places, which are filled in */
    const struct place_questions_ops *ops;
    void *context;
};

/* Asks each place about each target.  NULL without memory.  The result outlives it. */
struct place_questions *place_questions_begin(const struct place_questions_setup *setup);

/* No callback follows. */
void place_questions_free(struct place_questions *questions); /* NULL is none */

#endif
