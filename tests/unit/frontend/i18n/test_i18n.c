/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "common/base/compiler.h"
#include "frontend/i18n/i18n.h"
#include "frontend/model/problem.h"
#include "frontend/model/result.h"
#include "frontend/render/advice.h"
#include "frontend/render/inspection_text.h"

static unsigned count_of(const char *text, char byte)
{
    unsigned count = 0;

    for (; *text != '\0'; text++)
        count += *text == byte;
    return count;
}

/* The same places to fill in, and each text once, where tr finds it. */
static void test_translations_are_whole(void **state)
{
    (void)state;
    assert_int_equal(language_phrase_count(ENGLISH), 0);
    assert_true(language_phrase_count(GERMAN) > 400);
    for (unsigned i = 0; i < language_phrase_count(GERMAN); i++) {
        const struct phrase *p = language_phrase(GERMAN, i);
        assert_true(p->other[0] != '\0');
        assert_int_equal(count_of(p->english, '%'), count_of(p->other, '%'));
        assert_int_equal(count_of(p->english, '#'), count_of(p->other, '#'));
        assert_int_equal(count_of(p->english, '{'), count_of(p->other, '{'));
        if (i > 0 && strcmp(language_phrase(GERMAN, i - 1)->english, p->english) >= 0)
            fail_msg("out of order: %s", p->english);
        assert_ptr_equal(tr(GERMAN, p->english), p->other);
        assert_ptr_equal(tr(ENGLISH, p->english), p->english);
    }
    assert_string_equal(tr(GERMAN, "no such text"), "no such text");
    assert_string_equal(tr(GERMAN, ""), "");
    assert_string_equal(tr(GERMAN, "~"), "~");
}

/* Whatever a verdict says, it says in German, too. */
static void test_every_verdict_is_translated(void **state)
{
    static const struct addr target = {ADDR_IPV4, {192, 0, 2, 1}};
    char english[ADVICE_TEXT_LEN], german[ADVICE_TEXT_LEN];
    struct verdict verdict;

    (void)state;
    for (unsigned s = 0; verdict_state_name(s) != NULL; s++)
        for (unsigned r = 0; verdict_reason_name(r) != NULL; r++)
            for (unsigned d = 0; verdict_disposition_name(d) != NULL; d++)
                for (unsigned a = 0; verdict_actor_name(a) != NULL; a++)
                    for (int bit = -1; bit < (int)EVIDENCE_COUNT; bit++) {
                        const char *next;
                        verdict_init(&verdict, 25);
                        verdict.state = s;
                        verdict.reason = r;
                        verdict.disposition = d;
                        verdict.actor = a;
                        verdict.evidence = bit >= 0 ? UINT64_C(1) << bit : 0;
                        advice_summary(ENGLISH, &verdict, &target, english);
                        advice_summary(GERMAN, &verdict, &target, german);
                        assert_string_not_equal(english, german);
                        next = advice_next_step(&verdict);
                        assert_true(next == NULL || tr(GERMAN, next) != next);
                    }
    for (unsigned w = 0; w < WARNING_COUNT; w++)
        assert_ptr_not_equal(tr(GERMAN, result_warning_text(w)), result_warning_text(w));
    for (unsigned s = 0; verdict_state_name(s) != NULL; s++)
        assert_ptr_not_equal(tr(GERMAN, verdict_state_name(s)), verdict_state_name(s));
}

/* Titles and sentences of problems, numbers and words in the same order. */
static void test_every_problem_is_translated(void **state)
{
    (void)state;
    for (unsigned id = PROBLEM_NONE + 1; id < PROBLEM_COUNT; id++)
        assert_ptr_not_equal(tr(GERMAN, problem_title(id)), problem_title(id));
    for (unsigned cause = CAUSE_TEXT + 1; cause < CAUSE_COUNT; cause++) {
        const char *english = problem_format(cause), *german = tr(GERMAN, english);
        if (german == english)
            fail_msg("not in German: %s", english);
        for (; (english = strchr(english, '%')) != NULL; english++) {
            german = strchr(german, '%');
            assert_non_null(german);
            assert_int_equal(*++german, english[1]);
        }
    }
}

/* Fact and next step of whatever an inspection finds; the tables have no text twice. */
static void test_every_inspection_is_translated(void **state)
{
    (void)state;
    for (unsigned id = 0; id < INSPECTION_PROBLEM_COUNT; id++) {
        const char *fact = inspection_fact_format(id), *next = inspection_next_step_format(id);
        if (tr(GERMAN, fact) == fact || tr(GERMAN, next) == next)
            fail_msg("not in German: %s %s", fact, next);
        assert_int_equal(count_of(fact, '{'), count_of(tr(GERMAN, fact), '{'));
        assert_int_equal(count_of(next, '{'), count_of(tr(GERMAN, next), '{'));
    }
    for (unsigned s = 0; s < INSPECTION_STATE_COUNT; s++)
        assert_ptr_not_equal(tr(GERMAN, inspection_state_name(s)), inspection_state_name(s));
    for (const struct phrase *p = language_german_service; p->english != NULL; p++) {
        for (const struct phrase *q = language_german_service; q < p; q++)
            assert_string_not_equal(q->english, p->english);
        for (const struct phrase *q = language_german; q->english != NULL; q++)
            assert_string_not_equal(q->english, p->english);
    }
}

static void test_one_day_is_one(void **state)
{
    static const struct {
        int days;
        const char *english, *german;
    } rows[] = {
        {1, "The certificate expired 1 day ago.", "Das Zertifikat ist seit 1 Tag abgelaufen."},
        {2, "The certificate expired 2 days ago.", "Das Zertifikat ist seit 2 Tagen abgelaufen."},
        {11, "The certificate expired 11 days ago.",
         "Das Zertifikat ist seit 11 Tagen abgelaufen."},
    };
    static const struct inspection inspection;
    static const struct addr addr = {ADDR_IPV4, {192, 0, 2, 1}};
    const struct inspection_subject subject = {&inspection, &addr, "example.net"};
    char text[INSPECTION_SENTENCE_LEN];

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        const struct inspection_problem problem = {.id = INSPECTION_PROBLEM_EXPIRED,
                                                   .number = rows[i].days};
        inspection_fact(ENGLISH, &subject, &problem, text);
        assert_string_equal(text, rows[i].english);
        inspection_fact(GERMAN, &subject, &problem, text);
        assert_string_equal(text, rows[i].german);
    }
}

static void test_times(void **state)
{
    static const struct {
        uint64_t ns;
        const char *english, *german;
    } rows[] = {
        {0, "0.000 ms", "0,000 ms"},
        {314159, "0.314 ms", "0,314 ms"},
        {1000000, "1.0 ms", "1,0 ms"},
        {23140000, "23.1 ms", "23,1 ms"},
    };
    char text[TIME_TEXT_LEN];

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        tr_time(ENGLISH, rows[i].ns, text);
        assert_string_equal(text, rows[i].english);
        tr_time(GERMAN, rows[i].ns, text);
        assert_string_equal(text, rows[i].german);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_translations_are_whole),
        cmocka_unit_test(test_every_verdict_is_translated),
        cmocka_unit_test(test_every_problem_is_translated),
        cmocka_unit_test(test_every_inspection_is_translated),
        cmocka_unit_test(test_one_day_is_one),
        cmocka_unit_test(test_times),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
