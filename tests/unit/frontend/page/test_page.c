/* SPDX-License-Identifier: BSD-2-Clause */
/* The page: what every one of them holds to, and what hostile texts become. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/compiler.h"
#include "frontend/model/service.h"
#include "frontend/model/strbuf.h"
#include "frontend/page/page.h"
#include "frontend/render/assets.h"

static const struct addr client = {ADDR_IPV6, {0x20, 1, 0x0d, 0xb8, [15] = 9}};

static const struct addr public_client = {ADDR_IPV4, {93, 184, 215, 14}};
static const struct page_limits limits = {60, 60, 30, 60};
static const struct page_owner nobody = {"", "", "", ""};

static struct page a_page(const struct policy *policy)
{
    return (struct page){.policy = policy,
                         .client = &client,
                         .limits = &limits,
                         .owner = &nobody,
                         .up = "",
                         .origin = "https://ports.example.net/"};
}

static unsigned count_of(const char *text, const char *word)
{
    unsigned count = 0;

    for (; (text = strstr(text, word)) != NULL; text += strlen(word))
        count++;
    return count;
}

static void assert_has(const char *html, const char *wanted)
{
    if (strstr(html, wanted) == NULL)
        fail_msg("not in the page: %s\n%s", wanted, html);
}

static void assert_has_not(const char *html, const char *unwanted)
{
    if (strstr(html, unwanted) != NULL)
        fail_msg("in the page: %s\n%s", unwanted, html);
}

static bool is_void(const char *name)
{
    static const char *const names[] = {"!DOCTYPE", "meta", "link", "input", "br", "hr", "img"};

    for (unsigned i = 0; i < ARRAY_LEN(names); i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return false;
}

/* Every tag that is opened is closed, in order, and no < stands alone. */
static void assert_nested(const char *html)
{
    char open[32][16], name[16];
    unsigned depth = 0;

    for (const char *at = html; (at = strchr(at, '<')) != NULL; at++) {
        bool closes = at[1] == '/';
        size_t len = strcspn(at + 1 + closes, " >\n");
        assert_in_range(len, 1, sizeof(name) - 1);
        memcpy(name, at + 1 + closes, len);
        name[len] = '\0';
        assert_non_null(strchr(at, '>'));
        if (is_void(name) || strchr(at, '>')[-1] == '/')
            continue;
        if (!closes) {
            assert_true(depth < ARRAY_LEN(open));
            memcpy(open[depth++], name, len + 1);
            continue;
        }
        assert_true(depth > 0);
        assert_string_equal(open[--depth], name);
    }
    assert_int_equal(depth, 0);
}

/* What the content security policy and an assistive device rely on. */
static void assert_sound(const char *html)
{
    static const char *const never[] = {"<script>", " style=", "<style", " onclick", "javascript:",
                                        "{{",       "}}",      "(null)", "id=\"\""};

    for (unsigned i = 0; i < ARRAY_LEN(never); i++)
        assert_has_not(html, never[i]);
    assert_has(html, "<html lang=\"en\">");
    assert_has(html, "name=\"viewport\"");
    assert_has(html, "<label for=\"host\">");
    assert_has(html, "<label for=\"family\">");
    assert_has(html, "<legend>");
    assert_int_equal(count_of(html, "<h1"), 1);
    assert_int_equal(count_of(html, " id=\"host\""), 1);
    /* each port has its title, the trace explains itself */
    assert_int_equal(count_of(html, "type=\"checkbox\""),
                     count_of(html, "<label class=\"chip\" title=\"") + 1);
    assert_has_not(html, "href=\"/");
    assert_has_not(html, "src=\"/");
    assert_nested(html);
}

static char *render(const struct page *page)
{
    char *html = page_render(page);

    assert_non_null(html);
    assert_sound(html);
    return html;
}

