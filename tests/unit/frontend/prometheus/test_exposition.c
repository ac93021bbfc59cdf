/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "frontend/prometheus/exposition.h"

static void test_head(void **state)
{
    struct strbuf buf = {0};

    (void)state;
    exposition_head(&buf, "portlight_up", "gauge", "Whether it is up.");
    assert_string_equal(buf.text, "# HELP portlight_up Whether it is up.\n"
                                  "# TYPE portlight_up gauge\n");
    strbuf_free(&buf);
}

/* What an operator or another server wrote must not end the label. */
static void test_a_value_is_escaped(void **state)
{
    struct strbuf buf = {0};

    (void)state;
    exposition_label(&buf, "place", "a\"b\\c\nd,}\t\xc3\xa4");
    assert_string_equal(buf.text, "place=\"a\\\"b\\\\c\\nd,}\t\xc3\xa4\"");
    strbuf_free(&buf);
    exposition_label(&buf, "empty", "");
    assert_string_equal(buf.text, "empty=\"\"");
    strbuf_free(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_head),
        cmocka_unit_test(test_a_value_is_escaped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
