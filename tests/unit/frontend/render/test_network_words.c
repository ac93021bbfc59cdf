/* SPDX-License-Identifier: BSD-2-Clause */
/* Networks in words, and the table that they come from: sources that are merged, files that are
 * cut, advice by provider and verdict. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/compiler.h"
#include "frontend/render/network_words.h"
#include "networks/merge.h"

static const struct network_table nothing;

static struct addr addr_of(const char *text)
{
    struct addr addr = {0};

    assert_true(addr_parse(text, &addr));
    return addr;
}

static struct network network_of(const char *provider, enum network_kind kind, enum network_cdn cdn)
{
    struct network network = {
        .kind = kind, .cdn = cdn, .origin = NETWORK_ORIGIN_LIST, .country = "DE"};

    strcpy(network.provider, provider);
    return network;
}

static struct verdict verdict_of(uint16_t port, enum verdict_state state,
                                 enum verdict_reason reason)
{
    struct verdict verdict;

    verdict_init(&verdict, port);
    verdict.state = state;
    verdict.reason = reason;
    return verdict;
}

/* --- aliases --------------------------------------------------------------------------------- */

static void test_an_alias_tells_a_cdn(void **state)
{
    static const struct {
        const char *alias, *provider;
    } rows[] = {
        {"d1.cloudfront.net", "cloudfront"}, {"www.x.net.cdn.cloudflare.net", "cloudflare"},
        {"e1.a.akamaiedge.net", "akamai"},   {"cloudfront.net", NULL},
        {"notcloudfront.net", NULL},         {"cloudfront.net.example.net", NULL},
    };
    const struct addr addr = addr_of("203.0.113.7");

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct network_aliases aliases = {.count = 1};
        struct network network;
        strcpy(aliases.names[0], rows[i].alias);
        network_describe(&nothing, &addr, &aliases, NULL, &network);
        assert_string_equal(network.provider, rows[i].provider != NULL ? rows[i].provider : "");
        assert_int_equal(network_is_edge(&network), rows[i].provider != NULL);
        assert_int_equal(network.is_visitor, NETWORK_VISITOR_UNKNOWN);
    }
}

/* --- advice ---------------------------------------------------------------------------------- */

static void test_advice_goes_by_provider_and_verdict(void **state)
{
    static const char *const firewalls[] = {
        "aws",   "azure", "google",   "oracle",  "hetzner", "digitalocean", "linode",
        "vultr", "ovh",   "scaleway", "contabo", "ionos",   "netcup",       "hostinger"};
    const struct verdict silent = verdict_of(22, STATE_FILTERED, REASON_NO_RESPONSE);
    const struct verdict closed = verdict_of(22, STATE_CLOSED, REASON_RESET);
    struct verdict rejected = verdict_of(80, STATE_FILTERED, REASON_ICMP_ADMIN_PROHIBITED);

    (void)state;
    rejected.disposition = DISPOSITION_REJECT;
    rejected.evidence = 1ULL << EVIDENCE_RESPONDER_IS_TARGET;
    for (size_t i = 0; i < ARRAY_LEN(firewalls); i++) {
        const struct network network = network_of(firewalls[i], NETWORK_CLOUD, NETWORK_CDN_NO);
        const char *advice = network_words_advice(&network, &silent);
        assert_non_null(advice);
        assert_ptr_equal(advice, network_provider(&network)->firewall);
        assert_string_not_equal(tr(GERMAN, advice), advice);
        assert_null(network_words_advice(&network, &closed)); /* that came from the machine */
    }
    const struct network oracle = network_of("oracle", NETWORK_CLOUD, NETWORK_CDN_NO);
    assert_non_null(strstr(network_words_advice(&oracle, &rejected), "iptables"));
    const struct network hetzner = network_of("hetzner", NETWORK_HOSTING, NETWORK_CDN_UNKNOWN);
    const struct verdict mail = verdict_of(25, STATE_FILTERED, REASON_NO_RESPONSE);
    assert_non_null(strstr(network_words_advice(&hetzner, &mail), "mail ports"));
    assert_null(network_words_advice(&(struct network){0}, &silent));
}