static void test_first_visit(void **state)
{
    struct policy policy;
    struct page page = a_page(&policy);
    char *html;

    (void)state;
    policy_init(&policy);
    html = render(&page);
    assert_has(html, "name=\"host\"");
    assert_has(html, "value=\"\"");
    assert_has(html, "you are 2001:db8::9. That is not a public address");
    assert_has_not(html, "class=\"own\"");
    assert_has(html, "pick up to 3");
    assert_has(html, "It costs 3 units of your 60.");
    assert_has(html, ">3389 Remote Desktop</label>");
    assert_has(html, ">5900 VNC</label>");
    assert_has(html, ">1433 SQL Server</label>");
    assert_int_equal(count_of(html, "role=\"group\""), 5);
    assert_has(html, "name=\"ports\" value=\"25565\"");
    assert_int_equal(count_of(html, "type=\"checkbox\""), policy_default_ports_len + 1);
    assert_has_not(html, " checked>");
    assert_has_not(html, "class=\"answer\"");
    free(html);

    page.client = &public_client;
    html = render(&page);
    assert_has(html, "<a class=\"own\" href=\"./?me\">93.184.215.14</a>");
    assert_has(html, "value=\"\"");
    free(html);

    policy.any_port = true;
    policy.max_ports = 1;
    html = render(&page);
    assert_has(html, "pick up to 1");
    assert_has(html, "<label class=\"any\" for=\"ports\">");
    assert_has(html, "id=\"ports\" name=\"ports\" type=\"text\"");
    free(html);
}

static void fill_result(struct result *result)
{
    static const struct addr addrs[] = {{ADDR_IPV4, {203, 0, 113, 7}},
                                        {ADDR_IPV6, {0x20, 1, 0x0d, 0xb8, [15] = 7}}};

    memset(result, 0, sizeof(*result));
    memcpy(result->host, "example.net", sizeof("example.net"));
    result->started_wall_ns = UINT64_C(1795729797) * 1000000000;
    result->target_count = 2;
    for (unsigned i = 0; i < 2; i++) {
        struct result_target *target = &result->targets[i];
        target->addr = addrs[i];
        target->port_count = 1;
        target->done[0] = true;
        verdict_init(&target->verdicts[0], 443);
        target->verdicts[0].sent = 1;
        target->verdicts[0].responder = addrs[i];
    }
    result->targets[0].verdicts[0].state = STATE_OPEN;
    result->targets[0].verdicts[0].reason = REASON_SYN_ACK;
    result->targets[0].verdicts[0].disposition = DISPOSITION_ACCEPT;
    result->targets[0].verdicts[0].actor = ACTOR_HOST;
    result->targets[0].verdicts[0].rtt_ns = 23140000;
    result->targets[0].verdicts[0].ttl = 52;
    result->targets[0].verdicts[0].hops = 13;
    result->targets[0].verdicts[0].evidence = 1U << EVIDENCE_RETRANSMITTED;
    result->targets[1].verdicts[0].state = STATE_FILTERED;
    result->targets[1].verdicts[0].reason = REASON_ICMP_ADMIN_PROHIBITED;
    result->targets[1].verdicts[0].disposition = DISPOSITION_REJECT;
    result->targets[1].verdicts[0].icmp_type = 1;
    result->targets[1].verdicts[0].icmp_code = 0;
}

