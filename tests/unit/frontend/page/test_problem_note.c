/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/base/compiler.h"
#include "frontend/model/request.h"
#include "frontend/page/problem_note.h"

static void assert_note(enum language language, const struct problem *problem, const char *expected)
{
    struct strbuf buf = {0};

    problem_note_append(&buf, language, problem);
    assert_string_equal(buf.text, expected);
    strbuf_free(&buf);
}

static void test_both_languages(void **state)
{
    struct problem problem;

    (void)state;
    problem_set(&problem, CAUSE_NOT_FOUND, NULL);
    assert_note(ENGLISH, &problem,
                "<div class=\"note problem\" role=\"alert\"><h2>Not found</h2>\n"
                "<p>There is nothing at this path.</p>\n</div>\n");
    problem_set_numbers(&problem, CAUSE_CLIENT_SPENT, NULL, 60, 120);
    assert_note(GERMAN, &problem,
                "<div class=\"note problem\" role=\"alert\"><h2>Zu viele Anfragen</h2>\n"
                "<p>Sie haben Ihr Limit von 60 Einheiten in 120 Sekunden aufgebraucht.</p>\n"
                "</div>\n");
}

static void test_when_to_try_again(void **state)
{
    struct problem problem;

    (void)state;
    problem_set(&problem, CAUSE_CLIENT_TOO_OFTEN, NULL);
    problem.retry_after_s = 1;
    assert_note(ENGLISH, &problem,
                "<div class=\"note problem\" role=\"alert\"><h2>Too many requests</h2>\n"
                "<p>You have sent too many requests. Try again later.</p>\n"
                "<p>Try again in a second.</p>\n"
                "</div>\n");
    problem.retry_after_s = 12;
    assert_note(
        GERMAN, &problem,
        "<div class=\"note problem\" role=\"alert\"><h2>Zu viele Anfragen</h2>\n"
        "<p>Sie haben zu viele Anfragen gesendet. Versuchen Sie es später noch einmal.</p>\n"
        "<p>Versuchen Sie es in 12 Sekunden noch einmal.</p>\n"
        "</div>\n");
}

/* What the client wrote comes back as text. */
static void test_markup_is_text(void **state)
{
    struct problem problem;

    (void)state;
    problem_refuse_key(&problem, request_keys, "<b>", strlen("<b>"));
    assert_note(ENGLISH, &problem,
                "<div class=\"note problem\" role=\"alert\"><h2>Malformed request</h2>\n"
                "<p>The known keys are host, ports, family, trace, packets, from.</p>\n"
                "</div>\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_both_languages),
        cmocka_unit_test(test_when_to_try_again),
        cmocka_unit_test(test_markup_is_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
