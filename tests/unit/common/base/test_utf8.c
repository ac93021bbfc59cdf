/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/base/compiler.h"
#include "common/base/utf8.h"

static void test_hidden_characters(void **state)
{
    static const struct {
        const char *sequence;
        bool hidden;
    } rows[] = {
        {"\x1f", true},
        {" ", false},
        {"~", false},
        {"\x7f", true},
        {"\xc2\x9f", true},
        {"\xc2\xa1", false},
        {"\xc2\xad", true},          /* soft hyphen */
        {"\xd8\x9c", true},          /* Arabic letter mark */
        {"\xd7\x90", false},         /* alef */
        {"\xe2\x80\x8b", true},      /* zero width space */
        {"\xe2\x80\x93", false},     /* en dash */
        {"\xe2\x80\xae", true},      /* right-to-left override */
        {"\xe2\x81\xa9", true},      /* pop directional isolate */
        {"\xef\xbb\xbf", true},      /* byte order mark */
        {"\xf0\x9f\x94\x92", false}, /* lock */
        {"\xf3\xa0\x81\x81", true},  /* tag */
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        size_t len = strlen(rows[i].sequence);
        assert_int_equal(utf8_sequence_len(rows[i].sequence, len), len);
        assert_int_equal(utf8_is_hidden(rows[i].sequence, len), rows[i].hidden);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hidden_characters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
