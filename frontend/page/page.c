/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/page/page.h"

#include <string.h>

#include "common/contract/syn_schedule.h"
#include "frontend/model/offered_ports.h"
#include "frontend/model/service.h"
#include "frontend/model/strbuf.h"
#include "frontend/render/advice.h"
#include "frontend/render/assets.h"
#include "frontend/page/ladder_svg.h"

enum { TEXT_MAX_LEN = 256 };

/* --- the form ------------------------------------------------------------------ */

static void put_host(struct strbuf *buf, const struct page *page)
{
    char visitor[ADDR_TEXT_LEN];

    addr_format(page->visitor, visitor);
    strbuf_append_html(buf, page->typed[0] != '\0' ? page->typed : visitor);
}

/* Where the form leads, and where its script asks: to this language if it was chosen. */
static void put_action(struct strbuf *buf, const struct page *page)
{
    strbuf_printf(buf, "/%s", page->fixed_language ? language_tag(page->language) : "");
}

static void put_live(struct strbuf *buf, const struct page *page)
{
    strbuf_printf(buf, "/live%s%s", page->fixed_language ? "/" : "",
                  page->fixed_language ? language_tag(page->language) : "");
}

static void put_nav(struct strbuf *buf, const struct page *page)
{
    char name[] = "nav.xx.html";

    memcpy(strchr(name, 'x'), language_tag(page->language), 2);
    strbuf_append(buf, asset_part(name));
}

static void put_language(struct strbuf *buf, const struct page *page)
{
    strbuf_append(buf, language_tag(page->language));
}

static bool is_chosen(const struct request *request, uint16_t port)
{
    for (unsigned i = 0; request != NULL && i < request->port_count; i++)
        if (request->ports[i] == port)
            return true;
    return false;
}

static void put_checkbox(struct strbuf *buf, const struct page *page, uint16_t port)
{
    const struct service *service = service_by_port(port);

    strbuf_printf(
        buf, "<label%s%s%s><input type=\"checkbox\" name=\"ports\" value=\"%u\"%s> %u %s</label>\n",
        service != NULL ? " title=\"" : "",
        service != NULL ? tr(page->language, service->description) : "",
        service != NULL ? "\"" : "", port, is_chosen(page->request, port) ? " checked" : "", port,
        service != NULL ? service->name : "");
}

/* With the allowlist lifted there is nothing to tick but to type. */
static void put_ports(struct strbuf *buf, const struct page *page)
{
    if (page->policy->any_port) {
        strbuf_append(buf, "<label class=\"any\" for=\"ports\">");
        strbuf_append(buf, tr(page->language, "Port numbers, separated by commas"));
        strbuf_append(buf,
                      "</label>"
                      "<input class=\"any\" id=\"ports\" name=\"ports\" type=\"text\" required "
                      "inputmode=\"numeric\" value=\"");
        for (unsigned i = 0; page->request != NULL && i < page->request->port_count; i++)
            strbuf_printf(buf, "%s%u", i > 0 ? "," : "", page->request->ports[i]);
        strbuf_append(buf, "\">\n");
        return;
    }
    for (uint16_t port = 0; (port = offered_port_after(page->policy, port)) != 0;)
        put_checkbox(buf, page, port);
}

static void put_families(struct strbuf *buf, const struct page *page)
{
    static const struct {
        const char *value, *text;
    } options[] = {{"any", "IPv4 and IPv6"}, {"ipv4", "IPv4"}, {"ipv6", "IPv6"}};

    for (unsigned i = 0; i < ARRAY_LEN(options); i++)
        strbuf_printf(buf, "<option value=\"%s\"%s>%s</option>\n", options[i].value,
                      page->request != NULL && page->request->family == i ? " selected" : "",
                      tr(page->language, options[i].text));
}

static void put_trace(struct strbuf *buf, const struct page *page)
{
    if (page->request != NULL && page->request->trace)
        strbuf_append(buf, " checked");
}