static void test_answer(void **state)
{
    struct policy policy;
    struct request request = {.ports = {443}, .port_count = 1, .family = REQUEST_IPV6};
    struct result result;
    struct request_link link = {
        .asks = true, .typed = "https://Example.net", .at = "2026-11-26T20:00:00Z"};
    struct page page = a_page(&policy);
    char *html;

    (void)state;
    policy_init(&policy);
    fill_result(&result);
    result_compare_families(&result);
    pasted_read(link.typed, &link.pasted);
    page.link = &link;
    page.request = &request;
    page.result = &result;
    html = render(&page);
    assert_has(html, "value=\"Example.net\"");
    assert_has(html, "Read as host <strong>Example.net</strong>, port <strong>443</strong>; left "
                     "out: the scheme.");
    assert_has(html, "<title>example.net: 443 open \xe2\x80\x93 portlight</title>");
    assert_has(html, "made at 2026-11-26 20:00:00 UTC. This is a new check.");
    assert_has(html,
               "href=\"./?host=example.net&amp;ports=443&amp;family=ipv6&amp;trace=false&amp;at="
               "2026-11-26T21:49:57Z\"");
    /* the answer itself, not a link that asks anew */
    assert_has(html, "data-act=\"Copy as JSON\"><code>{&quot;host&quot;:&quot;example.net&quot;,");
    assert_int_equal(count_of(html, "href=\"api/v1/check"), 0);
    assert_has(html, "curl '<span class=\"origin\">https://ports.example.net/</span>api/v1/check?");
    assert_has(html, "--explain --ipv6 example.net 443</code>");
    assert_has(html, "| 203.0.113.7 | 443 HTTPS | is open | guess |");
    assert_has(html, "value=\"443\" checked>");
    assert_has(html, "<option value=\"ipv6\" selected>");
    assert_int_equal(count_of(html, " checked>"), 2); /* the port, and: no trace */
    assert_int_equal(count_of(html, " selected"), 1);
    assert_has(html, "IPv4 and IPv6 give different answers.");
    assert_has(html, "<h3>IPv4 203.0.113.7</h3>");
    assert_has(html, "<h3>IPv6 2001:db8::7</h3>");
    assert_has(html,
               "<article id=\"t0-443\" class=\"port open\"><h4><span class=\"mark\" "
               "aria-hidden=\"true\">\xe2\x9c\x94</span>443 HTTPS <span class=\"word\">is open"
               "</span></h4>\n<p>Open: a program on 203.0.113.7 accepted the connection. <span "
               "class=\"rtt\">23.1 ms</span></p>\n");
    assert_has(html, "<h5>What decided</h5>\n<ul>\n<li>a SYN-ACK that acknowledges our SYN</li>");
    assert_has(
        html,
        "<li>the answer came to a later SYN: the first was lost, or met an old connection</li>");
    assert_has(html, "<dl>\n"
                     "<dt>Deciding packet</dt><dd>syn-ack</dd>\n"
                     "<dt>What happened to our SYN</dt><dd>accept</dd>\n"
                     "<dt>Decided by</dt><dd>host</dd>\n"
                     "<dt>Round-trip time</dt><dd>23.1 ms</dd>\n"
                     "<dt>SYNs sent</dt><dd>1</dd>\n"
                     "<dt>Answered by</dt><dd>203.0.113.7</dd>\n"
                     "<dt>TTL of the answer</dt><dd>52</dd>\n"
                     "<dt>Distance in hops</dt><dd>13</dd>\n"
                     "</dl>\n</details>\n</article>\n");
    assert_has(html, "class=\"port filtered\">");
    assert_has(html, "<dt>ICMP type and code</dt><dd>1, 0</dd>");
    assert_int_equal(count_of(html, "<h5>What to do</h5>"), 1);
    assert_int_equal(count_of(html, "<h5>What next</h5>"), 1);
    assert_int_equal(count_of(html, "<svg class=\"path\" role=\"img\" aria-label=\""), 2);
    free(html);
}

static void test_hostile_texts(void **state)
{
    struct policy policy;
    struct problem problem;
    struct request_link link = {.asks = true,
                                .typed = "\"><script>alert('1')</script>{{answer}}&amp;"};
    static const struct page_owner evil = {"<b>", "\"><i>@x", "\"><i>", "<script>\n{{nav}}"};
    struct page page = a_page(&policy);
    char *html;

    (void)state;
    policy_init(&policy);
    problem_set_text(&problem, PROBLEM_RATE_LIMITED, NULL, NULL, "<b onclick=\"x\">%s</b>", "&");
    problem.retry_after_s = 7;
    page.link = &link;
    page.problem = &problem;
    page.owner = &evil;
    html = page_fill(&page, "<p>{{about}}</p>");
    assert_string_equal(html, "<p><p>&lt;script&gt;</p>\n<p>{{nav}}</p>\n</p>");
    free(html);
    html = page_render(&page);
    assert_non_null(html);
    assert_nested(html);
    assert_has(html, "value=\"&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;"
                     "{{answer}}&amp;amp;\"");
    assert_has(html, "<h2>Too many requests</h2>\n"
                     "<p>&lt;b onclick=&quot;x&quot;&gt;&amp;&lt;/b&gt;</p>\n"
                     "<p>Try again in 7 seconds.</p>");
    assert_int_equal(count_of(html, "role=\"alert\""), 1);
    free(html);
}

