/* SPDX-License-Identifier: BSD-2-Clause */
/* The answer of /api/v1/host is read back as it was written, and what is none is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/compiler.h"
#include "frontend/host/host_render.h"
#include "frontend/remote/json_reader_host.h"

static const struct addr them = {ADDR_IPV4, {203, 0, 113, 7}};
static const struct addr us = {ADDR_IPV4, {198, 51, 100, 7}};

static void set_names(struct dns_names *names, const char *name, uint16_t preference)
{
    names->status = LOOKUP_OK;
    names->count = 1;
    names->items[0].preference = preference;
    strcpy(names->items[0].name, name);
}

/* Everything in it that can be. */
static struct host_answer an_answer(void)
{
    struct host_answer answer = {.host = "example.net",
                                 .is_name = true,
                                 .started_wall_ns = UINT64_C(1767323045120000000),
                                 .duration_ns = 31200000,
                                 .client = us,
                                 .addr_count = 1,
                                 .left_out = 3,
                                 .aliases = {1, {"d1.cloudfront.net"}},
                                 .source_count = 1,
                                 .max_age_s = UINT64_MAX};
    struct network *network = &answer.addrs[0].network;
    struct inquiry_addr *asked = &answer.facts.addrs[0];

    answer.addrs[0].addr = asked->addr = them;
    answer.addrs[0].ttl_s = 300;
    *network = (struct network){.asn = 4294967295U,
                                .name = "Example, Inc.",
                                .provider = "cloudfront",
                                .region = "eu",
                                .country = "DE",
                                .kind = NETWORK_CDN,
                                .cdn = NETWORK_CDN_YES,
                                .origin = NETWORK_ORIGIN_CNAME,
                                .is_visitor = NETWORK_VISITOR_NO,
                                .as_of_s = 1795737600};
    assert_int_equal(prefix_parse("203.0.112.0/20", &network->prefix), PREFIX_OK);
    set_names(&asked->pointers, "host.example.com", 0);
    asked->confirmed = INQUIRY_CONFIRMED;
    answer.facts.addr_count = 1;
    strcpy(answer.facts.zone, "example.net");
    strcpy(answer.facts.mail_of, "example.net");
    set_names(&answer.facts.name_servers, "ns1.example.org", 0);
    set_names(&answer.facts.mail, "mail.example.net", 65535);
    strcpy(answer.sources[0].name, "ip2asn");
    strcpy(answer.sources[0].licence, "PDDL 1.0");
    strcpy(answer.sources[0].attribution, "Networks: iptoasn.com");
    answer.sources[0].date_s = 1795651200;
    return answer;
}

static char *read_and_write(const char *json)
{
    struct host_answer *read = malloc(sizeof(*read));
    char *again = NULL;

    assert_non_null(read);
    if (json_reader_read_host(json, strlen(json), read))
        again = host_write_json(read);
    free(read);
    return again;
}

static void assert_same(const struct host_answer *answer)
{
    char *json = host_write_json(answer), *again = read_and_write(json);

    assert_non_null(again);
    assert_string_equal(again, json);
    free(json);
    free(again);
}

static void test_what_is_written_is_read(void **state)
{
    struct host_answer answer = an_answer();

    (void)state;
    assert_same(&answer);
    answer.max_age_s = 0; /* a warning says so, whatever the reader's clock */
    assert_same(&answer);
    answer.facts.mail.items[0].name[1] = '\0'; /* RFC 7505 */
    answer.facts.mail.items[0].name[0] = '.';
    answer.facts.name_servers.status = LOOKUP_FAILED;
    answer.facts.name_servers.count = 0;
    answer.facts.zone[0] = '\0';
    answer.facts.addrs[0].pointers.count = 0;
    answer.facts.addrs[0].confirmed = INQUIRY_UNKNOWN;
    answer.addrs[0].network = (struct network){0};
    answer.client = (struct addr){0};
    answer.aliases.count = answer.source_count = 0;
    assert_same(&answer);
    strcpy(answer.host, "203.0.113.7");
    answer.is_name = false;
    assert_same(&answer);
}

/* A text with one place changed; longer or shorter, never in two places. */
static char *with(const char *json, const char *old, const char *new)
{
    const char *at = strstr(json, old);
    char *changed = NULL;

    if (at == NULL)
        fail_msg("%s is not in %s", old, json);
    assert_true(asprintf(&changed, "%.*s%s%s", (int)(at - json), json, new, at + strlen(old)) > 0);
    return changed;
}

static void test_what_is_no_answer_is_refused(void **state)
{
    static const char *const rows[][2] = {
        {"\"example.net\"", "7"},
        {"\"example.net\"", "\"<b>\""},
        {"\"example.net\"", "\"\\u001b[31m\""},
        {"\"addresses\"", "\"adresses\""},
        {"\"203.0.113.7\"", "\"203.0.113\""},
        {"\"203.0.113.7\"", "null"},
        {"300", "-1"},
        {"300", "4294967296"},
        {"\"host.example.com\"", "\"host example\""},
        {"\"ns1.example.org\"", "{}"},
        {"\"ns1.example.org\"", "\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\",\"a\""},
        {"65535", "65536"},
        {"\"mail.example.net\"", "\"\""},
        {"\"2026-01-02T", "\"2026-13-02T"},
        {"\"198.51.100.7\"", "\"us\""},
        {"31.2", "null"},
        {"\"addresses_left_out\":3", "\"addresses_left_out\":null"},
    };
    struct host_answer answer = an_answer();
    char *json = host_write_json(&answer);

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char *changed = with(json, rows[i][0], rows[i][1]), *again = read_and_write(changed);
        if (again != NULL)
            fail_msg("%s for %s is believed", rows[i][1], rows[i][0]);
        free(changed);
    }
    for (size_t len = 0; len < strlen(json); len++) {
        struct host_answer read;
        char *cut = strndup(json, len);
        assert_false(json_reader_read_host(cut, len, &read));
        free(cut);
    }
    free(json);
}

/* What is shown of a network is fit for a terminal; a newer server's words are left out. */
static void test_what_is_odd_becomes_harmless(void **state)
{
    static const char *const rows[][3] = {
        {"Example, Inc.", "\\u001b[31mB\xc3\xb6se", "\"?[31mB??se\""},
        {"\"203.0.112.0/20\"", "\"203.0.113.7/20\"", "\"prefix\":null"},
        {"\"203.0.112.0/20\"", "[]", "\"prefix\":null"},
        {"\"kind\":\"cdn\"", "\"kind\":\"satellite\"", "\"kind\":null"},
        {"\"licence\":\"PDDL 1.0\"", "\"licence\":\"a\\nb\"", "\"a?b\""},
        {"\"zone\"", "\"new\":1,\"zone\"", "\"zone\":\"example.net\""},
    };
    struct host_answer answer = an_answer();
    char *json = host_write_json(&answer);

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char *changed = with(json, rows[i][0], rows[i][1]), *again = read_and_write(changed);
        assert_non_null(again);
        if (strstr(again, rows[i][2]) == NULL)
            fail_msg("%s is not in %s", rows[i][2], again);
        free(changed);
        free(again);
    }
    free(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_written_is_read),
        cmocka_unit_test(test_what_is_no_answer_is_refused),
        cmocka_unit_test(test_what_is_odd_becomes_harmless),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