static void put_packets(struct strbuf *buf, const struct page *page)
{
    if (page->request != NULL && page->request->packets)
        strbuf_append(buf, " checked");
}

/* For the line that shows how far a check has come: its length, and when SYNs go out. */
static void put_timing(struct strbuf *buf, const struct page *page)
{
    unsigned steps = syn_schedule_attempts_within(page->policy->timeout_ms);

    strbuf_printf(buf, "data-max-ports=\"%u\" data-ms=\"%u\" data-syns=\"", page->policy->max_ports,
                  page->policy->timeout_ms + page->policy->linger_ms);
    for (unsigned i = 0; i < steps; i++)
        strbuf_printf(buf, "%s%u", i > 0 ? " " : "", syn_schedule[i].at_ms);
    strbuf_append(buf, "\"");
}

/* --- the answer ------------------------------------------------------------------ */

static const char *icon_of(enum verdict_state state)
{
    switch (state) {
    case STATE_OPEN: return "✔";
    case STATE_CLOSED: return "✘";
    case STATE_FILTERED: return "⊘";
    default: return "?";
    }
}

static void put_fact(struct strbuf *buf, const char *name, const char *value)
{
    strbuf_printf(buf, "<dt>%s</dt><dd>", name);
    strbuf_append_html(buf, value);
    strbuf_append(buf, "</dd>\n");
}

static void put_number(struct strbuf *buf, const char *name, int value)
{
    if (value >= 0)
        strbuf_printf(buf, "<dt>%s</dt><dd>%d</dd>\n", name, value);
}

static void put_facts(struct strbuf *buf, enum language l, const struct verdict *verdict)
{
    char responder[ADDR_TEXT_LEN];

    strbuf_printf(buf, "<details><summary>%s</summary><dl>\n", tr(l, "The evidence"));
    put_fact(buf, tr(l, "Deciding packet"), verdict_reason_name(verdict->reason));
    put_fact(buf, tr(l, "What happened to our SYN"),
             tr(l, verdict_disposition_name(verdict->disposition)));
    put_fact(buf, tr(l, "Decided by"), tr(l, verdict_actor_name(verdict->actor)));
    put_fact(buf, tr(l, "Confidence"), tr(l, verdict_confidence_name(verdict->confidence)));
    if (verdict->rtt_ns != VERDICT_NO_RTT)
        strbuf_printf(buf, "<dt>%s</dt><dd>%.1f ms</dd>\n", tr(l, "Round-trip time"),
                      (double)verdict->rtt_ns / 1e6);
    put_number(buf, tr(l, "SYNs sent"), verdict->sent);
    if (verdict->responder.family != ADDR_NONE) {
        addr_format_shown(&verdict->responder, responder);
        put_fact(buf, tr(l, "Answered by"),
                 addr_is_unspecified(&verdict->responder) ? tr(l, "private") : responder);
    }
    put_number(buf, tr(l, "TTL of the answer"), verdict->ttl);
    put_number(buf, tr(l, "Distance in hops"), verdict->hops);
    if (verdict->icmp_type != VERDICT_NO_ICMP)
        strbuf_printf(buf, "<dt>%s</dt><dd>%d, %d</dd>\n", tr(l, "ICMP type and code"),
                      verdict->icmp_type, verdict->icmp_code);
    for (unsigned bit = 0; bit < EVIDENCE_COUNT; bit++)
        if ((verdict->evidence >> bit & 1) != 0)
            put_fact(buf, tr(l, "Observed"), verdict_evidence_name(bit));
    for (unsigned bit = 0; bit < EXPLANATION_COUNT; bit++)
        if ((verdict->explanations >> bit & 1) != 0)
            put_fact(buf, tr(l, "May be"), verdict_explanation_name(bit));
    strbuf_append(buf, "</dl></details>\n");
}

