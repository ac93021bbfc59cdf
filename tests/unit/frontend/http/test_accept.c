/* SPDX-License-Identifier: BSD-2-Clause */
/* The weights of RFC 9110 in the three headers that have them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/base/compiler.h"
#include "frontend/http/accept.h"

static void test_languages(void **state)
{
    enum { ENGLISH, GERMAN };
    static const char *const offers[] = {"en", "de"};
    static const struct {
        const char *header;
        unsigned want;
    } rows[] = {
        {NULL, ENGLISH},
        {"", ENGLISH},
        {"de", GERMAN},
        {"de-AT, en;q=0.5", GERMAN},
        {"en-US,en;q=0.9,de;q=0.8", ENGLISH},
        {"fr-FR, DE;q=0.7", GERMAN},
        {"fr, es", ENGLISH},
        {"den, deu", ENGLISH},
        {",, ;q=1, de", GERMAN},
        {"*", ENGLISH},
        {"de;q=0, en", ENGLISH},
        {"de; q=0 , en", ENGLISH},
        {"de;q=0.000", ENGLISH},
        {"en;q=0.2, de;q=0.7", GERMAN},
        {"en;q=0.7,de;q=0.701", GERMAN},
        {"de,en", GERMAN},
        {"en,de", ENGLISH},
        {"en;q=0, *", GERMAN},
        {"*, en;q=0.3", GERMAN},
        {"*;q=0.5, de;q=0.1", ENGLISH},
        {"en-US, en;q=0.3, de;q=0.8", ENGLISH},
        /* weights that are none: the element is not there */
        {"de;q=2, en;q=0.1", ENGLISH},
        {"de;q=1.001, en;q=0.1", ENGLISH},
        {"de;q=0.1234, en;q=0.1", ENGLISH},
        {"de;q=, en;q=0.1", ENGLISH},
        {"de;q=-1, en;q=0.1", ENGLISH},
        {"de;q=.9, en;q=0.1", ENGLISH},
        {"de;q=0.9x, en;q=0.1", ENGLISH},
        {"de;quality=0, en;q=0.1", GERMAN},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (accept_language(rows[i].header, offers, 2) != rows[i].want)
            fail_msg("%s is not %s", rows[i].header, offers[rows[i].want]);
}

static void test_codings(void **state)
{
    static const struct {
        const char *header;
        bool want;
    } rows[] = {
        {NULL, false},
        {"", false},
        {"gzip", true},
        {"GZIP", true},
        {"br, gzip", true},
        {"gzip;q=0.5", true},
        {"gzip;q=0.001", true},
        {"gzip;q=0", false},
        {"gzip; q=0", false},
        {"gzip ;\tq=0.00", false},
        {"gzip;Q=0", false},
        {"gzip;q=0, br", false},
        {"gzipped", false},
        {"gzi", false},
        {"x-gzip", false},
        {"*", true},
        {"*;q=0", false},
        {"*, gzip;q=0", false},
        {"*;q=0, gzip", true},
        {"identity", false},
        {"identity, gzip;q=0.5", false},
        {"identity;q=0.5, gzip;q=0.5", true},
        {"identity;q=0, gzip;q=0.1", true},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (accept_coding(rows[i].header, "gzip") != rows[i].want)
            fail_msg("%s: %d", rows[i].header, !rows[i].want);
}

static void test_media_types(void **state)
{
    enum { JSON, TEXT, EVENTS };
    static const char *const offers[] = {"application/json", "text/plain", "text/event-stream"};
    static const struct {
        const char *header;
        unsigned want;
    } rows[] = {
        {NULL, JSON},
        {"*/*", JSON},
        {"text/plain", TEXT},
        {"TEXT/PLAIN;charset=utf-8", TEXT},
        {"text/event-stream", EVENTS},
        {"text/plain, */*", TEXT},
        {"application/json, text/plain, */*", JSON},
        {"text/plain;q=0.1, application/json", JSON},
        {"text/plain;q=0, */*", JSON},
        {"text/*", TEXT},
        {"text/*;q=0.5, text/event-stream;q=0.7", EVENTS},
        {"text/*, text/plain;q=0", EVENTS},
        {"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", JSON},
        {"text/html", JSON},
        {"text/plainer", JSON},
        {"text", JSON},
        {"*", JSON},
        {"application/json;q=0.5, text/plain;format=flowed;q=0.6", TEXT},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (accept_media(rows[i].header, offers, 3) != rows[i].want)
            fail_msg("%s is not %s", rows[i].header, offers[rows[i].want]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_languages),
        cmocka_unit_test(test_codings),
        cmocka_unit_test(test_media_types),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
