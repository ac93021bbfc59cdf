/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sends one check to several places and collects the answers until each place has answered or its
 * time is over.  An edge; the daemon, between check.h and prober_link.h.  Places are independent
 * of each other: a slow one delays no other, and none takes longer than its link's deadline.
 */
#ifndef PORTLIGHT_FRONTEND_CHECK_PLACE_QUESTIONS_H
#define PORTLIGHT_FRONTEND_CHECK_PLACE_QUESTIONS_H

#include "frontend/check/places.h"

struct place_questions;

/* Callbacks.  None of them runs during place_questions_begin.  The caller frees the questions, also
 * after `done`. */
struct place_questions_ops {
    void (*place)(void *context,
                  unsigned index); /* the answer or refusal of this place is complete */
    void (*done)(void *context);   /* every place is complete; the last callback */
};

struct place_questions_setup {
    struct loop *loop;
    struct places *places;
    struct place_entry *const *chosen;
    unsigned count;
    const struct wire_check *asked; /* one for each target */
    unsigned target_count;
    struct result *result; /* result_add_places was called; the answers are written there */
    const struct place_questions_ops *ops;
    void *context;
};

/* Asks each place about each target.  The result and ops must outlive it; the rest of the setup is
 * copied.  NULL without memory. */
struct place_questions *place_questions_begin(const struct place_questions_setup *setup);

/* No callback follows. */
void place_questions_free(struct place_questions *questions); /* NULL is allowed */

#endif