static void test_an_edge_says_nothing_about_the_server(void **state)
{
    const struct network edge = network_of("cloudflare", NETWORK_CDN, NETWORK_CDN_YES);
    static const struct {
        uint16_t port;
        enum verdict_state state;
        const char *says;
    } rows[] = {{443, STATE_OPEN, "accepts for everybody"},
                {443, STATE_FILTERED, "not your server"},
                {22, STATE_FILTERED, "forwards only some ports"},
                {22, STATE_OPEN, "forwards only some ports"}};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct verdict verdict = verdict_of(rows[i].port, rows[i].state, REASON_SYN_ACK);
        const char *advice = network_words_advice(&edge, &verdict);
        assert_non_null(strstr(advice, rows[i].says));
        assert_string_not_equal(tr(GERMAN, advice), advice);
    }
}

static void test_behind_cdn_is_one_sentence_with_the_ports(void **state)
{
    static const uint16_t ports[] = {443, 25565};
    struct result result = {.host = "example.net", .target_count = 1};
    const struct addr addr = addr_of("203.0.113.7");
    char text[NETWORK_SENTENCE_LEN], german[NETWORK_SENTENCE_LEN];

    (void)state;
    result_target_init(&result.targets[0], &addr, ports, 2, false);
    assert_false(network_words_behind_cdn(ENGLISH, &result, text));
    result.targets[0].network = network_of("cloudflare", NETWORK_CDN, NETWORK_CDN_YES);
    assert_true(network_words_behind_cdn(ENGLISH, &result, text));
    assert_string_equal(
        text, "example.net points at Cloudflare. What answers there is the CDN's edge, not your "
              "server. It forwards only the ports 80, 443, 8080 and 8443. Of the ports you asked "
              "about it never forwards: 25565. To check your own server, enter its own address, or "
              "a name that leads straight to it.");
    assert_true(network_words_behind_cdn(GERMAN, &result, german));
    assert_non_null(strstr(german, "zeigt auf Cloudflare"));
    assert_null(strstr(german, "server."));
    result.targets[0].network = network_of("imperva", NETWORK_CDN, NETWORK_CDN_YES);
    assert_true(network_words_behind_cdn(ENGLISH, &result, text));
    assert_non_null(strstr(text, "web ports only"));
    assert_null(strstr(text, "never forwards"));
}

static void test_a_line_says_what_is_known(void **state)
{
    struct network network = network_of("hetzner", NETWORK_HOSTING, NETWORK_CDN_UNKNOWN);
    const struct addr addr = addr_of("203.0.113.7");
    char text[NETWORK_LINE_LEN];

    (void)state;
    assert_false(network_words_line(ENGLISH, &addr, &(struct network){0}, text));
    network.asn = 24940;
    network.as_of_s = 1795000000;
    assert_true(network_words_line(ENGLISH, &addr, &network, text));
    assert_string_equal(text, "203.0.113.7: Hetzner (AS24940), DE; data of 2026-11-18");
    network.origin = NETWORK_ORIGIN_ASN;
    network.is_visitor = NETWORK_VISITOR_YES;
    assert_true(network_words_line(ENGLISH, &addr, &network, text));
    assert_string_equal(text, "203.0.113.7: probably Hetzner (AS24940), DE; your own address; data "
                              "of 2026-11-18");
    memset(network.name, 'x', sizeof(network.name) - 1); /* whatever is in it, it ends */
    memset(network.region, 'y', sizeof(network.region) - 1);
    assert_true(network_words_line(GERMAN, &addr, &network, text));
}

/* --- the table ------------------------------------------------------------------------------- */

/* "first last rank asn", the whole as one source. */
struct piece {
    const char *first, *last;
    unsigned rank;
    uint32_t asn;
};

static uint8_t *table_of(const struct piece *pieces, size_t count, size_t *len)
{
    struct layer layer = {0};
    struct facts facts;
    const struct merge_input input = {source_find("ip2asn", 6), &layer, 1};
    uint8_t *bytes;

    facts_init(&facts);
    for (size_t i = 0; i < count; i++) {
        const struct addr first = addr_of(pieces[i].first), last = addr_of(pieces[i].last);
        const struct range_facts said = {.asn = pieces[i].asn};
        assert_true(layer_add(&layer, &facts, &first, &last, &said, pieces[i].rank));
    }
    bytes = merge_write(&input, 1, &facts, 1, len);
    layer_free(&layer);
    facts_free(&facts);
    return bytes;
}

