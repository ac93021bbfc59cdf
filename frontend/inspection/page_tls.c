/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/inspection/page_tls.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "frontend/inspection/chain.h"
#include "frontend/model/offered_ports.h"
#include "frontend/model/service.h"
#include "frontend/model/strbuf.h"
#include "frontend/page/problem_note.h"
#include "frontend/render/assets.h"
#include "frontend/render/inspection_text.h"

enum { TEXT_MAX_LEN = 256, TITLE_LEN = HOSTNAME_MAX_LEN + 32, TLS_PORT = 443, AGE_SHOWN_S = 2 };

/* --- the form ---------------------------------------------------------------------- */

static void put_host(struct strbuf *buf, const struct page_tls *page)
{
    char client[ADDR_TEXT_LEN];

    addr_format(page->frame->client, client);
    strbuf_append_html(buf, page->typed[0] != '\0' ? page->typed : client);
}

static void put_action(struct strbuf *buf, const struct page_tls *page)
{
    strbuf_printf(buf, "%stls%s%s", page->frame->up, page->frame->fixed_language ? "/" : "",
                  page->frame->fixed_language ? language_tag(page->frame->language) : "");
}

static uint16_t chosen_port(const struct page_tls *page)
{
    return page->asked != NULL && page->asked->request.port_count > 0
               ? page->asked->request.ports[0]
               : TLS_PORT;
}

static void put_ports(struct strbuf *buf, const struct page_tls *page)
{
    if (page->frame->policy->any_port) {
        strbuf_printf(buf,
                      "<input id=\"port\" name=\"port\" type=\"text\" inputmode=\"numeric\" "
                      "required value=\"%u\">\n",
                      chosen_port(page));
        return;
    }
    strbuf_append(buf, "<select id=\"port\" name=\"port\">\n");
    for (uint16_t port = 0; (port = offered_port_after(page->frame->policy, port)) != 0;) {
        const struct service *service = service_by_port(port);
        strbuf_printf(buf, "<option value=\"%u\"%s>%u %s</option>\n", port,
                      port == chosen_port(page) ? " selected" : "", port,
                      service != NULL ? service->label : "");
    }
    strbuf_append(buf, "</select>\n");
}

static void put_box(struct strbuf *buf, const struct page_tls *page, const char *name, bool checked,
                    const char *text)
{
    strbuf_printf(buf,
                  "<label class=\"option\"><input type=\"checkbox\" name=\"%s\" value=\"true\"%s> "
                  "%s</label>\n",
                  name, checked ? " checked" : "", tr(page->frame->language, text));
}

static void put_boxes(struct strbuf *buf, const struct page_tls *page)
{
    put_box(buf, page, "survey", page->asked != NULL && page->asked->survey,
            "Also test all TLS versions and post-quantum groups");
    put_box(buf, page, "service", page->asked != NULL && page->asked->greeting,
            "Only whether a program answers, not the certificate");
}

/* --- the answer ---------------------------------------------------------------------- */

static void put_fact(struct strbuf *buf, const char *name, const char *value)
{
    if (value[0] == '\0')
        return;
    strbuf_printf(buf, "<dt>%s</dt><dd>", name);
    strbuf_append_html(buf, value);
    strbuf_append(buf, "</dd>\n");
}

static const char *class_of(unsigned state)
{
    switch (state) {
    case INSPECTION_TRUSTED:
    case INSPECTION_ANSWERED: return "open";
    case INSPECTION_UNKNOWN:
    case INSPECTION_SILENT: return "unknown";
    default: return "closed";
    }
}

static void put_problems(struct strbuf *buf, const struct page_tls *page, unsigned target)
{
    const struct inspection_subject subject = inspected_subject(page->inspected, target);
    const struct inspection *it = subject.inspection;
    enum language l = page->frame->language;
    char sentence[INSPECTION_SENTENCE_LEN];

    for (unsigned i = 0; i < it->problem_count; i++) {
        bool said = i == 0 && inspection_problem_severity(it->problems[i].id) > SEVERITY_INFO;
        strbuf_append(buf, "<p>");
        if (!said) { /* the headline says it already */
            inspection_fact(l, &subject, &it->problems[i], sentence);
            strbuf_append_html(buf, sentence);
            strbuf_append(buf, "<br>");
        }
        strbuf_printf(buf, "<strong>%s</strong> ", tr(l, "What to do:"));
        inspection_next_step(l, &subject, &it->problems[i], sentence);
        strbuf_append_html(buf, sentence);
        strbuf_append(buf, "</p>\n");
    }
}

