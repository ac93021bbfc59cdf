/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * No page falls back to English: whatever it can show is rendered in both languages and
 * compared, text by text.  What is the same in both must consist of names.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/base/clock.h"
#include "common/base/compiler.h"
#include "frontend/model/service.h"
#include "frontend/page/host_page.h"
#include "frontend/page/ladder_svg.h"
#include "frontend/page/page.h"
#include "frontend/page/steps.h"
#include "frontend/render/assets.h"
#include "tests/unit/support/frames.h"

enum { TEXTS_MAX = 2000 };

static const struct addr visitor = {ADDR_IPV4, {198, 51, 100, 7}};
static const struct addr public_visitor = {ADDR_IPV4, {93, 184, 215, 14}};

/* --- the texts of a page ---------------------------------------------------------------- */

struct texts {
    char *html; /* cut into the texts */
    const char *all[TEXTS_MAX];
    unsigned count;
};

static void take_text(struct texts *texts, char *text, size_t len)
{
    assert_true(texts->count < TEXTS_MAX);
    texts->all[texts->count++] = text;
    text[len] = '\0';
}

/* The attributes of a tag that people read or hear. */
static void take_attributes(struct texts *texts, char *tag)
{
    static const char *const names[] = {" title=\"",       " aria-label=\"",      " placeholder=\"",
                                        " data-asking=\"", " data-done=\"",       " data-lost=\"",
                                        " data-few=\"",    " data-waiting=\"",    " data-clock=\"",
                                        " data-count=\"",  " data-pick=\"",       " data-copy=\"",
                                        " data-copied=\"", " data-act=\"",        " content=\"",
                                        " alt=\"",         " aria-description=\""};

    for (unsigned i = 0; i < ARRAY_LEN(names); i++) {
        char *at = strstr(tag, names[i]);
        if (at != NULL)
            take_text(texts, at + strlen(names[i]), strcspn(at + strlen(names[i]), "\""));
    }
}

/* Of a page, for free_texts. */
static struct texts *texts_of(char *html)
{
    struct texts *texts = calloc(1, sizeof(*texts));
    bool in_code = false; /* commands are the same in every language */
    char *at = html;

    assert_non_null(texts);
    assert_non_null(html);
    texts->html = html;
    while (*at != '\0') {
        char *tag = at + strcspn(at, "<"), *end;
        if (*tag == '\0')
            break;
        end = strchr(tag, '>');
        assert_non_null(end);
        if (tag > at && !in_code)
            take_text(texts, at, (size_t)(tag - at));
        if (strncmp(tag + 1, "code>", 5) == 0 || strncmp(tag + 1, "/code>", 6) == 0)
            in_code = tag[1] == 'c';
        *end = '\0';
        take_attributes(texts, tag + 1);
        at = end + 1;
    }
    return texts;
}

static void free_texts(struct texts *texts)
{
    free(texts->html);
    free(texts);
}

/* --- names ------------------------------------------------------------------------------ */

static bool is_among(const char *word, size_t len, const char *names)
{
    for (size_t n; *names != '\0'; names += n + (names[n] == ' ')) {
        n = strcspn(names, " ");
        if (n == len && memcmp(names, word, len) == 0)
            return true;
    }
    return false;
}

/* Is it a word of the API: what decided, or evidence? */
static bool is_api_word(const char *word, size_t len)
{
    for (unsigned i = 0; i < REASON_COUNT; i++)
        if (strlen(verdict_reason_name(i)) == len && memcmp(verdict_reason_name(i), word, len) == 0)
            return true;
    for (unsigned i = 0; i < EVIDENCE_COUNT; i++)
        if (strlen(verdict_evidence_name(i)) == len &&
            memcmp(verdict_evidence_name(i), word, len) == 0)
            return true;
    return false;
}

static bool is_service(const char *word, size_t len)
{
    for (const struct service *s = service_after(0); s != NULL; s = service_after(s->port))
        if (strlen(s->name) == len && memcmp(s->name, word, len) == 0)
            return true;
    return false;
}

/* Is a text the same in every language, as nothing in it is translated?  Products keep
 * their names, SSH is spelt out for those who know it. */
