/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/check/place_questions.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "frontend/model/comparison.h"

/* One place and one target. */
struct place_question {
    struct place_questions *owner;
    uint8_t place, target;
    bool is_open;
    bool is_answered;
    uint32_t job;
};

struct place_questions {
    struct places *places;
    struct result *result;
    const struct place_questions_ops *ops;
    void *context;
    struct loop_timer *later; /* reports places that could not be asked, outside of begin */
    uint64_t start_ns;
    unsigned count, target_count;
    unsigned reported; /* places reported as complete */
    struct place_entry *chosen[PLACES_ASKED_MAX];
    bool is_reported[PLACES_ASKED_MAX];
    struct place_question all[PLACES_ASKED_MAX][RESULT_TARGETS_MAX];
};

/* Records why this place gave no answer; the first reason counts. */
static void take_failure(struct place_answer *answer, enum place_status status, const char *code)
{
    if (answer->status != PLACE_STATUS_PENDING)
        return;
    answer->status = status;
    answer->code = code;
}

/* Removes the targets that it did not answer about; keeps the order. */
static void drop_unanswered(struct place_questions *questions, unsigned place)
{
    struct place_answer *answer = &questions->result->places[place];
    unsigned kept = 0;

    for (unsigned i = 0; i < questions->target_count; i++) {
        struct result_target *target = &answer->targets[i];
        if (questions->all[place][i].is_answered) {
            struct result_target moved = *target;
            *target = (struct result_target){.port_count = 0};
            answer->targets[kept++] = moved;
            continue;
        }
        for (unsigned j = 0; j < POLICY_PORTS_MAX; j++)
            probe_details_free(&target->trails[j]);
        *target = (struct result_target){.port_count = 0};
    }
    answer->target_count = (uint8_t)kept;
    if (kept > 0)
        answer->status = PLACE_STATUS_ANSWERED;
}

static void count_differences(struct place_questions *questions)
{
    struct comparison list[COMPARISONS_MAX];
    unsigned count = comparison_make(questions->result, list);

    for (unsigned i = 0; i < count; i++)
        questions->places->differences += list[i].group_count > 1;
}

/* Reports a place once all its targets are done.  Returns false if it was the last one: the
 * questions may then be freed. */
static bool report_if_complete(struct place_questions *questions, unsigned place)
{
    struct place_answer *answer = &questions->result->places[place];
    struct place_entry *entry = questions->chosen[place];

    for (unsigned i = 0; i < questions->target_count; i++)
        if (questions->all[place][i].is_open)
            return true;
    if (questions->is_reported[place])
        return true;
    questions->is_reported[place] = true;
    drop_unanswered(questions, place);
    answer->duration_ns = clock_now_ns() - questions->start_ns;
    answer->is_suspect =
        answer->status == PLACE_STATUS_NONSENSE || places_state(entry) == PLACE_SUSPECT;
    entry->answers[answer->status]++;
    questions->reported++;
    questions->ops->place(questions->context, place);
    if (questions->reported < questions->count)
        return true;
    count_differences(questions);
    questions->ops->done(questions->context);
    return false;
}

/* --- answers ------------------------------------------------------------------------ */

static bool on_message(void *context, const struct wire_message *message)
{
    struct place_question *question = context;
    struct place_questions *questions = question->owner;
    struct place_answer *answer = &questions->result->places[question->place];
    struct result_target *target = &answer->targets[question->target];
    unsigned port;

    if (!result_take(target, message, &port))
        return false;
    if (message->type != WIRE_RESULT || !message->result.last)
        return true;
    question->is_open = false;
    question->is_answered = true;
    for (unsigned i = 0; i < target->port_count; i++)
        question->is_answered = question->is_answered && target->done[i];
    if (!question->is_answered)
        take_failure(answer, PLACE_STATUS_NONSENSE, NULL);
    (void)report_if_complete(questions, question->place);
    return true;
}

