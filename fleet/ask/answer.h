/* SPDX-License-Identifier: BSD-2-Clause */
/* Checks that a place's answer fits the question and is possible.  Pure; portlight-fleet. */
#ifndef PORTLIGHT_FLEET_ASK_ANSWER_H
#define PORTLIGHT_FLEET_ASK_ANSWER_H

#include "fleet/message/envelope.h"

enum answer {
    ANSWER_RESULTS,  /* one verdict for each port, the last one marked; a port's details come before
                        its verdict, its hops in order */
    ANSWER_REFUSED,  /* `refused` is set; its reason is one that a place may give, or OTHER */
    ANSWER_PONG,     /* `pong` is set, and `place` if the place sent it */
    ANSWER_NONSENSE, /* anything else */
};

struct answer_read {
    struct wire_refused refused;
    struct wire_pong pong;
    struct wire_place place; /* all zero if the place didn't send one */
};

/* Reads an envelope (envelope.h).  check is NULL for the answer to a ping. */
enum answer answer_read(const void *payload, size_t len, const struct wire_check *check,
                        struct answer_read *out);

#endif
