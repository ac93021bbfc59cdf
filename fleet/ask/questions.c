/* SPDX-License-Identifier: BSD-2-Clause */
#include "fleet/ask/questions.h"

#include <stdlib.h>
#include <string.h>

enum { BUCKETS = 4096 /* a power of two */ };

TAILQ_HEAD(question_queue, question);
LIST_HEAD(question_list, question);

struct questions {
    struct question_queue free, under_way[QUESTION_KINDS];
    struct question_list buckets[BUCKETS];
    struct question all[QUESTIONS_MAX];
};

struct questions *questions_new(void)
{
    struct questions *questions = calloc(1, sizeof(*questions));

    if (questions == NULL)
        return NULL;
    TAILQ_INIT(&questions->free);
    for (unsigned i = 0; i < QUESTION_KINDS; i++)
        TAILQ_INIT(&questions->under_way[i]);
    for (unsigned i = QUESTIONS_MAX; i-- > 0;)
        TAILQ_INSERT_HEAD(&questions->free, &questions->all[i], age);
    return questions;
}

void questions_free(struct questions *questions)
{
    free(questions);
}

/* A weak hash is enough: our own daemons count these numbers up, so they spread evenly. */
static struct question_list *bucket_of(struct questions *questions, unsigned place, uint32_t peer,
                                       uint32_t job)
{
    return &questions->buckets[(job + peer * 1021 + place * 127) & (BUCKETS - 1)];
}

struct question *questions_add(struct questions *questions, const struct question *with,
                               const uint8_t random[static SUBJECT_RANDOM_LEN])
{
    struct question *question = TAILQ_FIRST(&questions->free);

    if (question == NULL)
        return NULL;
    TAILQ_REMOVE(&questions->free, question, age);
    *question = *with;
    question->in_use = true;
    subject_token((uint32_t)(question - questions->all), random, question->token);
    TAILQ_INSERT_TAIL(&questions->under_way[question->kind], question, age);
    LIST_INSERT_HEAD(bucket_of(questions, question->place, question->peer, question->check.job),
                     question, bucket);
    return question;
}

void questions_end(struct questions *questions, struct question *question)
{
    TAILQ_REMOVE(&questions->under_way[question->kind], question, age);
    LIST_REMOVE(question, bucket);
    question->in_use = false;
    memset(question->token, 0, sizeof(question->token));
    /* last in the free list, so that a late answer rarely meets a slot in use again */
    TAILQ_INSERT_TAIL(&questions->free, question, age);
}

struct question *questions_by_token(struct questions *questions,
                                    const char token[static SUBJECT_TOKEN_LEN])
{
    uint32_t slot = subject_slot(token);

    return slot < QUESTIONS_MAX && questions->all[slot].in_use &&
                   memcmp(questions->all[slot].token, token, SUBJECT_TOKEN_LEN) == 0
               ? &questions->all[slot]
               : NULL;
}

struct question *questions_by_job(struct questions *questions, unsigned place, uint32_t peer,
                                  uint32_t job)
{
    struct question *question;

    LIST_FOREACH(question, bucket_of(questions, place, peer, job), bucket)
    if (question->place == place && question->peer == peer && question->check.job == job)
        return question;
    return NULL;
}

struct question *questions_of_peer(struct questions *questions, unsigned place, uint32_t peer)
{
    struct question *question;

    for (unsigned kind = 0; kind < QUESTION_KINDS; kind++)
        TAILQ_FOREACH(question, &questions->under_way[kind], age)
    if (question->place == place && question->peer == peer)
        return question;
    return NULL;
}

struct question *questions_of_engine(struct questions *questions, unsigned engine)
{
    struct question *question;

    for (unsigned kind = 0; kind < QUESTION_KINDS; kind++)
        TAILQ_FOREACH(question, &questions->under_way[kind], age)
    if (question->engine == engine)
        return question;
    return NULL;
}

bool questions_are_under_way(const struct questions *questions, enum question_kind kind)
{
    return !TAILQ_EMPTY(&questions->under_way[kind]);
}

struct question *questions_due(struct questions *questions, uint64_t now_ns)
{
    for (unsigned kind = 0; kind < QUESTION_KINDS; kind++) {
        struct question *oldest = TAILQ_FIRST(&questions->under_way[kind]);
        if (oldest != NULL && oldest->deadline_ns <= now_ns)
            return oldest;
    }
    return NULL;
}
