/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/page/answer.h"

#include <string.h>

#include "frontend/page/card.h"
#include "frontend/page/places.h"
#include "frontend/page/problem_note.h"
#include "frontend/page/take_home.h"
#include "frontend/render/network_words.h"

static void put_note(struct strbuf *buf, const char *text)
{
    strbuf_append(buf, "<p class=\"note\">");
    strbuf_append_html(buf, text);
    strbuf_append(buf, "</p>\n");
}

/* What was read out of what was pasted, if anything was left out. */
static void put_reading(struct strbuf *buf, const struct page *page)
{
    enum language l = page->language;
    const struct pasted *pasted = page->link != NULL ? &page->link->pasted : NULL;
    const char *before = "";

    if (pasted == NULL || pasted->host[0] == '\0' || (pasted->removed == 0 && pasted->port == 0))
        return;
    strbuf_printf(buf, "<p class=\"note\">%s <strong>", tr(l, "Read as host"));
    strbuf_append_html(buf, pasted->host);
    strbuf_append(buf, "</strong>");
    if (pasted->port > 0 && pasted->port <= UINT16_MAX)
        strbuf_printf(buf, ", %s <strong>%u</strong>", tr(l, "port"), pasted->port);
    if (pasted->removed != 0)
        strbuf_printf(buf, "; %s: ", tr(l, "left out"));
    for (unsigned part = 0; part < PASTED_COUNT; part++)
        if ((pasted->removed >> part & 1) != 0) {
            strbuf_printf(buf, "%s%s", before, tr(l, pasted_part_text((enum pasted_part)part)));
            before = ", ";
        }
    strbuf_append(buf, ".</p>\n");
}

/* A link that was made of another answer says when. */
static void put_age(struct strbuf *buf, const struct page *page)
{
    if (page->link == NULL || page->link->at[0] == '\0')
        return;
    strbuf_printf(buf, "<p class=\"note\">%s %.10s %.8s UTC. %s</p>\n",
                  tr(page->language, "The link to this answer was made at"), page->link->at,
                  strlen(page->link->at) > 11 ? page->link->at + 11 : "",
                  tr(page->language, "This one was asked again."));
}

static void put_head(struct strbuf *buf, const struct page *page)
{
    const struct result *result = page->result;
    enum language l = page->language;
    char sentence[NETWORK_SENTENCE_LEN];

    strbuf_append(buf, "<div class=\"about\" id=\"about\"><h2>");
    strbuf_append_html(buf, result->host);
    strbuf_append(buf, "</h2>\n");
    if (result_is_complete(result))
        take_home_append_links(buf, page);
    else
        strbuf_printf(buf, "<p class=\"when\">%s</p>\n<p class=\"acts\">&#160;</p>\n",
                      tr(l, "Asking …"));
    put_reading(buf, page);
    put_age(buf, page);
    if (network_words_behind_cdn(l, result, sentence))
        put_note(buf, sentence);
    for (unsigned i = 0; i < WARNING_COUNT; i++)
        if ((result->warnings >> i & 1) != 0)
            put_note(buf, tr(l, result_warning_text((enum result_warning)i)));
    strbuf_append(buf, "</div>\n");
}

static void put_targets(struct strbuf *buf, const struct page *page)
{
    const struct result *result = page->result;
    char address[ADDR_TEXT_LEN];

    strbuf_append(buf, "<div class=\"targets\">\n");
    for (unsigned i = 0; i < result->target_count; i++) {
        const struct result_target *target = &result->targets[i];
        addr_format(&target->addr, address);
        strbuf_printf(
            buf,
            "<section><h3>%s %s</h3>\n<p class=\"whose\"><a href=\"%shost%s?host=%s\">%s</a></p>\n",
            target->addr.family == ADDR_IPV4 ? "IPv4" : "IPv6", address, page->up,
            !page->fixed_language      ? ""
            : page->language == GERMAN ? "/de"
                                       : "/en",
            address, tr(page->language, "Whose address is it?"));
        for (unsigned j = 0; j < target->port_count; j++)
            card_append(buf, page, result, target, j);
        strbuf_append(buf, "</section>\n");
    }
    strbuf_append(buf, "</div>\n");
}

static void put_result(struct strbuf *buf, const struct page *page)
{
    const struct result *result = page->result;

    strbuf_printf(buf, "<section class=\"answer\" aria-label=\"%s\">\n",
                  tr(page->language, "Answer"));
    put_head(buf, page);
    if (result->place_count > 0)
        places_append(buf, page->language, result);
    else
        put_targets(buf, page);
    if (result_is_complete(result))
        take_home_append(buf, page);
    strbuf_append(buf, "</section>\n");
}

static void put_problem(struct strbuf *buf, const struct page *page)
{
    strbuf_append(buf, "<section class=\"answer\">");
    problem_note_append(buf, page->language, page->problem);
    put_reading(buf, page);
    strbuf_append(buf, "</section>\n");
}

void answer_append(struct strbuf *buf, const struct page *page)
{
    if (page->note != NULL)
        put_note(buf, tr(page->language, page->note));
    if (page->result != NULL)
        put_result(buf, page);
    if (page->problem != NULL)
        put_problem(buf, page);
}