static void put_path(struct strbuf *buf, enum language l, const struct probe_details *details)
{
    char address[ADDR_TEXT_LEN];

    if (details->hop_count == 0)
        return;
    strbuf_printf(buf, "<details open><summary>%s</summary><ol>\n", tr(l, "The path"));
    for (unsigned i = 0; i < details->hop_count; i++) {
        const struct probe_hop *hop = &details->hops[i];
        addr_format(&hop->addr, address);
        strbuf_printf(buf, "<li>%s",
                      hop->addr.family == ADDR_NONE     ? tr(l, "silent")
                      : addr_is_unspecified(&hop->addr) ? tr(l, "private")
                                                        : address);
        if (hop->rtt_ns != VERDICT_NO_RTT)
            strbuf_printf(buf, ", %.1f ms", (double)hop->rtt_ns / 1e6);
        strbuf_append(buf, "</li>\n");
    }
    strbuf_append(buf, "</ol></details>\n");
}

static void put_head(struct strbuf *buf, const struct result *result,
                     const struct result_target *target, unsigned i, const char *class)
{
    const struct service *service = service_by_port(target->verdicts[i].port);
    uint16_t port = target->verdicts[i].port;

    strbuf_printf(buf, "<article id=\"t%u-%u\" class=\"port %s\"><h4>%u %s: ",
                  (unsigned)(target - result->targets), port, class, port,
                  service != NULL ? service->name : "tcp");
}

static void put_waiting(struct strbuf *buf, enum language l, const struct result *result,
                        const struct result_target *target, unsigned i)
{
    put_head(buf, result, target, i, "waiting");
    strbuf_printf(buf, "<span class=\"word\">%s</span></h4></article>\n", tr(l, "checking …"));
}

static void put_port(struct strbuf *buf, enum language l, const struct result *result,
                     const struct result_target *target, unsigned i)
{
    const struct verdict *verdict = &target->verdicts[i];
    const char *state = verdict_state_name(verdict->state);
    const char *next_step = advice_next_step(verdict);
    char summary[ADVICE_TEXT_LEN];

    if (!target->done[i]) {
        put_waiting(buf, l, result, target, i);
        return;
    }
    put_head(buf, result, target, i, state);
    strbuf_printf(buf,
                  "<span class=\"word\"><span aria-hidden=\"true\">%s</span> %s</span></h4>\n<p>",
                  icon_of(verdict->state), tr(l, state));
    advice_summary(l, verdict, &target->addr, summary);
    strbuf_append_html(buf, summary);
    strbuf_append(buf, "</p>\n");
    if (next_step != NULL) {
        strbuf_printf(buf, "<p><strong>%s</strong> ", tr(l, "What to do:"));
        strbuf_append_html(buf, tr(l, next_step));
        strbuf_append(buf, "</p>\n");
    }
    ladder_svg_append(buf, l, target, i);
    put_path(buf, l, &target->trails[i]);
    put_facts(buf, l, verdict);
    strbuf_append(buf, "</article>\n");
}

static void put_result(struct strbuf *buf, const struct page *page)
{
    const struct result *result = page->result;
    enum language l = page->language;
    char address[ADDR_TEXT_LEN];

    strbuf_append(buf, "<section class=\"answer\"><h2>");
    strbuf_append_html(buf, result->host);
    strbuf_append(buf, "</h2>\n");
    for (unsigned i = 0; i < WARNING_COUNT; i++) {
        if ((result->warnings >> i & 1) == 0)
            continue;
        strbuf_append(buf, "<p class=\"note\">");
        strbuf_append_html(buf, tr(l, result_warning_text((enum result_warning)i)));
        strbuf_append(buf, "</p>\n");
    }
    strbuf_append(buf, "<div class=\"targets\">\n");
    for (unsigned i = 0; i < result->target_count; i++) {
        const struct result_target *target = &result->targets[i];
        addr_format(&target->addr, address);
        strbuf_printf(buf, "<section><h3>%s %s</h3>\n",
                      target->addr.family == ADDR_IPV4 ? "IPv4" : "IPv6", address);
        for (unsigned j = 0; j < target->port_count; j++)
            put_port(buf, l, result, target, j);
        strbuf_append(buf, "</section>\n");
    }
    strbuf_append(buf, "</div>\n");
    if (page->pcap_path != NULL)
        strbuf_printf(buf, "<p><a href=\"%s\" download>%s</a>, %s</p>\n", page->pcap_path,
                      tr(l, "All packets as a pcap file"), tr(l, "kept for ten minutes"));
    strbuf_append(buf, "</section>\n");
}

