/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/page/take_home.h"

#include <stdlib.h>

#include "common/base/clock.h"
#include "frontend/model/service.h"
#include "frontend/model/utc.h"
#include "frontend/page/fill.h"
#include "frontend/page/headline.h"
#include "frontend/render/json.h"
#include "frontend/render/text.h"

void take_home_time(uint64_t wall_ns, char text[static TAKE_HOME_TIME_LEN])
{
    if (utc_write((int64_t)(wall_ns / NS_PER_S), text))
        text[UTC_DATE_LEN - 1] = ' ';
}

/* --- the request, in each form ------------------------------------------------------ */

/* Uses the first target, because all have the same ports. */
static void put_ports(struct strbuf *buf, const struct result *result, const char *between)
{
    const struct result_target *target = &result->targets[0];

    for (unsigned i = 0; i < target->port_count; i++)
        strbuf_printf(buf, "%s%u", i > 0 ? between : "", target->verdicts[i].port);
}

static const char *family_of(const struct page *page)
{
    static const char *const names[] = {"", "ipv4", "ipv6"};

    return page->request != NULL ? names[page->request->family] : "";
}

static bool traces(const struct page *page)
{
    return page->request == NULL || page->request->trace;
}

/* Appends `before` and "fra,iad"; nothing if no place was asked. */
static void put_places(struct strbuf *buf, const struct page *page, const char *before)
{
    const struct result *result = page->result;

    for (unsigned i = 0; i < result->place_count; i++)
        strbuf_printf(buf, "%s%s", i > 0 ? "," : before, result->places[i].place.name);
}

/* Appends the query, with & escaped for HTML.  A canonical host needs no escapes. */
static void put_query(struct strbuf *buf, const struct page *page, bool for_api)
{
    const char *family = family_of(page);

    strbuf_append(buf, "host=");
    strbuf_append_html(buf, page->result->host);
    strbuf_append(buf, "&amp;ports=");
    put_ports(buf, page->result, ",");
    if (family[0] != '\0')
        strbuf_printf(buf, "&amp;family=%s", family);
    put_places(buf, page, "&amp;from=");
    if (for_api && traces(page))
        strbuf_append(buf, "&amp;trace=true");
    if (!for_api && !traces(page))
        strbuf_append(buf, "&amp;trace=false");
}

static void put_page_link(struct strbuf *buf, const struct page *page)
{
    strbuf_append(buf, page->up);
    strbuf_append(buf, page->fixed_language ? language_tag(page->language) : "./");
    strbuf_append(buf, "?");
    put_query(buf, page, false);
}

static void put_link_with_time(struct strbuf *buf, const struct page *page)
{
    char time[TAKE_HOME_TIME_LEN];

    put_page_link(buf, page);
    take_home_time(page->result->started_wall_ns, time);
    strbuf_printf(buf, "&amp;at=%.10sT%sZ", time, time + 11);
}

void take_home_append_links(struct strbuf *buf, const struct page *page)
{
    enum language l = page->language;
    char time[TAKE_HOME_TIME_LEN];

    take_home_time(page->result->started_wall_ns, time);
    strbuf_printf(buf, "<p class=\"when\">%s %s UTC</p>\n<p class=\"acts\"><a href=\"",
                  tr(l, "Checked at"), time);
    put_page_link(buf, page);
    strbuf_printf(buf, "\">%s</a><a href=\"", tr(l, "Check again"));
    put_link_with_time(buf, page);
    strbuf_printf(buf, "\" title=\"%s\" class=\"share\" data-act=\"%s\">%s</a>",
                  tr(l, "The link records this time, and opening it checks again."),
                  tr(l, "Copy link"), tr(l, "Link to this answer"));
    if (page->pcap_path != NULL)
        strbuf_printf(buf, "<a href=\"%s%s\" title=\"%s\" download>%s</a>", page->up,
                      page->pcap_path, tr(l, "All packets of this check, kept for ten minutes."),
                      tr(l, "Packets (pcap)"));
    strbuf_append(buf, "</p>\n");
}

/* --- to copy -------------------------------------------------------------------------------- */

static void put_curl(struct strbuf *buf, const struct page *page)
{
    strbuf_append(buf, "<pre><code>curl '<span class=\"origin\">");
    strbuf_append_html(buf, page->origin);
    strbuf_append(buf, "</span>api/v1/check?");
    put_query(buf, page, true);
    strbuf_append(buf, "'</code></pre>\n");
}

static void put_portlight(struct strbuf *buf, const struct page *page)
{
    const char *family = family_of(page);

    strbuf_append(buf, "<pre><code>portlight --server <span class=\"origin\">");
    strbuf_append_html(buf, page->origin);
    strbuf_printf(buf, "</span> --explain%s%s%s", traces(page) ? " --trace" : "",
                  family[0] != '\0' ? " --" : "", family);
    put_places(buf, page, " --from ");
    strbuf_append(buf, " ");
    strbuf_append_html(buf, page->result->host);
    strbuf_append(buf, " ");
    put_ports(buf, page->result, ",");
    strbuf_append(buf, "</code></pre>\n");
}