static void on_refused(void *context, const struct wire_refused *refused)
{
    static const enum place_status statuses[REFUSED_COUNT] = {
        [REFUSED_PLACE_DOWN] = PLACE_STATUS_DOWN,
        [REFUSED_PLACE_VERSION] = PLACE_STATUS_OTHER_VERSION,
        [REFUSED_PLACE_SILENT] = PLACE_STATUS_NO_ANSWER,
        [REFUSED_PLACE_NONSENSE] = PLACE_STATUS_NONSENSE,
    };
    struct place_question *question = context;
    struct place_answer *answer = &question->owner->result->places[question->place];
    enum place_status status = statuses[refused->reason];
    struct problem problem;

    problem_from_refusal(&problem, refused);
    question->is_open = false;
    if (status == PLACE_STATUS_PENDING) /* the place's own rules or limits */
        take_failure(answer, PLACE_STATUS_REFUSED,
                     problem.code != NULL ? problem.code : problem_name(problem.id));
    else
        take_failure(answer, status, NULL);
    (void)report_if_complete(question->owner, question->place);
}

static void on_lost(void *context)
{
    struct place_question *question = context;

    question->is_open = false;
    take_failure(&question->owner->result->places[question->place], PLACE_STATUS_NO_ANSWER, NULL);
    (void)report_if_complete(question->owner, question->place);
}

static const struct prober_link_job_ops job_ops = {on_message, on_refused, on_lost};

/* --- asking ------------------------------------------------------------------------------------
 */

static void ask(struct place_questions *questions, const struct wire_check *asked, unsigned place,
                unsigned target)
{
    struct place_question *question = &questions->all[place][target];
    struct place_answer *answer = &questions->result->places[place];

    *question = (struct place_question){
        .owner = questions,
        .place = (uint8_t)place,
        .target = (uint8_t)target,
    };
    result_target_init(&answer->targets[target], &asked->addr, asked->ports, asked->port_count,
                       asked->packets);
    answer->targets[target].network = questions->result->targets[target].network;
    switch (prober_link_check(questions->chosen[place]->link, asked, &job_ops, question,
                              &question->job)) {
    case PROBER_LINK_OK: question->is_open = true; break;
    case PROBER_LINK_DOWN: take_failure(answer, PLACE_STATUS_DOWN, NULL); break;
    case PROBER_LINK_FULL: take_failure(answer, PLACE_STATUS_REFUSED, "busy"); break;
    }
}

/* Reports the places that could not be asked at all. */
static void report_failed(void *context)
{
    struct place_questions *questions = context;
    unsigned count = questions->count;

    for (unsigned place = 0; place < count; place++)
        if (!report_if_complete(questions, place))
            return;
}

struct place_questions *place_questions_begin(const struct place_questions_setup *setup)
{
    struct place_questions *questions = calloc(1, sizeof(*questions));

    if (questions == NULL)
        return NULL;
    questions->places = setup->places;
    questions->result = setup->result;
    questions->ops = setup->ops;
    questions->context = setup->context;
    questions->start_ns = clock_now_ns();
    questions->count = setup->count;
    questions->target_count = setup->target_count;
    questions->later = loop_timer_new(setup->loop, report_failed, questions);
    if (questions->later == NULL) {
        free(questions);
        return NULL;
    }
    for (unsigned place = 0; place < setup->count; place++) {
        questions->chosen[place] = setup->chosen[place];
        setup->result->places[place].place = setup->chosen[place]->place;
        for (unsigned target = 0; target < setup->target_count; target++)
            ask(questions, &setup->asked[target], place, target);
    }
    loop_timer_set(questions->later, 0);
    return questions;
}

void place_questions_free(struct place_questions *questions)
{
    if (questions == NULL)
        return;
    loop_timer_free(questions->later);
    for (unsigned place = 0; place < questions->count; place++)
        for (unsigned target = 0; target < questions->target_count; target++)
            if (questions->all[place][target].is_open)
                prober_link_cancel(questions->chosen[place]->link,
                                   questions->all[place][target].job);
    free(questions);
}
