/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Questions under way, found by slot, by who asked, and by age.  Pure; portlight-fleet.  All of
 * one kind take the same time, so each kind's oldest is due first.
 */
#ifndef PORTLIGHT_FLEET_ASK_QUESTIONS_H
#define PORTLIGHT_FLEET_ASK_QUESTIONS_H

#include <sys/queue.h>

#include "common/contract/wire.h"
#include "fleet/message/subject.h"

enum question_kind {
    QUESTION_CHECK,
    QUESTION_TRACE, /* a check that also traces */
    QUESTION_BEACON,
    QUESTION_PING,
    QUESTION_VERSION, /* is there anybody of another version? */
    QUESTION_KINDS
};

enum { QUESTIONS_MAX = 16384, QUESTION_NO_PEER = UINT32_MAX };

struct question {
    LIST_ENTRY(question) bucket; /* of who asked */
    TAILQ_ENTRY(question) age;   /* of its kind; of the free ones */
    bool in_use;
    enum question_kind kind;
    unsigned place, engine;
    unsigned version; /* of the subject */
    unsigned repeats; /* by another engine, after the one that had it went away */
    uint32_t peer;    /* who asked, and his number for it; QUESTION_NO_PEER: ourselves */
    struct wire_check check;
    uint64_t asked_ns, deadline_ns;
    char token[SUBJECT_TOKEN_LEN];
};

struct questions;

/* NULL without memory. */
struct questions *questions_new(void);
void questions_free(struct questions *questions); /* NULL is none */

/* A new one, of which the caller fills in the rest: kind, place, peer, check.job and deadline_ns
 * are set.  Later deadlines of a kind must not be earlier.  NULL when all are under way. */
struct question *questions_add(struct questions *questions, const struct question *with,
                               const uint8_t random[static SUBJECT_RANDOM_LEN]);
void questions_end(struct questions *questions, struct question *question);

/* NULL if there is none. */
struct question *questions_by_token(struct questions *questions,
                                    const char token[static SUBJECT_TOKEN_LEN]);
struct question *questions_by_job(struct questions *questions, unsigned place, uint32_t peer,
                                  uint32_t job);
/* Any of this peer's. */
struct question *questions_of_peer(struct questions *questions, unsigned place, uint32_t peer);
/* Any that went by this engine. */
struct question *questions_of_engine(struct questions *questions, unsigned engine);
bool questions_are_under_way(const struct questions *questions, enum question_kind kind);
/* One whose deadline is over. */
struct question *questions_due(struct questions *questions, uint64_t now_ns);

#endif