static void put_chain(struct strbuf *buf, enum language l, const struct inspection *it)
{
    if (it->chain_count == 0)
        return;
    strbuf_printf(buf, "<details open><summary>%s</summary>\n", tr(l, "The chain of certificates"));
    chain_draw(buf, l, it);
    strbuf_append(buf, "</details>\n");
}

static void put_survey(struct strbuf *buf, enum language l, const struct survey *survey)
{
    char versions[TEXT_MAX_LEN] = "";
    size_t len = 0;
    const char *post_quantum;

    if (!survey->asked)
        return;
    for (unsigned i = 0; i < SURVEY_VERSIONS; i++) {
        const char *weak = survey_weak_suite_name(survey->suites[i]);
        if (survey->answers[i] == SURVEY_YES && weak != NULL)
            put_fact(buf, tr(l, "Broken suites that the server chooses"), weak);
        if (survey->answers[i] != SURVEY_NO)
            len += (size_t)snprintf(versions + len, sizeof(versions) - len, "%s%s%s",
                                    len > 0 ? ", " : "", survey_version_name(i),
                                    survey->answers[i] == SURVEY_YES ? "" : " (?)");
    }
    put_fact(buf, tr(l, "Accepted versions"), versions);
    post_quantum = tr(l, survey_answer_name(survey_takes_post_quantum(survey)));
    if (survey_takes_post_quantum(survey) == SURVEY_YES)
        post_quantum = survey_prefers_post_quantum(survey) == SURVEY_YES
                           ? tr(l, "yes, and preferred")
                           : tr(l, "yes, but not preferred");
    put_fact(buf, tr(l, "Post-quantum key exchange"), post_quantum);
}

static void put_details(struct strbuf *buf, enum language l, const struct inspection *it)
{
    const char *version = inspection_version_name(it->version);

    if (version == NULL && it->protocol[0] == '\0' && !it->has_certificate && !it->survey.asked)
        return;
    strbuf_printf(buf, "<details><summary>%s</summary><dl>\n", tr(l, "The evidence"));
    put_fact(buf, tr(l, "Version"), version != NULL ? version : "");
    put_fact(buf, tr(l, "Cipher suite"), it->cipher);
    put_fact(buf, tr(l, "Key exchange"), it->group);
    put_survey(buf, l, &it->survey);
    put_fact(buf, tr(l, "Protocol"), it->protocol);
    put_fact(buf, tr(l, "Redirects to"), it->location);
    put_fact(buf, tr(l, "Its first line"), it->text);
    if (it->has_certificate) {
        put_fact(buf, tr(l, "Issued by"), it->chain[0].issuer);
        for (unsigned i = 0; i < it->name_count; i++)
            put_fact(buf, tr(l, "Name"), it->names[i]);
        strbuf_printf(buf, "<dt>%s</dt><dd>%d</dd>\n", tr(l, "Days left"),
                      inspection_days_left(it));
        put_fact(buf, tr(l, "Trusted roots"), it->store);
    }
    strbuf_append(buf, "</dl></details>\n");
}

/* A button that repeats the request with more patience, for a web server behind a CDN that is slow
 * to give up. */
static void put_patience(struct strbuf *buf, const struct page_tls *page, unsigned target)
{
    const struct inspected *inspected = page->inspected;

    if (!inspection_has(&inspected->targets[target].inspection, INSPECTION_PROBLEM_HTTP_SILENT))
        return;
    strbuf_append(buf, "<form class=\"service\" method=\"get\" action=\"");
    put_action(buf, page);
    strbuf_append(buf, "\"><input type=\"hidden\" name=\"host\" value=\"");
    strbuf_append_html(buf, inspected->host);
    strbuf_printf(buf,
                  "\"><input type=\"hidden\" name=\"port\" value=\"%u\">"
                  "<input type=\"hidden\" name=\"service\" value=\"true\">"
                  "<input type=\"hidden\" name=\"patient\" value=\"true\">"
                  "<button type=\"submit\">%s</button></form>\n",
                  inspected->port,
                  tr(page->frame->language, "Ask again, and wait up to 20 seconds"));
}

/* Says how old the answer is, if it was shared. */
static void put_age(struct strbuf *buf, const struct page_tls *page, const struct inspection *it)
{
    int64_t age_s = (int64_t)(page->inspected->started_wall_ns / NS_PER_S) - it->checked_s;

    if (it->checked_s == 0 || age_s < AGE_SHOWN_S)
        return;
    strbuf_append(buf, "<p class=\"when\">");
    strbuf_append_counted(
        buf, tr(page->frame->language, "Inspected # seconds ago, for an identical request."),
        (unsigned)age_s);
    strbuf_append(buf, "</p>\n");
}