static bool is_names(const char *text)
{
    static const char names[] =
        "portlight API English Deutsch IPv4 IPv6 SYN ACK RST TTL ICMP TCP ms tcp "
        "Microsoft SQL Server MySQL MariaDB PostgreSQL Redis Minecraft Remote Desktop DNS over TLS "
        "HTTP HTTPS FTP Telnet SMTP SMTPS POP3 POP3S IMAP IMAPS LDAP SMB VNC Submission Web Ports "
        "Port "
        "SYNs JSON UTC RSTs DSCP width device-width initial-scale color-scheme light dark "
        "Secure shell SSH Host www example net https pcap "
        /* data on the page of hosts, and two of the documents */
        "api v1 me Name home Example cloudfront Amazon CloudFront Hetzner eu DE AS64496 AS s "
        "Network Ltd com ns1 ns2 org mail "
        "ip2asn PDDL Networks iptoasn CGNAT Region NAT WAN DS-Lite";

    while (*text != '\0') {
        size_t len = 0;
        while (isalpha((unsigned char)text[len]) ||
               (len > 0 && (text[len] == '-' || isdigit((unsigned char)text[len]))))
            len++;
        if (len > 0 && !is_among(text, len, names) && !is_api_word(text, len) &&
            !is_service(text, len))
            return false;
        text += len > 0 ? len : 1;
    }
    return true;
}

/* --- the walk --------------------------------------------------------------------------- */

static void compare_texts(char *one, char *other)
{
    struct texts *english = texts_of(one), *german = texts_of(other);

    assert_int_equal(english->count, german->count);
    for (unsigned i = 0; i < english->count; i++)
        if (strcmp(english->all[i], german->all[i]) == 0 && !is_names(english->all[i]))
            fail_msg("the German page has \"%s\"", german->all[i]);
    free_texts(english);
    free_texts(german);
}

static void compare(struct page *page)
{
    char *english;

    page->language = ENGLISH;
    english = page_render(page);
    page->language = GERMAN;
    compare_texts(english, page_render(page));
}

static const struct page_limits limits = {60, 60, 30, 60};
static const struct page_limits no_limits = {0};
static const struct page_owner nobody = {"", "", "", ""};
static const struct page_owner somebody = {"portlight", "https://example.net",
                                           "https://example.net", "portlight\n"};

static struct page a_page(const struct policy *policy)
{
    return (struct page){.policy = policy,
                         .visitor = &visitor,
                         .limits = &limits,
                         .owner = &nobody,
                         .up = "",
                         .origin = "https://example.net/"};
}

static void test_forms(void **state)
{
    static struct policy policy;
    struct page page = a_page(&policy);

    (void)state;
    policy_init(&policy);
    compare(&page);
    page.note = "Another site's page led you here with a question. Press Check to ask it.";
    compare(&page);
    page.visitor = &public_visitor;
    page.owner = &somebody;
    page.limits = &no_limits;
    policy.any_port = true;
    compare(&page);
}

/* The list of documents, what each type of problem means, and what a link may say. */
static void test_other_pages(void **state)
{
    static struct policy policy;
    struct request_link link = {.typed = "x", .at = "2026-11-26T20:00:00Z"};
    struct page english = a_page(&policy), german;
    static struct result result = {.host = "example.net", .target_count = 1};

    (void)state;
    policy_init(&policy);
    german = english;
    german.language = GERMAN;
    compare_texts(page_render_docs(&english), page_render_docs(&german));
    for (unsigned id = PROBLEM_NONE + 1; id < PROBLEM_COUNT; id++)
        compare_texts(page_render_problem_type(&english, id),
                      page_render_problem_type(&german, id));
    link.pasted.removed = (1U << PASTED_COUNT) - 1;
    link.pasted.port = 443;
    memcpy(link.pasted.host, "example.net", sizeof("example.net"));
    result.targets[0].addr = frame_them4;
    english.link = &link;
    english.result = &result;
    compare(&english);
}

/* Each step, sentence and command: the same places in both languages. */
static void test_every_step(void **state)
{
    (void)state;
    for (unsigned step = 0; step < STEP_COUNT; step++) {
        const char *english = steps_text(step, ENGLISH), *german = steps_text(step, GERMAN);
        assert_non_null(english);
        assert_non_null(german);
        assert_string_not_equal(english, german);
        for (const char *at = strchr(english, '%'); at != NULL; at = strchr(at + 1, '%')) {
            const char place[] = {'%', at[1], '\0'};
            if (strstr(german, place) == NULL)
                fail_msg("%s is not in: %s", place, german);
        }
        for (const char *at = strchr(german, '%'); at != NULL; at = strchr(at + 1, '%')) {
            const char place[] = {'%', at[1], '\0'};
            assert_non_null(strstr(english, place));
        }
    }
}

