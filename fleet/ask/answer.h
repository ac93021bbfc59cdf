/* SPDX-License-Identifier: BSD-2-Clause */
/* Does a place's answer fit the question, and can it be true?  Pure; portlight-fleet. */
#ifndef PORTLIGHT_FLEET_ASK_ANSWER_H
#define PORTLIGHT_FLEET_ASK_ANSWER_H

#include "fleet/message/envelope.h"

enum answer {
    ANSWER_RESULTS,  /* each port's details, its hops in order, then its verdict, once, the last
                        one marked */
    ANSWER_REFUSED,  /* *refused has why, with a reason that a place may give */
    ANSWER_PONG,     /* *pong, and *place if it says more of itself */
    ANSWER_NONSENSE, /* anything else */
};

struct answer_read {
    struct wire_refused refused;
    struct wire_pong pong;
    struct wire_place place; /* zeroes: it said nothing */
};

/* check is NULL for an answer to a ping. */
enum answer answer_read(const void *payload, size_t len, const struct wire_check *check,
                        struct answer_read *out);

#endif
