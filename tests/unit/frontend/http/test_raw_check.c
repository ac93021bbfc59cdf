/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "common/base/compiler.h"
#include "frontend/http/raw_check.h"

static const struct {
    const char *text;
    bool bad, ended;
    size_t len; /* 0: of the text */
} rows[] = {
    {"GET / HTTP/1.1\r\nHost: x\r\n\r\n", false, true, 0},
    {"\r\nGET / HTTP/1.1\r\n\r\n", false, true, 0}, /* RFC 9112 section 2.2 */
    {"GET / HTTP/1.1\r\nHost: x\r\n\r\nbody\n\0\r x", false, true, 36},
    {"GET / HTTP/1.1\r\nHost: x\r\n", false, false, 0},
    {"GET / HTTP/1.1\nHost: x\r\n\r\n", true, true, 0},
    {"GET / HTTP/1.1\r\nHost: x\n\n", true, true, 0},
    {"GET / HTTP/1.1\r\nHost: x\ry\r\n\r\n", true, true, 0},
    {"GET / HTTP/1.1\r\nHost: x\r\r\n\r\n", true, true, 0},
    {"GET / HTTP/1.1\r\nHost: x\r\n y\r\n\r\n", true, true, 0},
    {"GET / HTTP/1.1\r\nHost: x\r\n\ty\r\n\r\n", true, true, 0},
    {"GET / HTTP/1.1\r\nX: \0\r\n\r\n", true, true, 24},
    {"GET / HTTP/1.0\r\n\r\n", false, true, 0},
    {"GET /\xc3\xa4 HTTP/1.1\r\n\r\n", false, true, 0},
    {" GET / HTTP/1.1\r\n\r\n", true, true, 0},
    {"GET  / HTTP/1.1\r\n\r\n", true, true, 0},
    {"GET /  HTTP/1.1\r\n\r\n", true, true, 0},
    {"GET / x HTTP/1.1\r\n\r\n", true, true, 0},
    {"GET / HTTP/1.1 \r\n\r\n", true, true, 0},
    {"GET /\tHTTP/1.1\r\n\r\n", true, true, 0},
    {"GET /\x01 HTTP/1.1\r\n\r\n", true, true, 0},
    {"GET /\x7f HTTP/1.1\r\n\r\n", true, true, 0},
    {"GET / HTTP/1.2\r\n\r\n", true, true, 0},
    {"GET / HTTP/1.10\r\n\r\n", true, true, 0},
    {"GET / HTTP/01.1\r\n\r\n", true, true, 0},
    {"GET / HTTP/+1.1\r\n\r\n", true, true, 0},
    {"GET / HTTP/1.\r\n\r\n", true, true, 0},
    {"GET / http/1.1\r\n\r\n", true, true, 0},
    {"GET /\r\n\r\n", true, true, 0},
    {"GET\r\n\r\n", true, true, 0},
};

/* The same however the bytes are cut into pieces. */
static void test_rows(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        const uint8_t *data = (const uint8_t *)rows[i].text;
        size_t len = rows[i].len != 0 ? rows[i].len : strlen(rows[i].text);
        for (size_t cut = 0; cut <= len; cut++) {
            struct raw_check check = {0};
            raw_check_feed(&check, data, cut);
            raw_check_feed(&check, data + cut, len - cut);
            if (check.bad != rows[i].bad || check.ended != rows[i].ended)
                fail_msg("row %u cut at %zu: bad %d, ended %d", i, cut, check.bad, check.ended);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rows)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