static void test_every_problem(void **state)
{
    static struct policy policy;
    struct problem problem;
    struct page page = a_page(&policy);

    (void)state;
    policy_init(&policy);
    page.problem = &problem;
    for (unsigned cause = CAUSE_TEXT + 1; cause < CAUSE_COUNT; cause++) {
        problem_set(&problem, cause, NULL);
        problem.numbers[0] = 7;
        problem.word = "ports";
        problem.retry_after_s = cause % 3;
        compare(&page);
    }
}

/* A frame of frames.h, without its cooked header. */
static void add_packet(struct result_target *target, const char *name, uint64_t ms, bool outgoing)
{
    const struct frame *frame = frame_named(name);
    struct wire_message message = {
        .type = WIRE_PACKET,
        .packet = {.port = FRAME_DPORT, .time_ns = NS_PER_S + ms * NS_PER_MS, .outgoing = outgoing},
    };

    message.packet.len = (uint8_t)(frame->len - 20);
    memcpy(message.packet.bytes, frame->bytes + 20, message.packet.len);
    assert_true(probe_details_add(&target->trails[0], &message));
}

static void add_hop(struct result_target *target, uint8_t hop, const struct addr *addr)
{
    struct wire_message message = {.type = WIRE_HOP, .hop = {.port = FRAME_DPORT, .hop = hop}};

    message.hop.rtt_ns = VERDICT_NO_RTT;
    if (addr != NULL)
        message.hop.addr = *addr;
    assert_true(probe_details_add(&target->trails[0], &message));
}

/* Everything that can stand below a verdict. */
static void fill_target(struct result_target *target)
{
    struct verdict *verdict = &target->verdicts[0];

    target->addr = frame_them4;
    target->port_count = 2;
    target->done[0] = true; /* the second is still being asked */
    verdict_init(verdict, FRAME_DPORT);
    verdict_init(&target->verdicts[1], 80);
    verdict->rtt_ns = 23140000;
    verdict->sent = 3;
    verdict->responder = frame_router4;
    verdict->ttl = 52;
    verdict->hops = 13;
    verdict->icmp_type = 3;
    verdict->icmp_code = 13;
    verdict->evidence = (UINT64_C(1) << EVIDENCE_COUNT) - 1;
    verdict->explanations = (UINT64_C(1) << EXPLANATION_COUNT) - 1;
    add_hop(target, 1, &frame_router4);
    add_hop(target, 2, NULL);
    add_packet(target, "own-syn4", 0, true);
    add_packet(target, "syn-ack4", 3, false);
    add_packet(target, "own-syn4", 10, true);
    add_packet(target, "own-echo4", 11, true);
    add_packet(target, "echo-reply4", 12, false);
    add_packet(target, "admin-prohibited4", 19, false);
    for (unsigned i = 0; i < LADDER_ROWS_MAX; i++)
        add_packet(target, "own-syn4", 20 + i, true);
}

static void test_every_word_of_an_answer(void **state)
{
    static struct policy policy;
    static struct result result = {.host = "example.net", .target_count = 1};
    struct verdict *verdict = &result.targets[0].verdicts[0];
    struct page page = a_page(&policy);

    (void)state;
    policy_init(&policy);
    page.result = &result;
    page.pcap_path = "pcap/0123456789abcdef";
    fill_target(&result.targets[0]);
    result.warnings = (1U << WARNING_COUNT) - 1;
    for (unsigned s = 0; s < STATE_COUNT; s++)
        for (unsigned d = 0; d < DISPOSITION_COUNT; d++)
            for (unsigned a = 0; a < ACTOR_COUNT; a++) {
                verdict->state = s;
                verdict->disposition = d;
                verdict->actor = a;
                verdict->confidence = (s + d + a) % CONFIDENCE_COUNT;
                verdict->reason = (s * 7 + d * 3 + a) % REASON_COUNT;
                compare(&page);
            }
    result_free(&result);
}

/* --- whose address is it ------------------------------------------------------------------- */

static void compare_host(struct page *page, const struct host_answer *answer)
{
    char *english;

    page->language = ENGLISH;
    english = host_page_render(page, answer);
    page->language = GERMAN;
    compare_texts(english, host_page_render(page, answer));
}

