/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/base/compiler.h"
#include "frontend/http/header_check.h"

enum { LINES_MAX = 4 };

static void test_lines(void **state)
{
    static const struct {
        const char *name;
        struct header_line lines[LINES_MAX]; /* besides Host */
        enum header_fault fault, fault_in_1_0;
    } rows[] = {
        {"sound", {{"Accept", "*/*\t;q=1"}}, HEADER_SOUND, HEADER_SOUND},
        {"empty value", {{"Accept", ""}}, HEADER_SOUND, HEADER_SOUND},
        {"beyond ASCII", {{"X", "\xc3\xa4"}}, HEADER_SOUND, HEADER_SOUND},
        {"any token", {{"!#$%&'*+-.^_`|~09Az", "x"}}, HEADER_SOUND, HEADER_SOUND},
        {"no name", {{"", "x"}}, HEADER_BAD_NAME, HEADER_BAD_NAME},
        {"blank in a name", {{"A B", "x"}}, HEADER_BAD_NAME, HEADER_BAD_NAME},
        {"blank behind it", {{"Content-Length ", "1"}}, HEADER_BAD_NAME, HEADER_BAD_NAME},
        {"name beyond ASCII", {{"X\xe4", "x"}}, HEADER_BAD_NAME, HEADER_BAD_NAME},
        {"control byte", {{"X", "a\x01"}}, HEADER_BAD_VALUE, HEADER_BAD_VALUE},
        {"carriage return", {{"X", "a\rb"}}, HEADER_BAD_VALUE, HEADER_BAD_VALUE},
        {"delete", {{"X", "\x7f"}}, HEADER_BAD_VALUE, HEADER_BAD_VALUE},
        {"chunked", {{"transfer-encoding", "Chunked"}}, HEADER_CHUNKED, HEADER_BAD_CODING},
        {"chunked twice",
         {{"Transfer-Encoding", "chunked"}, {"Transfer-Encoding", "chunked"}},
         HEADER_BAD_CODING,
         HEADER_BAD_CODING},
        {"chunked and a length",
         {{"Transfer-Encoding", "chunked"}, {"Content-Length", "3"}},
         HEADER_BAD_CODING,
         HEADER_BAD_CODING},
        {"two codings",
         {{"Transfer-Encoding", "gzip, chunked"}},
         HEADER_BAD_CODING,
         HEADER_BAD_CODING},
        {"tab before it",
         {{"Transfer-Encoding", "\tchunked"}},
         HEADER_BAD_CODING,
         HEADER_BAD_CODING},
        {"length", {{"Content-Length", "12"}}, HEADER_SOUND, HEADER_SOUND},
        {"length with a sign", {{"Content-Length", "+1"}}, HEADER_BAD_LENGTH, HEADER_BAD_LENGTH},
        {"list of lengths", {{"Content-Length", "1, 1"}}, HEADER_BAD_LENGTH, HEADER_BAD_LENGTH},
        {"no length", {{"Content-Length", ""}}, HEADER_BAD_LENGTH, HEADER_BAD_LENGTH},
        {"two lengths",
         {{"Content-Length", "1"}, {"content-length", "1"}},
         HEADER_BAD_LENGTH,
         HEADER_BAD_LENGTH},
        {"two hosts", {{"HOST", "a.example"}}, HEADER_BAD_HOST, HEADER_BAD_HOST},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct header_line lines[LINES_MAX + 1] = {{"Host", "a.example"}};
        unsigned count = 1;
        for (; count <= LINES_MAX && rows[i].lines[count - 1].name != NULL; count++)
            lines[count] = rows[i].lines[count - 1];
        if (header_check(lines, count, true) != rows[i].fault ||
            header_check(lines, count, false) != rows[i].fault_in_1_0)
            fail_msg("%s", rows[i].name);
    }
}

static void test_no_host(void **state)
{
    static const struct header_line lines[] = {{"Accept", "*/*"}};

    (void)state;
    assert_int_equal(header_check(lines, 1, true), HEADER_BAD_HOST);
    assert_int_equal(header_check(lines, 1, false), HEADER_SOUND);
    assert_int_equal(header_check(NULL, 0, true), HEADER_BAD_HOST);
    assert_int_equal(header_check(NULL, 0, false), HEADER_SOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_no_host),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
