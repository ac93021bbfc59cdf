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
#include "networks/sources.h"

enum { TEXT_LEN = 2048 };

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

/* --- aliases --------------------------------------------------------------------------------- */

static void test_an_alias_tells_a_cdn(void **state)
{
    static const struct {
        const char *alias, *provider;
    } rows[] = {
        {"d1.cloudfront.net", "cloudfront"}, {"www.x.net.cdn.cloudflare.net", "cloudflare"},
        {"e1.a.akamaiedge.net", "akamai"},   {"cloudfront.net", NULL},
        {"notcloudfront.net", NULL},         {"cloudfront.net.example.net", NULL},
        {"x.azureedge.net", "azure-cdn"},    {"x.b-cdn.net", "bunny"},
        {"x.edgekey.net", "akamai"},         {"x.edgesuite.net", "akamai"},
        {"x.fastly.net", "fastly"},          {"x.impervadns.net", "imperva"},
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

/* The verdicts that the rows below are about. */
enum situation {
    SILENT,      /* 22 gets no answer */
    SILENT_MAIL, /* 25 gets none */
    REFUSED,     /* the machine's own RST */
    REJECTED,    /* its own ICMP error */
    OTHERS,      /* a router's ICMP error */
    BEHIND,      /* a RST from behind the address */
    OPEN_WEB,    /* 443 accepts */
    OPEN_SSH,
    SITUATIONS
};

static struct verdict verdict_in(enum situation situation)
{
    static const struct {
        uint16_t port;
        enum verdict_state state;
        enum verdict_reason reason;
        enum verdict_disposition disposition;
        enum verdict_actor actor;
        bool is_targets;
    } rows[SITUATIONS] = {
        [SILENT] = {22, STATE_FILTERED, REASON_NO_RESPONSE, DISPOSITION_DROP, ACTOR_UNKNOWN, false},
        [SILENT_MAIL] = {25, STATE_FILTERED, REASON_NO_RESPONSE, DISPOSITION_DROP, ACTOR_PATH,
                         false},
        [REFUSED] = {22, STATE_CLOSED, REASON_RESET, DISPOSITION_REFUSE, ACTOR_HOST, false},
        [REJECTED] = {80, STATE_FILTERED, REASON_ICMP_HOST_PROHIBITED, DISPOSITION_REJECT,
                      ACTOR_HOST_FIREWALL, true},
        [OTHERS] = {80, STATE_FILTERED, REASON_ICMP_ADMIN_PROHIBITED, DISPOSITION_REJECT,
                    ACTOR_PATH, false},
        [BEHIND] = {22, STATE_CLOSED, REASON_RESET, DISPOSITION_REFUSE, ACTOR_BEHIND_NAT, false},
        [OPEN_WEB] = {443, STATE_OPEN, REASON_SYN_ACK, DISPOSITION_ACCEPT, ACTOR_HOST, false},
        [OPEN_SSH] = {22, STATE_OPEN, REASON_SYN_ACK, DISPOSITION_ACCEPT, ACTOR_HOST, false},
    };
    struct verdict verdict;

    verdict_init(&verdict, rows[situation].port);
    verdict.state = rows[situation].state;
    verdict.reason = rows[situation].reason;
    verdict.disposition = rows[situation].disposition;
    verdict.actor = rows[situation].actor;
    if (rows[situation].is_targets)
        verdict.evidence = 1ULL << EVIDENCE_RESPONDER_IS_TARGET;
    return verdict;
}

/* All that is said, in one text; each sentence in German, too. */
static void advice_of(const struct network *network, enum situation situation,
                      char text[static TEXT_LEN])
{
    const struct verdict verdict = verdict_in(situation);
    const char *sentences[NETWORK_ADVICE_MAX];
    unsigned count = network_words_advice(network, &verdict, sentences);

    text[0] = '\0';
    for (unsigned i = 0; i < count; i++) {
        if (tr(GERMAN, sentences[i]) == sentences[i])
            fail_msg("not in German: %s", sentences[i]);
        strcat(text, sentences[i]);
        strcat(text, "\n");
    }
}

/* The rows of what filters at each provider, and by what else it is known: what is said then, and
 * what is not. */
static const struct {
    const char *provider;
    enum network_kind kind;
    enum situation situation;
    const char *says, *says_too, *says_not;
} provider_rows[] = {
    {"aws", NETWORK_CLOUD, SILENT, "security group", "network ACL", "instance itself"},
    {"aws", NETWORK_CLOUD, SILENT, "Lightsail", "IPv4 and IPv6 apart", NULL},
    {"aws", NETWORK_CLOUD, REFUSED, "came from the instance itself", NULL, "Lightsail"},
    {"aws", NETWORK_CLOUD, REJECTED, "came from the instance itself", NULL, "Lightsail"},
    {"aws", NETWORK_CLOUD, OTHERS, NULL, NULL, "Amazon"},
    {"aws", NETWORK_CLOUD, BEHIND, NULL, NULL, "Amazon"},
    {"azure", NETWORK_CLOUD, SILENT, "network security group", "subnet", NULL},
    {"azure", NETWORK_CLOUD, SILENT, "no ping by default", "says little", NULL},
    {"azure", NETWORK_CLOUD, REFUSED, NULL, NULL, "ping"},
    {"google", NETWORK_CLOUD, SILENT, "VPC firewall", "network tag", NULL},
    {"oracle", NETWORK_CLOUD, SILENT, "security list", "network security group", "iptables"},
    {"oracle", NETWORK_CLOUD, REJECTED, "iptables -I INPUT", "netfilter-persistent save", NULL},
    {"oracle", NETWORK_CLOUD, REFUSED, NULL, NULL, "iptables"},
    {"oracle", NETWORK_CLOUD, OTHERS, NULL, NULL, "iptables"},
    {"hetzner", NETWORK_HOSTING, SILENT, "Cloud console", "Robot", "25"},
    {"hetzner", NETWORK_HOSTING, SILENT, "keeps no state", "32768 to 65535", NULL},
    {"hetzner", NETWORK_HOSTING, SILENT_MAIL, "Robot", "25 and 465", NULL},
    {"digitalocean", NETWORK_CLOUD, SILENT, "Cloud Firewall", NULL, "mail"},
    {"digitalocean", NETWORK_CLOUD, SILENT_MAIL, "Cloud Firewall", "outgoing mail", NULL},
    {"linode", NETWORK_CLOUD, SILENT, "Cloud Firewall", NULL, "mail"},
    {"linode", NETWORK_CLOUD, SILENT_MAIL, "Cloud Firewall", "outgoing mail", NULL},
    {"vultr", NETWORK_CLOUD, SILENT, "firewall group", NULL, "mail"},
    {"vultr", NETWORK_CLOUD, SILENT_MAIL, "firewall group", "outgoing mail", NULL},
    {"scaleway", NETWORK_HOSTING, SILENT, "security group", NULL, "mail"},
    {"scaleway", NETWORK_HOSTING, SILENT_MAIL, "security group", "outgoing mail", NULL},
    {"ovh", NETWORK_HOSTING, SILENT, "Edge Network Firewall", "keeps no state", "mail"},
    {"ovh", NETWORK_HOSTING, SILENT, "IPv4 only", NULL, NULL},
    {"ovh", NETWORK_HOSTING, SILENT_MAIL, "Edge Network Firewall", "outgoing mail", NULL},
    {"ionos", NETWORK_HOSTING, SILENT, "firewall policy", NULL, "mail"},
    {"ionos", NETWORK_HOSTING, SILENT_MAIL, "firewall policy", "outgoing mail", NULL},
    {"contabo", NETWORK_HOSTING, SILENT, "customer panel", NULL, "mail"},
    {"contabo", NETWORK_HOSTING, SILENT_MAIL, "customer panel", "outgoing mail", NULL},
    {"netcup", NETWORK_HOSTING, SILENT, "Server Control Panel", NULL, NULL},
    {"hostinger", NETWORK_HOSTING, SILENT, "hPanel", NULL, NULL},
    {"cloudflare", NETWORK_CDN, OPEN_WEB, "accepts for everybody", "521, 522 or 523", NULL},
    {"cloudflare", NETWORK_CDN, SILENT, "forwards only some ports", "DNS only", "521"},
    {"cloudflare", NETWORK_CDN, OPEN_SSH, "forwards only some ports", NULL, "521"},
    {"cloudflare", NETWORK_CDN, REJECTED, "not your server", NULL, "521"},
    {"cloudfront", NETWORK_CDN, OPEN_WEB, "accepts for everybody", NULL, "521"},
    {"cloudfront", NETWORK_CDN, SILENT, "forwards only some ports", NULL, NULL},
    {"fastly", NETWORK_CDN, OPEN_WEB, "accepts for everybody", NULL, "521"},
    {"fastly", NETWORK_CDN, SILENT, "forwards only some ports", NULL, NULL},
    {"akamai", NETWORK_CDN, OPEN_WEB, "accepts for everybody", NULL, "521"},
    {"akamai", NETWORK_CDN, SILENT, "forwards only some ports", NULL, NULL},
    {"imperva", NETWORK_CDN, SILENT, "not your server", NULL, "forwards only"},
    {"", NETWORK_ISP, SILENT, "router", "CGNAT", NULL},
    {"", NETWORK_ISP, REFUSED, "router", "CGNAT", NULL},
    {"", NETWORK_ISP, OPEN_SSH, NULL, NULL, "router"},
    {"", NETWORK_MOBILE, SILENT, "mobile network", "CGNAT", NULL},
    {"", NETWORK_KIND_UNKNOWN, SILENT, NULL, NULL, "a"},
};

static void test_advice_goes_by_provider_and_verdict(void **state)
{
    char text[TEXT_LEN];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(provider_rows); i++) {
        const struct network network = network_of(
            provider_rows[i].provider, provider_rows[i].kind,
            provider_rows[i].kind == NETWORK_CDN ? NETWORK_CDN_YES : NETWORK_CDN_UNKNOWN);
        advice_of(&network, provider_rows[i].situation, text);
        if ((provider_rows[i].says != NULL && strstr(text, provider_rows[i].says) == NULL) ||
            (provider_rows[i].says_too != NULL &&
             strstr(text, provider_rows[i].says_too) == NULL) ||
            (provider_rows[i].says_not != NULL && strstr(text, provider_rows[i].says_not) != NULL))
            fail_msg("row %zu, %s: %s", i, provider_rows[i].provider, text);
    }
}

/* Home, by the visitor's own address; but not if they are on a rented server. */
static void test_advice_for_an_own_address(void **state)
{
    struct network network = {.is_visitor = NETWORK_VISITOR_YES};
    char text[TEXT_LEN];

    (void)state;
    advice_of(&network, SILENT, text);
    assert_non_null(strstr(text, "the router at home"));
    advice_of(&network, OPEN_WEB, text);
    assert_non_null(strstr(text, "NAT loopback"));
    strcpy(network.provider, "hetzner");
    advice_of(&network, SILENT, text);
    assert_null(strstr(text, "the router at home"));
    advice_of(&network, OPEN_WEB, text);
    assert_string_equal(text, "");
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
    assert_int_equal(prefix_parse("203.0.113.0/24", &network.prefix), PREFIX_OK);
    assert_true(network_words_line(ENGLISH, &addr, &network, text));
    assert_string_equal(text,
                        "203.0.113.7: Hetzner (AS24940), 203.0.113.0/24, DE; data of 2026-11-18");
    network.prefix.bits = 0;
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
    const struct merge_input input = {sources_find("ip2asn", 6), &layer, 1};
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

/* As the data have it, not as pieces and neighbours make it; a range that is no prefix is none. */
static void test_the_prefix_of_an_address(void **state)
{
    static const struct piece pieces[] = {
        {"10.0.0.0", "10.255.255.255", 0, 1},
        {"10.1.0.0", "10.1.255.255", 0, 2},
        {"11.0.0.0", "11.127.255.255", 0, 3},
        {"11.128.0.0", "11.255.255.255", 0, 3},
        {"12.0.0.0", "12.0.2.255", 0, 4},
        {"13.0.0.7", "13.0.0.7", 0, 5},
        {"0.0.0.0", "255.255.255.255", 0, 6},
        {"2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", 0, 7},
        {"2001:db8::5", "2001:db8::5", 0, 8},
    };
    static const struct {
        const char *address, *prefix;
    } rows[] = {
        {"10.0.5.5", "10.0.0.0/8"},       {"10.2.5.5", "10.0.0.0/8"},
        {"10.1.5.5", "10.1.0.0/16"},      {"11.1.0.0", "11.0.0.0/9"},
        {"11.200.0.0", "11.128.0.0/9"},   {"12.0.1.1", NULL},
        {"13.0.0.7", "13.0.0.7/32"},      {"14.0.0.0", NULL},
        {"2001:db8::1", "2001:db8::/32"}, {"2001:db8::5", "2001:db8::5/128"},
    };
    size_t len;
    uint8_t *bytes = table_of(pieces, ARRAY_LEN(pieces), &len);
    struct network_table table;

    (void)state;
    assert_null(network_table_open(&table, bytes, len));
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct addr addr = addr_of(rows[i].address);
        char text[PREFIX_TEXT_LEN];
        struct network network;
        network_describe(&table, &addr, NULL, NULL, &network);
        prefix_format(&network.prefix, text);
        if (rows[i].prefix != NULL ? strcmp(text, rows[i].prefix) != 0 : network.prefix.bits != 0)
            fail_msg("%s: %s", rows[i].address, text);
    }
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

/* Words that only a newer portlight-networks has cost those words, not the file. */
static void test_words_of_a_newer_file(void **state)
{
    static const struct piece pieces[] = {{"10.0.0.0", "10.0.0.255", 0, 1}};
    const struct addr addr = addr_of("10.0.0.1");
    unsigned opened = 0;
    size_t len;
    uint8_t *bytes = table_of(pieces, ARRAY_LEN(pieces), &len);
    struct network_table table;
    struct network_row row;

    (void)state;
    assert_null(network_table_open(&table, bytes, len));
    for (size_t at = (size_t)(table.rows - bytes); at < (size_t)(table.ipv4 - bytes); at++) {
        uint8_t was = bytes[at];
        bytes[at] = 200;
        if (network_table_open(&table, bytes, len) == NULL &&
            network_table_find(&table, &addr, &row)) {
            opened++;
            assert_true(row.kind < NETWORK_KIND_COUNT && row.cdn < NETWORK_CDN_COUNT &&
                        row.origin < NETWORK_ORIGIN_COUNT);
        }
        bytes[at] = was;
    }
    /* the AS number, the three words, and the prefix's length */
    assert_true(opened >= 4 + 3);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_alias_tells_a_cdn),
        cmocka_unit_test(test_advice_goes_by_provider_and_verdict),
        cmocka_unit_test(test_advice_for_an_own_address),
        cmocka_unit_test(test_behind_cdn_is_one_sentence_with_the_ports),
        cmocka_unit_test(test_a_line_says_what_is_known),
        cmocka_unit_test(test_the_smaller_range_counts),
        cmocka_unit_test(test_the_prefix_of_an_address),
        cmocka_unit_test(test_words_of_a_newer_file),
        cmocka_unit_test(test_a_file_that_is_cut_or_changed_is_refused_or_harmless),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