/* A Host header ends up in commands that people copy. */
static void test_origin(void **state)
{
    static const struct {
        const char *host, *origin;
    } rows[] = {
        {"ports.example.net", "https://ports.example.net/"},
        {"localhost:8080", "http://localhost:8080/"},
        {"203.0.113.9", "http://203.0.113.9/"},
        {"[2001:db8::9]:8080", "http://[2001:db8::9]:8080/"},
        {"a'; rm -rf /; '", "http://localhost:8080/"},
        {"$(id)", "http://localhost:8080/"},
        {"", "http://localhost:8080/"},
        {NULL, "http://localhost:8080/"},
    };
    char origin[PAGE_ORIGIN_LEN];

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        page_origin(rows[i].host, origin);
        assert_string_equal(origin, rows[i].origin);
    }
}

static void test_assets(void **state)
{
    struct asset css, none;

    (void)state;
    assert_true(asset_at("/style.css", &css));
    assert_string_equal(css.type, "text/css; charset=utf-8");
    assert_int_equal(css.len, strlen(css.data));
    assert_has(css.data, "prefers-color-scheme: dark");
    assert_has(css.data, ":focus-visible");
    assert_has_not(css.data, "http");
    assert_has_not(css.data, "@import");
    assert_false(asset_at("/head.html", &none));
    assert_false(asset_at("/../style.css", &none));
    assert_false(asset_at("style.css", &none));
    assert_false(asset_at("head.html", &none));
    assert_false(asset_at("/nav.en.html", &none));
    assert_has(asset_part("foot.html"), "{{nav}}");
    assert_has(asset_part("nav.en.html"),
               "<a href=\"{{up}}docs/states\">Open, closed, filtered</a>");
    assert_has(asset_part("nav.de.html"), "<a href=\"{{up}}docs/de/states\">Offen, geschlossen");
    assert_string_equal(asset_part("nav.fr.html"), "");
}

static void test_services(void **state)
{
    (void)state;
    for (size_t i = 0; i < policy_default_ports_len; i++) {
        const struct service *service = service_by_port(policy_default_ports[i]);
        assert_non_null(service);
        assert_ptr_equal(service_by_name(service->name), service);
        assert_null(strpbrk(service->description, "<>&\"'"));
    }
    assert_string_equal(service_by_port(5900)->name, "rfb");
    assert_null(service_by_port(81));
    assert_null(service_by_name("HTTP"));
}

static void test_growing_text(void **state)
{
    struct strbuf buf = {0};
    char *text;

    (void)state;
    text = strbuf_take(&buf);
    assert_string_equal(text, "");
    free(text);
    for (unsigned i = 0; i < 300; i++)
        strbuf_printf(&buf, "%03u,", i);
    assert_int_equal(buf.len, 1200);
    strbuf_append_n(&buf, "x\0y", 3);
    text = strbuf_take(&buf);
    assert_memory_equal(text + 1192, "298,299,x\0y", 12);
    free(text);
    assert_null(buf.text);
    buf.failed = true;
    strbuf_append(&buf, "lost");
    assert_null(strbuf_take(&buf));
    assert_false(buf.failed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_visit),   cmocka_unit_test(test_answer),
        cmocka_unit_test(test_hostile_texts), cmocka_unit_test(test_origin),
        cmocka_unit_test(test_assets),        cmocka_unit_test(test_services),
        cmocka_unit_test(test_growing_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
