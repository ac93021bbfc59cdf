/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fleet/ask/questions.h"

static const uint8_t random_bytes[SUBJECT_RANDOM_LEN] = {1, 2, 3, 4};

static struct questions *questions;

static int open_table(void **state)
{
    (void)state;
    questions = questions_new();
    return questions == NULL;
}

static int close_table(void **state)
{
    (void)state;
    questions_free(questions);
    return 0;
}

static struct question *add(enum question_kind kind, unsigned place, uint32_t peer, uint32_t job,
                            uint64_t deadline_ns)
{
    const struct question with = {.kind = kind,
                                  .place = place,
                                  .engine = place,
                                  .peer = peer,
                                  .check = {.job = job},
                                  .deadline_ns = deadline_ns};

    return questions_add(questions, &with, random_bytes);
}

static void test_found_by_each_of_its_names(void **state)
{
    struct question *a = add(QUESTION_CHECK, 1, 7, 42, 10), *b = add(QUESTION_TRACE, 2, 7, 42, 10),
                    *c = add(QUESTION_PING, 3, QUESTION_NO_PEER, 0, 10);

    (void)state;
    assert_ptr_equal(questions_by_token(questions, a->token), a);
    assert_ptr_equal(questions_by_token(questions, b->token), b);
    assert_ptr_equal(questions_by_job(questions, 1, 7, 42), a);
    assert_ptr_equal(questions_by_job(questions, 2, 7, 42), b);
    assert_null(questions_by_job(questions, 1, 7, 43));
    assert_null(questions_by_job(questions, 1, 8, 42));
    assert_ptr_equal(questions_of_peer(questions, 2, 7), b);
    assert_null(questions_of_peer(questions, 3, 7));
    assert_ptr_equal(questions_of_engine(questions, 3), c);
    assert_null(questions_of_engine(questions, 4));
    assert_true(questions_are_under_way(questions, QUESTION_TRACE));
    assert_false(questions_are_under_way(questions, QUESTION_BEACON));
}

/* Its token is nobody's then, though the slot's next one is like it but for the slot. */
static void test_ended_is_gone(void **state)
{
    struct question *a = add(QUESTION_CHECK, 1, 7, 42, 10), *b = add(QUESTION_CHECK, 1, 7, 43, 10);
    char token[SUBJECT_TOKEN_LEN], other[SUBJECT_TOKEN_LEN];

    (void)state;
    memcpy(token, a->token, sizeof(token));
    questions_end(questions, a);
    assert_null(questions_by_token(questions, token));
    assert_null(questions_by_job(questions, 1, 7, 42));
    assert_ptr_equal(questions_of_peer(questions, 1, 7), b);
    questions_end(questions, b);
    assert_false(questions_are_under_way(questions, QUESTION_CHECK));
    subject_token(QUESTIONS_MAX, random_bytes, other);
    assert_null(questions_by_token(questions, other));
    subject_token(UINT32_MAX, random_bytes, other);
    assert_null(questions_by_token(questions, other));
}

static void test_the_random_bits_count(void **state)
{
    struct question *a = add(QUESTION_CHECK, 1, 7, 42, 10);
    uint8_t guess[SUBJECT_RANDOM_LEN];
    char token[SUBJECT_TOKEN_LEN];

    (void)state;
    memcpy(guess, random_bytes, sizeof(guess));
    guess[SUBJECT_RANDOM_LEN - 1] ^= 1;
    subject_token(subject_slot(a->token), guess, token);
    assert_int_equal(subject_slot(token), subject_slot(a->token));
    assert_null(questions_by_token(questions, token));
}

static void test_due_by_kind(void **state)
{
    struct question *late = add(QUESTION_TRACE, 1, 7, 1, 300),
                    *a = add(QUESTION_CHECK, 1, 7, 2, 100), *b = add(QUESTION_CHECK, 1, 7, 3, 200);

    (void)state;
    assert_null(questions_due(questions, 99));
    assert_ptr_equal(questions_due(questions, 100), a);
    questions_end(questions, a);
    assert_null(questions_due(questions, 199));
    assert_ptr_equal(questions_due(questions, 250), b);
    questions_end(questions, b);
    assert_ptr_equal(questions_due(questions, 300), late);
}

/* A slot is used again as late as can be: an answer that comes late finds nobody. */
static void test_full_and_used_again(void **state)
{
    struct question *first = add(QUESTION_CHECK, 1, 7, 0, 10), *again;
    uint32_t slot = subject_slot(first->token);

    (void)state;
    questions_end(questions, first);
    for (uint32_t job = 1; job < QUESTIONS_MAX; job++) {
        again = add(QUESTION_CHECK, 1, 7, job, 10);
        assert_non_null(again);
        assert_int_not_equal(subject_slot(again->token), slot);
    }
    again = add(QUESTION_CHECK, 1, 7, QUESTIONS_MAX, 10);
    assert_int_equal(subject_slot(again->token), slot);
    assert_null(add(QUESTION_CHECK, 1, 7, QUESTIONS_MAX + 1, 10));
    for (uint32_t job = 1; job <= QUESTIONS_MAX; job++)
        assert_int_equal(questions_by_job(questions, 1, 7, job)->check.job, job);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_found_by_each_of_its_names, open_table, close_table), cmocka_unit_test_setup_teardown(test_ended_is_gone, open_table, close_table),
        cmocka_unit_test_setup_teardown(test_the_random_bits_count, open_table, close_table),      cmocka_unit_test_setup_teardown(test_due_by_kind, open_table, close_table),
        cmocka_unit_test_setup_teardown(test_full_and_used_again, open_table, close_table),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
