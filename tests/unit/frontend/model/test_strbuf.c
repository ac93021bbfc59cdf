/* SPDX-License-Identifier: BSD-2-Clause */
/* A text that grows: what is printed into it, however much room is left. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "frontend/model/strbuf.h"

enum { LONGEST = 1100 /* beyond several rooms */ };

/* Behind a text of each length, so that what is printed fits, fits just, or has to wait for room.
 */
static void test_printed_at_every_edge(void **state)
{
    char expected[LONGEST + 8];

    (void)state;
    for (size_t len = 0; len < LONGEST; len++) {
        struct strbuf buf = {0};
        char *text;
        for (size_t i = 0; i < len; i++)
            strbuf_append_char(&buf, 'x');
        strbuf_printf(&buf, "<%u>%s", 4711U, "");
        memset(expected, 'x', len);
        memcpy(expected + len, "<4711>", sizeof("<4711>"));
        assert_int_equal(buf.len, len + 6);
        text = strbuf_take(&buf);
        assert_string_equal(text, expected);
        free(text);
    }
}

static void test_nothing_is_an_empty_text(void **state)
{
    struct strbuf buf = {0};
    char *text;

    (void)state;
    strbuf_printf(&buf, "%s", "");
    strbuf_append_n(&buf, "", 0);
    text = strbuf_take(&buf);
    assert_string_equal(text, "");
    free(text);
}

static void test_html(void **state)
{
    static const struct {
        const char *plain, *shown;
    } texts[] = {
        {"", ""},
        {"a name", "a name"},
        {"<b>&\"x\" 'y'", "&lt;b&gt;&amp;&quot;x&quot; &#39;y&#39;"},
        {"&&", "&amp;&amp;"},
        {"Gr\xc3\xbc\xc3\x9f"
         "e<",
         "Gr\xc3\xbc\xc3\x9f"
         "e&lt;"},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(texts); i++) {
        struct strbuf buf = {0};
        char *text;
        strbuf_append_html(&buf, texts[i].plain);
        text = strbuf_take(&buf);
        assert_string_equal(text, texts[i].shown);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_printed_at_every_edge),
        cmocka_unit_test(test_nothing_is_an_empty_text),
        cmocka_unit_test(test_html),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