static void set_names(struct dns_names *names, const char *first, const char *second)
{
    names->status = LOOKUP_OK;
    names->count = 2;
    strcpy(names->items[0].name, first);
    strcpy(names->items[1].name, second);
}

/* Everything that can stand there. */
static void fill_host_answer(struct host_answer *answer)
{
    struct network *network = &answer->addrs[0].network;

    strcpy(answer->host, "www.example.net");
    answer->is_name = true;
    answer->addr_count = answer->facts.addr_count = 1;
    answer->addrs[0].addr = answer->facts.addrs[0].addr = frame_them4;
    answer->addrs[0].ttl_s = 300;
    answer->left_out = 2;
    answer->aliases.count = 2;
    strcpy(answer->aliases.names[0], "example.net");
    strcpy(answer->aliases.names[1], "example.com");
    strcpy(answer->facts.zone, "example.net");
    strcpy(answer->facts.mail_of, "example.net");
    set_names(&answer->facts.name_servers, "ns1.example.org", "ns2.example.org");
    set_names(&answer->facts.mail, "mail.example.net", ".");
    set_names(&answer->facts.addrs[0].pointers, "www.example.com", "mail.example.com");
    network->asn = 64496;
    network->prefix = (struct prefix){frame_them4, 32};
    network->as_of_s = 1;
    strcpy(network->name, "Example Network Ltd.");
    strcpy(network->country, "DE");
    answer->source_count = 2;
    strcpy(answer->sources[0].attribution, "Networks: iptoasn.com");
    strcpy(answer->sources[0].licence, "PDDL 1.0");
    answer->sources[0].date_s = 1;
    answer->started_wall_ns = NS_PER_S * 100;
}

static void test_every_text_of_a_host(void **state)
{
    static struct policy policy;
    static struct host_answer answer;
    struct network *network = &answer.addrs[0].network;
    struct inquiry_addr *asked = &answer.facts.addrs[0];
    struct page page = a_page(&policy);
    struct problem problem;

    (void)state;
    policy_init(&policy);
    compare_host(&page, NULL);
    page.note = "A link led you here with a question. Press Look up to ask it.";
    compare_host(&page, NULL);
    page.note = NULL;
    fill_host_answer(&answer);
    for (unsigned kind = 0; kind < NETWORK_KIND_COUNT; kind++)
        for (unsigned origin = 0; origin < NETWORK_ORIGIN_COUNT; origin++)
            for (unsigned is = 0; is < 8 * 3; is++) {
                network->kind = kind;
                network->origin = origin;
                strcpy(network->provider, origin == 0 ? "" : kind == 1 ? "cloudfront" : "hetzner");
                strcpy(network->region, is % 2 != 0 ? "eu" : "");
                network->cdn = kind == NETWORK_CDN ? NETWORK_CDN_YES : NETWORK_CDN_UNKNOWN;
                network->is_visitor = is % 3;
                answer.visitor = is % 4 == 0   ? (struct addr){0}
                                 : is % 4 == 1 ? frame_us6
                                               : frame_us4;
                answer.is_name = is % 8 < 4;
                asked->confirmed = is % 3;
                asked->pointers.count = is % 5 != 0;
                asked->pointers.status = is % 2 == 0 ? LOOKUP_NO_NAME : LOOKUP_FAILED;
                answer.max_age_s = is % 2 == 0 ? UINT64_MAX : 0;
                compare_host(&page, &answer);
            }
    answer.source_count = 0;
    *network = (struct network){0};
    compare_host(&page, &answer);
    problem_set(&problem, CAUSE_HOST_NOT_FQDN, NULL);
    page.problem = &problem;
    compare_host(&page, NULL);
}

static char *document(const char *path)
{
    struct asset asset;
    char *text;

    if (!asset_at(path, &asset))
        fail_msg("there is no %s", path);
    text = strndup(asset.data, asset.len);
    assert_non_null(text);
    return text;
}

/* What is written twice, once in each language, has the same parts. */
static void test_documents(void **state)
{
    (void)state;
    compare_texts(document("/docs/cgnat"), document("/docs/de/cgnat"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms),
        cmocka_unit_test(test_other_pages),
        cmocka_unit_test(test_every_step),
        cmocka_unit_test(test_every_problem),
        cmocka_unit_test(test_every_word_of_an_answer),
        cmocka_unit_test(test_every_text_of_a_host),
        cmocka_unit_test(test_documents),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
