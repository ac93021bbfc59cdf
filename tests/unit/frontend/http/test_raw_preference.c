/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "common/base/compiler.h"
#include "frontend/http/raw_preference.h"

static const struct {
    const char *text;
    bool is_page;
    const char *path, *tags;
} rows[] = {
    {"GET /?host=x HTTP/1.1\r\nAccept: text/html,*/*;q=0.8\r\nAccept-Language: de\r\n\r\n", true,
     "/?host=x HTTP/1.1", " de"},
    {"GET /de HTTP/1.1\r\naccept: TEXT/HTML\r\nCookie: a", true, "/de HTTP/1.1", ""},
    {"GET / HTTP/1.1\nAccept: text/html\n", true, "/ HTTP/1.1", ""},
    /* a request line that has no end */
    {"GET /?host=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", true,
     "/?host=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", ""},
    {"GET /api/v1/check?host=xxxxxxxxxxxxx", false, "/api/v1/check?host=xxxxxxxxxxxxx", ""},
    /* programs */
    {"GET / HTTP/1.1\r\nAccept: */*\r\n\r\n", false, "/ HTTP/1.1", ""},
    {"GET / HTTP/1.1\r\nX-Accept: text/html\r\n", false, "/ HTTP/1.1", ""},
    {"GET /api/ HTTP/1.1\r\nAccept: text/html\r\n", false, "/api/ HTTP/1.1", ""},
    {"POST / HTTP/1.1\r\nAccept: text/html\r\n", false, "/", ""},
    {"GET http://x/ HTTP/1.1\r\nAccept: text/html\r\n", false, "/", ""},
    {"\x16\x03\x01", false, "/", ""},
    {"", false, "/", ""},
    /* what stands in the body says nothing */
    {"GET / HTTP/1.1\r\n\r\nAccept: text/html\r\n", false, "/ HTTP/1.1", ""},
};

/* The same however the bytes are cut into pieces. */
static void test_rows(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        const uint8_t *data = (const uint8_t *)rows[i].text;
        size_t len = strlen(rows[i].text);
        for (size_t cut = 0; cut <= len; cut++) {
            struct raw_preference asked = {0};
            raw_preference_feed(&asked, data, cut);
            raw_preference_feed(&asked, data + cut, len - cut);
            if (raw_preference_is_page(&asked) != rows[i].is_page)
                fail_msg("row %u cut at %zu", i, cut);
            assert_string_equal(raw_preference_path(&asked), rows[i].path);
            assert_string_equal(asked.tags, rows[i].tags);
        }
    }
}

static void test_what_is_too_long_is_cut(void **state)
{
    static const char name[] = "Accept-Language: ";
    struct raw_preference asked = {0};

    (void)state;
    raw_preference_feed(&asked, (const uint8_t *)"GET / HTTP/1.1\n", 15);
    raw_preference_feed(&asked, (const uint8_t *)name, strlen(name));
    for (int i = 0; i < 1000; i++)
        raw_preference_feed(&asked, (const uint8_t *)"de, ", 4);
    raw_preference_feed(&asked, (const uint8_t *)"\n", 1);
    assert_int_equal(strlen(asked.tags), RAW_PREFERENCE_TAGS_LEN - 1);
    assert_true(strncmp(asked.tags, " de, de", 7) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_what_is_too_long_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
