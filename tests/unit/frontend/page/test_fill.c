/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/base/compiler.h"
#include "frontend/page/fill.h"

static struct addr addr_of(const char *text)
{
    struct addr addr;

    assert_true(addr_parse(text, &addr));
    return addr;
}

static void assert_filled(const struct fill *fill, const char *text, const char *expected)
{
    struct strbuf buf = {0};

    fill_append(&buf, fill, text);
    assert_string_equal(buf.text != NULL ? buf.text : "", expected);
    strbuf_free(&buf);
}

static void test_each_place(void **state)
{
    const struct addr target = addr_of("192.0.2.1"), device = addr_of("198.51.100.7");
    const struct fill fill = {.language = ENGLISH,
                              .target = &target,
                              .device = &device,
                              .host = "a.example",
                              .unit = "sshd",
                              .port = 22,
                              .number = 3,
                              .certain = true};

    (void)state;
    assert_filled(&fill, "%T %R %N %P %H %U %S %L.",
                  "192.0.2.1 198.51.100.7 3 22 a.example "
                  "a.example sshd .");
    assert_filled(&fill, "", "");
    assert_filled(&fill, "at the end %", "at the end %");
    assert_filled(&fill, "%x%%", "");
}

static void test_what_is_not_known(void **state)
{
    const struct addr target = addr_of("2001:db8::1"), none = {0};
    struct fill fill = {.language = GERMAN, .target = &target, .device = &none, .host = ""};

    (void)state;
    assert_filled(&fill, "%R|%H|%U|%S|%L", "ein Gerät|2001:db8::1|[2001:db8::1]||wahrscheinlich ");
    fill.device = NULL;
    fill.host = NULL;
    assert_filled(&fill, "%R|%H|%U", "ein Gerät|2001:db8::1|[2001:db8::1]");
    fill.host = "2001:DB8::1";
    assert_filled(&fill, "%H|%U", "2001:DB8::1|[2001:DB8::1]");
}

static void test_markup_becomes_text(void **state)
{
    const struct addr target = addr_of("192.0.2.1");
    const struct fill fill = {
        .target = &target, .host = "<b>", .unit = "\"&'", .certain = true, .port = 1};

    (void)state;
    assert_filled(&fill, "<%H> %S &", "&lt;&lt;b&gt;&gt; &quot;&amp;&#39; &amp;");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_place),
        cmocka_unit_test(test_what_is_not_known),
        cmocka_unit_test(test_markup_becomes_text),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