static void put_target(struct strbuf *buf, const struct page_tls *page, unsigned i)
{
    const struct inspection_subject subject = inspected_subject(page->inspected, i);
    const struct inspected_target *target = &page->inspected->targets[i];
    const char *state = inspection_state_name(target->inspection.state);
    char sentence[INSPECTION_SENTENCE_LEN], address[ADDR_TEXT_LEN];

    addr_format(&target->addr, address);
    strbuf_printf(buf, "<section><h3>%s %s</h3>\n<article class=\"port %s\"><h4>%u: ",
                  target->addr.family == ADDR_IPV4 ? "IPv4" : "IPv6", address,
                  class_of(target->inspection.state), page->inspected->port);
    strbuf_printf(buf, "<span class=\"word\">%s</span></h4>\n<p>",
                  tr(page->frame->language, state));
    inspection_headline(page->frame->language, &subject, sentence);
    strbuf_append_html(buf, sentence);
    strbuf_append(buf, "</p>\n");
    put_age(buf, page, subject.inspection);
    put_problems(buf, page, i);
    put_patience(buf, page, i);
    put_chain(buf, page->frame->language, &target->inspection);
    put_details(buf, page->frame->language, &target->inspection);
    strbuf_append(buf, "</article></section>\n");
}

static void put_answer(struct strbuf *buf, const struct page_tls *page)
{
    if (page->problem != NULL) {
        strbuf_append(buf, "<section class=\"answer\">");
        problem_note_append(buf, page->frame->language, page->problem);
        strbuf_append(buf, "</section>\n");
    }
    if (page->inspected == NULL)
        return;
    strbuf_append(buf, "<section class=\"answer\"><h2>");
    strbuf_append_html(buf, page->inspected->host);
    strbuf_append(buf, "</h2>\n<div class=\"targets\">\n");
    for (unsigned i = 0; i < page->inspected->target_count; i++)
        put_target(buf, page, i);
    strbuf_append(buf, "</div>\n</section>\n");
}

/* --- the frame -------------------------------------------------------------------------- */

static const struct {
    const char *name;
    void (*put)(struct strbuf *buf, const struct page_tls *page);
} places[] = {
    {"{{host}}", put_host},     {"{{action}}", put_action}, {"{{ports}}", put_ports},
    {"{{answer}}", put_answer}, {"{{boxes}}", put_boxes},
};

/* Fills in {{=A text}} in the client's language; returns its end. */
static const char *put_text(struct strbuf *buf, const struct page_tls *page, const char *place)
{
    const char *text = place + strlen("{{="), *end = strstr(text, "}}");
    char english[TEXT_MAX_LEN];

    if (end == NULL || (size_t)(end - text) >= sizeof(english))
        return text;
    memcpy(english, text, (size_t)(end - text));
    english[end - text] = '\0';
    strbuf_append(buf, tr(page->frame->language, english));
    return end + strlen("}}");
}

static void put_part(struct strbuf *buf, const struct page_tls *page)
{
    const char *at = asset_part("tls.html");

    for (const char *place; (place = strstr(at, "{{")) != NULL;) {
        strbuf_append_n(buf, at, (size_t)(place - at));
        at = place + 2;
        if (place[2] == '=')
            at = put_text(buf, page, place);
        for (unsigned i = 0; i < ARRAY_LEN(places); i++) {
            size_t len = strlen(places[i].name);
            if (strncmp(place, places[i].name, len) != 0)
                continue;
            places[i].put(buf, page);
            at = place + len;
        }
    }
    strbuf_append(buf, at);
}

/* Fills in a part of the frame. */
static void put_frame(struct strbuf *buf, const struct page_tls *page, const char *name)
{
    struct page frame = *page->frame;
    char title[TITLE_LEN], *text;

    if (page->inspected != NULL)
        snprintf(title, sizeof(title), "TLS: %s, Port %u", page->inspected->host,
                 page->inspected->port);
    else
        snprintf(title, sizeof(title), "%s", tr(frame.language, "Does TLS work there?"));
    frame.title = title;
    frame.problem = page->problem;
    text = page_fill(&frame, asset_part(name));

    if (text != NULL)
        strbuf_append(buf, text);
    else
        buf->failed = true;
    free(text);
}

char *page_tls_render(const struct page_tls *page)
{
    struct strbuf buf = {0};

    put_frame(&buf, page, "head.html");
    put_part(&buf, page);
    put_frame(&buf, page, "foot.html");
    return strbuf_take(&buf);
}
