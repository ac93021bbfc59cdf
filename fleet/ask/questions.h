/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The questions to places that are under way, found by token, by client or by age.  Pure;
 * portlight-fleet.  All questions of a kind have the same timeout, so the oldest is due first.
 */
#ifndef PORTLIGHT_FLEET_ASK_QUESTIONS_H
#define PORTLIGHT_FLEET_ASK_QUESTIONS_H

#include <sys/queue.h>

#include "common/contract/wire.h"
#include "fleet/message/subject.h"

enum question_kind {
    QUESTION_CHECK,
    QUESTION_TRACE, /* a check with a trace */
    QUESTION_BEACON,
    QUESTION_PING,
    QUESTION_VERSION, /* does the place run another version? */
    QUESTION_KINDS
};

enum { QUESTIONS_MAX = 16384, QUESTION_NO_PEER = UINT32_MAX };

struct question {
    LIST_ENTRY(question) bucket; /* hashed by client and job */
    TAILQ_ENTRY(question) age;   /* in its kind's queue, or in the free list */
    bool in_use;
    enum question_kind kind;
    unsigned place, engine;
    unsigned version;        /* in the subject */
    unsigned repeats;        /* times asked again because an engine lost the place */
    uint32_t peer;           /* the client; QUESTION_NO_PEER: ourselves */
    struct wire_check check; /* .job is the client's number */
    uint64_t asked_ns, deadline_ns;
    char token[SUBJECT_TOKEN_LEN];
};

struct questions;

/* NULL if out of memory. */
struct questions *questions_new(void);
void questions_free(struct questions *questions); /* NULL does nothing */

/* Adds a copy of *with and gives it a token.  A deadline must not be earlier than that of the
 * question before it of the same kind.  NULL when QUESTIONS_MAX are under way.  The result is valid
 * until questions_end. */
struct question *questions_add(struct questions *questions, const struct question *with,
                               const uint8_t random[static SUBJECT_RANDOM_LEN]);
void questions_end(struct questions *questions, struct question *question);

/* These return NULL if there is no such question. */
struct question *questions_by_token(struct questions *questions,
                                    const char token[static SUBJECT_TOKEN_LEN]);
struct question *questions_by_job(struct questions *questions, unsigned place, uint32_t peer,
                                  uint32_t job);
/* Any question of this client. */
struct question *questions_of_peer(struct questions *questions, unsigned place, uint32_t peer);
/* Any question sent through this engine. */
struct question *questions_of_engine(struct questions *questions, unsigned engine);
bool questions_are_under_way(const struct questions *questions, enum question_kind kind);
/* A question whose deadline has passed. */
struct question *questions_due(struct questions *questions, uint64_t now_ns);

#endif
