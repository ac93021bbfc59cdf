/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/contract/survey.h"

static void test_the_order_of_questions(void **state)
{
    struct survey survey = {.asked = true};
    enum survey_question question = survey_next(&survey, SURVEY_COUNT);
    unsigned count = 1;

    (void)state;
    assert_int_equal(question, SURVEY_TLS1_3);
    while ((question = survey_next(&survey, question)) != SURVEY_COUNT)
        count++;
    assert_int_equal(count, SURVEY_VERSIONS);
    survey.answers[SURVEY_TLS1_3] = SURVEY_YES;
    assert_int_equal(survey_next(&survey, SURVEY_TLS1_3), SURVEY_POST_QUANTUM);
    survey.group = 0x11ec;
    assert_int_equal(survey_next(&survey, SURVEY_TLS1_3), SURVEY_TLS1_2);
}

static void test_resets_are_no_of_a_server_that_answers(void **state)
{
    struct survey survey = {
        .answers = {[SURVEY_SSL3] = SURVEY_RESET, [SURVEY_TLS1_2] = SURVEY_YES}};

    (void)state;
    survey_conclude(&survey, 0);
    assert_int_equal(survey.answers[SURVEY_SSL3], SURVEY_NO);
    assert_int_equal(survey.answers[SURVEY_TLS1_1], SURVEY_UNKNOWN);
    survey = (struct survey){.answers = {SURVEY_RESET, SURVEY_RESET}};
    survey_conclude(&survey, 0);
    assert_int_equal(survey.answers[SURVEY_SSL3], SURVEY_UNKNOWN);
}

static void test_the_handshake_is_stronger_than_a_no(void **state)
{
    struct survey survey = {.answers = {[SURVEY_TLS1_3] = SURVEY_NO}};

    (void)state;
    survey_conclude(&survey, 0x0304);
    assert_int_equal(survey.answers[SURVEY_TLS1_3], SURVEY_YES);
    assert_int_equal(survey_takes_post_quantum(&survey), SURVEY_UNKNOWN);
    survey = (struct survey){.answers = {[SURVEY_TLS1_3] = SURVEY_NO}};
    survey_conclude(&survey, 0x0303);
    assert_int_equal(survey_takes_post_quantum(&survey), SURVEY_NO);
    assert_int_equal(survey_prefers_post_quantum(&survey), SURVEY_NO);
    assert_int_equal(survey.answers[SURVEY_TLS1_2], SURVEY_YES);
}

static void test_post_quantum(void **state)
{
    struct survey survey = {.group = 0x001d, .post_quantum_group = 0x11ec};

    (void)state;
    survey.answers[SURVEY_TLS1_3] = survey.answers[SURVEY_POST_QUANTUM] = SURVEY_YES;
    assert_int_equal(survey_takes_post_quantum(&survey), SURVEY_YES);
    assert_int_equal(survey_prefers_post_quantum(&survey), SURVEY_NO);
    survey = (struct survey){.group = 0x11ec};
    assert_int_equal(survey_takes_post_quantum(&survey), SURVEY_YES);
    assert_int_equal(survey_prefers_post_quantum(&survey), SURVEY_YES);
    assert_string_equal(survey_group_name(0x11ec), "X25519MLKEM768");
    assert_null(survey_group_name(0xfafa));
    assert_false(survey_takes_old(&survey));
    survey.answers[SURVEY_TLS1_1] = SURVEY_YES;
    assert_true(survey_takes_old(&survey));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_order_of_questions),
        cmocka_unit_test(test_resets_are_no_of_a_server_that_answers),
        cmocka_unit_test(test_the_handshake_is_stronger_than_a_no),
        cmocka_unit_test(test_post_quantum),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