static void put_text(struct strbuf *buf, const struct page *page)
{
    char *text = text_result(page->result);

    strbuf_printf(buf, "<pre class=\"text\" data-act=\"%s\"><code>",
                  tr(page->language, "Copy as text"));
    strbuf_append_html(buf, text != NULL ? text : "");
    strbuf_append(buf, "</code></pre>\n");
    free(text);
}

static void hide_packets(struct result_target *targets)
{
    for (unsigned i = 0; i < RESULT_TARGETS_MAX; i++)
        targets[i].shows_packets = false;
}

/* The answer in the API's format, without the packets, which are in the pcap; NULL without
 * memory. */
static char *json_of(const struct result *result)
{
    struct result shown = *result;
    char *text = NULL;

    hide_packets(shown.targets);
    if (shown.place_count > 0)
        shown.places = malloc(shown.place_count * sizeof(*shown.places));
    for (unsigned i = 0; shown.places != NULL && i < shown.place_count; i++) {
        shown.places[i] = result->places[i];
        hide_packets(shown.places[i].targets);
    }
    if (shown.places != NULL || shown.place_count == 0)
        text = json_write_result(&shown);
    if (shown.place_count > 0)
        free(shown.places);
    return text;
}

/* The JSON of the answer on the page. */
static void put_json(struct strbuf *buf, const struct page *page)
{
    char *text = json_of(page->result);

    strbuf_printf(buf, "<pre class=\"json\" data-act=\"%s\"><code>",
                  tr(page->language, "Copy as JSON"));
    strbuf_append_html(buf, text != NULL ? text : "");
    strbuf_append(buf, "</code></pre>\n");
    free(text);
}

static void put_row(struct strbuf *buf, enum language l, const struct place *place,
                    const struct result_target *target, unsigned i)
{
    const struct verdict *verdict = &target->verdicts[i];
    const struct service *service = service_by_port(verdict->port);
    const struct fill fill = {.language = l,
                              .target = &target->addr,
                              .certain = verdict->confidence == CONFIDENCE_CERTAIN};
    char address[ADDR_TEXT_LEN];

    addr_format(&target->addr, address);
    strbuf_append(buf, "| ");
    if (place != NULL) {
        strbuf_append_html(buf, place->title);
        strbuf_append(buf, " | ");
    }
    strbuf_printf(buf, "%s | %u %s | ", address, verdict->port,
                  service != NULL ? service->label : "TCP");
    fill_append(buf, &fill, tr(l, headline_text(verdict)));
    strbuf_printf(buf, " | %s |\n", tr(l, verdict_confidence_name(verdict->confidence)));
}

static void put_rows(struct strbuf *buf, enum language l, const struct result *result)
{
    for (unsigned i = 0; result->place_count == 0 && i < result->target_count; i++)
        for (unsigned j = 0; j < result->targets[i].port_count; j++)
            put_row(buf, l, NULL, &result->targets[i], j);
    for (unsigned p = 0; p < result->place_count; p++)
        for (unsigned i = 0; i < result->places[p].target_count; i++)
            for (unsigned j = 0; j < result->places[p].targets[i].port_count; j++)
                if (result->places[p].targets[i].done[j])
                    put_row(buf, l, &result->places[p].place, &result->places[p].targets[i], j);
}

static void put_markdown(struct strbuf *buf, const struct page *page)
{
    const struct result *result = page->result;
    enum language l = page->language;
    char time[TAKE_HOME_TIME_LEN];

    take_home_time(result->started_wall_ns, time);
    strbuf_printf(buf, "<pre class=\"markdown\" data-act=\"%s\"><code>**",
                  tr(l, "Copy as Markdown"));
    strbuf_append_html(buf, result->host);
    strbuf_printf(buf, "**, %s %s UTC, <span class=\"origin\">", tr(l, "checked at"), time);
    strbuf_append_html(buf, page->origin);
    strbuf_append(buf, "</span>?");
    put_query(buf, page, false);
    strbuf_append(buf, "\n\n");
    if (result->place_count > 0)
        strbuf_printf(buf, "| %s ", tr(l, "Place"));
    strbuf_printf(buf, "| %s | %s | %s | %s |\n|---|---|---|---|%s\n", tr(l, "Address"),
                  tr(l, "Port"), tr(l, "Answer"), tr(l, "Confidence"),
                  result->place_count > 0 ? "---|" : "");
    put_rows(buf, l, result);
    strbuf_append(buf, "</code></pre>\n");
}

void take_home_append(struct strbuf *buf, const struct page *page)
{
    enum language l = page->language;

    strbuf_printf(buf, "<details class=\"take\" id=\"take\"><summary>%s</summary>\n",
                  tr(l, "Take it with you: commands, text, Markdown, JSON"));
    strbuf_printf(buf, "<h4>%s</h4>\n", tr(l, "Run the same check in a terminal"));
    put_curl(buf, page);
    put_portlight(buf, page);
    strbuf_printf(buf, "<h4>%s</h4>\n", tr(l, "As text"));
    put_text(buf, page);
    strbuf_printf(buf, "<h4>%s</h4>\n", tr(l, "As Markdown, for a ticket"));
    put_markdown(buf, page);
    strbuf_printf(buf, "<h4>%s</h4>\n", tr(l, "As JSON, in the format of the API"));
    put_json(buf, page);
    strbuf_append(buf, "</details>\n");
}