static uint32_t asn_at(const struct network_table *table, const char *text)
{
    const struct addr addr = addr_of(text);
    struct network_row row;

    return network_table_find(table, &addr, &row) ? row.asn : 0;
}

static void test_the_smaller_range_counts(void **state)
{
    static const struct piece pieces[] = {
        {"10.0.0.0", "10.255.255.255", 0, 1},
        {"10.1.0.0", "10.1.255.255", 0, 2},
        {"10.1.2.0", "10.1.2.255", 0, 3},
        {"10.1.2.0", "10.1.2.255", 1, 4},
        {"10.1.255.0", "10.2.0.255", 0, 5},
        {"0.0.0.0", "0.0.0.0", 0, 6},
        {"255.255.255.255", "255.255.255.255", 0, 7},
        {"2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", 0, 8},
        {"2001:db8:1::", "2001:db8:1:ffff:ffff:ffff:ffff:ffff", 0, 9},
        {"ffff::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 0, 10},
    };
    static const struct {
        const char *address;
        uint32_t asn;
    } rows[] = {
        {"9.255.255.255", 0},   {"10.0.0.0", 1},   {"10.0.255.255", 1}, {"10.1.0.0", 2},
        {"10.1.1.255", 2},      {"10.1.2.0", 4},   {"10.1.2.255", 4},   {"10.1.3.0", 2},
        {"10.1.255.1", 5},      {"10.2.0.255", 5}, {"10.2.1.0", 1},     {"10.255.255.255", 1},
        {"11.0.0.0", 0},        {"0.0.0.0", 6},    {"0.0.0.1", 0},      {"255.255.255.254", 0},
        {"255.255.255.255", 7}, {"::", 0},         {"2001:db8::", 8},   {"2001:db8:1::5", 9},
        {"2001:db8:2::", 8},    {"2001:db9::", 0}, {"ffff::1", 10},
    };
    size_t len;
    uint8_t *bytes = table_of(pieces, ARRAY_LEN(pieces), &len);
    struct network_table table;

    (void)state;
    assert_null(network_table_open(&table, bytes, len));
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (asn_at(&table, rows[i].address) != rows[i].asn)
            fail_msg("%s: AS%u", rows[i].address, asn_at(&table, rows[i].address));
    free(bytes);
}

static void test_a_file_that_is_cut_or_changed_is_refused_or_harmless(void **state)
{
    static const struct piece pieces[] = {{"10.0.0.0", "10.0.0.255", 0, 1},
                                          {"2001:db8::", "2001:db8::ff", 0, 2}};
    size_t len;
    uint8_t *bytes = table_of(pieces, ARRAY_LEN(pieces), &len);
    struct network_table table;

    (void)state;
    for (size_t cut = 0; cut < len; cut++) {
        uint8_t *exact = malloc(cut > 0 ? cut : 1);
        memcpy(exact, bytes, cut);
        assert_non_null(network_table_open(&table, exact, cut));
        assert_int_equal(asn_at(&table, "10.0.0.1"), 0);
        free(exact);
    }
    for (size_t at = 0; at < len; at++)
        for (unsigned bit = 0; bit < 8; bit++) {
            bytes[at] ^= (uint8_t)(1U << bit);
            network_table_open(&table, bytes, len);
            asn_at(&table, "10.0.0.1"); /* sanitizers look on */
            asn_at(&table, "2001:db8::1");
            bytes[at] ^= (uint8_t)(1U << bit);
        }
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_alias_tells_a_cdn),
        cmocka_unit_test(test_advice_goes_by_provider_and_verdict),
        cmocka_unit_test(test_an_edge_says_nothing_about_the_server),
        cmocka_unit_test(test_behind_cdn_is_one_sentence_with_the_ports),
        cmocka_unit_test(test_a_line_says_what_is_known),
        cmocka_unit_test(test_the_smaller_range_counts),
        cmocka_unit_test(test_a_file_that_is_cut_or_changed_is_refused_or_harmless),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