static void put_problem(struct strbuf *buf, enum language l, const struct problem *problem)
{
    const char *format = problem_format(problem->cause);
    char detail[PROBLEM_DETAIL_LEN];

    strbuf_append(buf, "<section class=\"answer\"><div class=\"note problem\" role=\"alert\"><h2>");
    strbuf_append_html(buf, tr(l, problem_title(problem->id)));
    strbuf_append(buf, "</h2>\n<p>");
    if (format != NULL)
        problem_write_detail(problem, tr(l, format), detail);
    strbuf_append_html(buf, format != NULL ? detail : problem->detail);
    strbuf_append(buf, "</p>\n");
    if (problem->retry_after_s > 0) {
        strbuf_append(buf, "<p>");
        strbuf_append_counted(buf,
                              tr(l, problem->retry_after_s == 1 ? "Try again in a second."
                                                                : "Try again in # seconds."),
                              problem->retry_after_s);
        strbuf_append(buf, "</p>\n");
    }
    strbuf_append(buf, "</div></section>\n");
}

static void put_answer(struct strbuf *buf, const struct page *page)
{
    if (page->result != NULL)
        put_result(buf, page);
    if (page->problem != NULL)
        put_problem(buf, page->language, page->problem);
}

/* --- the frame ------------------------------------------------------------------- */

static const struct {
    const char *name;
    void (*put)(struct strbuf *buf, const struct page *page);
} places[] = {
    {"{{host}}", put_host},         {"{{action}}", put_action}, {"{{ports}}", put_ports},
    {"{{families}}", put_families}, {"{{trace}}", put_trace},   {"{{answer}}", put_answer},
    {"{{packets}}", put_packets},   {"{{timing}}", put_timing}, {"{{live}}", put_live},
    {"{{language}}", put_language}, {"{{nav}}", put_nav},
};

/* {{=A text}} in the visitor's language, '#' the number of ports allowed; up to its end. */
static const char *put_text(struct strbuf *buf, const struct page *page, const char *place)
{
    const char *text = place + strlen("{{="), *end = strstr(text, "}}");
    char english[TEXT_MAX_LEN];

    if (end == NULL || (size_t)(end - text) >= sizeof(english))
        return text;
    memcpy(english, text, (size_t)(end - text));
    english[end - text] = '\0';
    strbuf_append_counted(buf, tr(page->language, english), page->policy->max_ports);
    return end + strlen("}}");
}

char *page_render(const struct page *page)
{
    struct strbuf buf = {0};
    const char *at = asset_part("index.html");

    for (const char *place; (place = strstr(at, "{{")) != NULL;) {
        strbuf_append_n(&buf, at, (size_t)(place - at));
        at = place + 2;
        if (place[2] == '=')
            at = put_text(&buf, page, place);
        for (unsigned i = 0; i < ARRAY_LEN(places); i++) {
            size_t len = strlen(places[i].name);
            if (strncmp(place, places[i].name, len) != 0)
                continue;
            places[i].put(&buf, page);
            at = place + len;
        }
    }
    strbuf_append(&buf, at);
    return strbuf_take(&buf);
}

char *page_render_answer(const struct page *page)
{
    struct strbuf buf = {0};

    put_answer(&buf, page);
    return strbuf_take(&buf);
}

char *page_render_port(enum language language, const struct result *result,
                       const struct result_target *target, unsigned port_index)
{
    struct strbuf buf = {0};

    put_port(&buf, language, result, target, port_index);
    return strbuf_take(&buf);
}
