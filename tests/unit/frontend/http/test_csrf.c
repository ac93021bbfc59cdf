/* SPDX-License-Identifier: BSD-2-Clause */
/* Who may make a browser probe, told by its headers alone: the exchange is this test's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>
#include <strings.h>

#include "common/base/compiler.h"
#include "frontend/http/csrf.h"

enum { HEADERS_MAX = 6 };

struct exchange {
    struct {
        const char *name, *value;
    } headers[HEADERS_MAX + 1];
};

/* In place of server.c's. */
const char *exchange_header(const struct exchange *exchange, const char *name)
{
    for (unsigned i = 0; exchange->headers[i].name != NULL; i++)
        if (strcasecmp(exchange->headers[i].name, name) == 0)
            return exchange->headers[i].value;
    return NULL;
}

#define SITE "Sec-Fetch-Site"
#define MODE "Sec-Fetch-Mode"
#define DEST "Sec-Fetch-Dest"
#define USER "Sec-Fetch-User"
#define HOST "Host", "portlight.example"
#define FOLLOWED                            \
    {MODE, "navigate"}, {DEST, "document"}, \
    {                                       \
        USER, "?1"                          \
    }

static const struct {
    struct exchange exchange;
    bool elsewhere;
} pages[] = {
    {{{{HOST}}}, false}, /* a program */
    /* Fetch Metadata */
    {{{{HOST}, {SITE, "same-origin"}}}, false},
    {{{{HOST}, {SITE, "none"}}}, false},
    {{{{HOST}, {SITE, "cross-site"}}}, true},
    {{{{HOST}, {SITE, "same-site"}}}, true},
    {{{{HOST}, {SITE, "Same-Origin"}}}, true},
    {{{{HOST}, {SITE, ""}}}, true},
    {{{{HOST}, {SITE, "cross-site"}, FOLLOWED}}, false}, /* a person followed a link */
    {{{{HOST}, {SITE, "cross-site"}, {MODE, "navigate"}, {DEST, "document"}}}, true},
    {{{{HOST}, {SITE, "cross-site"}, {MODE, "navigate"}, {DEST, "iframe"}, {USER, "?1"}}}, true},
    {{{{HOST}, {SITE, "cross-site"}, {MODE, "no-cors"}, {DEST, "document"}, {USER, "?1"}}}, true},
    {{{{HOST}, {SITE, "same-origin"}, {"Origin", "https://evil.example"}}}, false},
    /* without it: Origin */
    {{{{HOST}, {"Origin", "http://portlight.example"}}}, false},
    {{{{HOST}, {"Origin", "https://PORTLIGHT.example"}}}, false},
    {{{{HOST}, {"Origin", "https://evil.example"}}}, true},
    {{{{HOST}, {"Origin", "https://portlight.example.evil.example"}}}, true},
    {{{{HOST}, {"Origin", "https://portlight.exampl"}}}, true},
    {{{{HOST}, {"Origin", "https://portlight.example:8080"}}}, true},
    {{{{HOST}, {"Origin", "null"}}}, true},
    {{{{HOST}, {"Origin", ""}}}, true},
    {{{{"Origin", "http://portlight.example"}}}, true}, /* no Host to compare with */
    {{{{HOST}, {"Origin", "http://portlight.example"}, {"Referer", "http://evil.example/"}}},
     false},
    /* or Referer, unless a person wants a page to read */
    {{{{HOST}, {"Referer", "http://portlight.example/docs?x#y"}}}, false},
    {{{{HOST}, {"Referer", "http://portlight.example?x"}}}, false},
    {{{{HOST}, {"Referer", "http://evil.example/portlight.example"}}}, true},
    {{{{HOST}, {"Referer", "http://evil.example/"}, {"Accept", "image/*"}}}, true},
    {{{{HOST}, {"Referer", "http://evil.example/"}, {"Accept", "text/html,*/*;q=0.8"}}}, false},
    {{{{HOST}, {"Referer", "about:blank"}}}, true},
};

#define BROWSER                          \
    {"User-Agent", "Mozilla/5.0 (X11)"}, \
    {                                    \
        "Accept-Language", "de"          \
    }

static const struct {
    struct exchange exchange;
    bool unproven;
} browsers[] = {
    {{{{HOST}, BROWSER}}, true},
    {{{{HOST}, {"User-Agent", "Mozilla/5.0"}, {"Accept-Language", ""}}}, true},
    {{{{HOST}, BROWSER, {"Referer", "http://evil.example/"}}}, true},
    {{{{HOST}, BROWSER, {"Referer", "http://portlight.example.evil.example/"}}}, true},
    {{{{HOST}, BROWSER, {"Origin", "null"}, {"Referer", "http://portlight.example/"}}}, true},
    {{{{HOST}, BROWSER, {"Referer", "http://portlight.example/?host=x"}}}, false},
    {{{{HOST}, BROWSER, {"Origin", "http://portlight.example"}}}, false},
    {{{{HOST}, BROWSER, {SITE, "none"}}}, false},
    {{{{HOST}}}, false},
    {{{{HOST}, {"User-Agent", "curl/8"}, {"Accept-Language", "de"}}}, false},
    {{{{HOST}, {"User-Agent", "Mozilla/5.0 WindowsPowerShell/5.1"}}}, false},
};

static void test_browsers_that_do_not_say(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(browsers); i++)
        if (csrf_is_unproven(&browsers[i].exchange) != browsers[i].unproven)
            fail_msg("browser %zu", i);
}

static void test_whose_page(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(pages); i++)
        if (csrf_is_cross_site(&pages[i].exchange) != pages[i].elsewhere)
            fail_msg("row %zu: %s", i, pages[i].elsewhere ? "let through" : "refused");
}

static bool knows(const char *host, const struct config_strings *names)
{
    const struct exchange exchange = {{{"Host", host}}};

    return csrf_knows_host(&exchange, names);
}

static void test_names_of_this_server(void **state)
{
    static char first[] = "portlight.example", second[] = "check.example.net";
    char *items[] = {first, second};
    const struct config_strings names = {items, 2}, any = {NULL, 0};
    static const char *const own[] = {
        "portlight.example", "PortLight.Example:8080", "check.example.net", "192.0.2.1",
        "192.0.2.1:80",      "[2001:db8::1]",          "[2001:db8::1]:443", "localhost",
        "LOCALHOST:8080",
    };
    static const char *const others[] = {
        "rebound.example",
        "portlight.example.",
        "portlight.example.evil.example",
        "www.portlight.example",
        "",
        "[2001:db8::1",
        "[portlight.example.evil]x",
        "localhost.evil",
        "192.0.2.1.evil.example",
    };
    char too_long[400];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(own); i++)
        if (!knows(own[i], &names))
            fail_msg("not known: %s", own[i]);
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        if (knows(others[i], &names))
            fail_msg("known: %s", others[i]);
        assert_true(knows(others[i], &any));
    }
    memset(too_long, 'a', sizeof(too_long));
    too_long[sizeof(too_long) - 1] = '\0';
    assert_false(knows(too_long, &names));
    assert_true(csrf_knows_host(&(struct exchange){{{NULL, NULL}}}, &names)); /* HTTP/1.0 */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whose_page),
        cmocka_unit_test(test_browsers_that_do_not_say),
        cmocka_unit_test(test_names_of_this_server),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
