/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/page/ask.h"

#include <string.h>

#include "common/contract/syn_schedule.h"
#include "frontend/limits/costs.h"
#include "frontend/model/offered_ports.h"
#include "frontend/model/service.h"

void ask_put_action(struct strbuf *buf, const struct page *page)
{
    strbuf_append(buf, page->up);
    strbuf_append(buf, page->fixed_language ? language_tag(page->language) : "./");
}

void ask_put_live(struct strbuf *buf, const struct page *page)
{
    strbuf_printf(buf, "%slive%s%s", page->up, page->fixed_language ? "/" : "",
                  page->fixed_language ? language_tag(page->language) : "");
}

static bool is_public(const struct page *page)
{
    struct problem problem;

    return request_check_address(page->policy, page->client, &problem);
}

/* Shows a mistake as it was typed, and with an answer the name as it was read. */
void ask_put_host(struct strbuf *buf, const struct page *page)
{
    char client[ADDR_TEXT_LEN];

    if (page->link == NULL)
        return;
    if (page->link->own && page->link->typed[0] == '\0' && is_public(page)) {
        addr_format(page->client, client);
        strbuf_append_html(buf, client);
        return;
    }
    strbuf_append_html(buf, page->result != NULL && page->link->typed[0] != '\0'
                                ? page->link->pasted.host
                                : page->link->typed);
}

void ask_put_own(struct strbuf *buf, const struct page *page)
{
    enum language l = page->language;
    char client[ADDR_TEXT_LEN];

    addr_format(page->client, client);
    if (is_public(page)) {
        strbuf_printf(buf, "<p class=\"hint\">%s <a class=\"own\" href=\"", tr(l, "Your own:"));
        ask_put_action(buf, page);
        strbuf_printf(buf, "?me\">%s</a></p>\n", client);
        return;
    }
    strbuf_printf(buf, "<p class=\"hint\">%s %s. %s</p>\n", tr(l, "Seen from here, you are"),
                  client, tr(l, "That is not a public address, so it can't be checked."));
}

static bool is_chosen(const struct request *request, uint16_t port)
{
    for (unsigned i = 0; request != NULL && i < request->port_count; i++)
        if (request->ports[i] == port)
            return true;
    return false;
}

void ask_put_count(struct strbuf *buf, const struct page *page)
{
    if (page->request != NULL && page->request->port_count > 0)
        strbuf_printf(buf, "%u %s %u", page->request->port_count, tr(page->language, "of"),
                      page->policy->max_ports);
    else
        strbuf_append_counted(buf, tr(page->language, "pick up to #"), page->policy->max_ports);
}

static void put_chip(struct strbuf *buf, const struct page *page, uint16_t port)
{
    const struct service *service = service_by_port(port);

    strbuf_append(buf, "<label class=\"chip\"");
    if (service != NULL)
        strbuf_printf(buf, " title=\"%s\"", tr(page->language, service->description));
    strbuf_printf(buf, "><input type=\"checkbox\" name=\"ports\" value=\"%u\"%s>%u%s%s</label>\n",
                  port, is_chosen(page->request, port) ? " checked" : "", port,
                  service != NULL ? " " : "", service != NULL ? service->label : "");
}

static enum service_group group_of(uint16_t port)
{
    const struct service *service = service_by_port(port);

    return service != NULL ? service->group : SERVICE_OTHER;
}

static void put_group(struct strbuf *buf, const struct page *page, enum service_group group)
{
    bool begun = false;

    for (uint16_t port = 0; (port = offered_port_after(page->policy, port)) != 0;) {
        if (group_of(port) != group)
            continue;
        if (!begun)
            strbuf_printf(buf,
                          "<div class=\"group\" role=\"group\" aria-labelledby=\"group%u\">"
                          "<span id=\"group%u\">%s</span><div>\n",
                          group, group, tr(page->language, service_group_text(group)));
        begun = true;
        put_chip(buf, page, port);
    }
    if (begun)
        strbuf_append(buf, "</div></div>\n");
}

/* Without an allowlist, ports are typed rather than ticked. */
static void put_numbers(struct strbuf *buf, const struct page *page)
{
    strbuf_printf(buf,
                  "<label class=\"any\" for=\"ports\">%s</label><input class=\"any\" id=\"ports\" "
                  "name=\"ports\" type=\"text\" required inputmode=\"numeric\" value=\"",
                  tr(page->language, "Port numbers, separated by commas"));
    for (unsigned i = 0; page->request != NULL && i < page->request->port_count; i++)
        strbuf_printf(buf, "%s%u", i > 0 ? "," : "", page->request->ports[i]);
    strbuf_append(buf, "\">\n");
}

void ask_put_pick(struct strbuf *buf, const struct page *page)
{
    if (page->result == NULL)
        strbuf_append(buf, " open");
}

void ask_put_ports(struct strbuf *buf, const struct page *page)
{
    if (page->policy->any_port) {
        put_numbers(buf, page);
        return;
    }
    for (unsigned group = 0; group < SERVICE_GROUP_COUNT; group++)
        put_group(buf, page, (enum service_group)group);
}

void ask_put_families(struct strbuf *buf, const struct page *page)
{
    static const struct {
        const char *value, *text;
    } options[] = {{"any", "IPv4 and IPv6"}, {"ipv4", "IPv4"}, {"ipv6", "IPv6"}};

    for (unsigned i = 0; i < ARRAY_LEN(options); i++)
        strbuf_printf(buf, "<option value=\"%s\"%s>%s</option>\n", options[i].value,
                      page->request != NULL && page->request->family == i ? " selected" : "",
                      tr(page->language, options[i].text));
}

/* A switch to turn the trace off. */
void ask_put_trace(struct strbuf *buf, const struct page *page)
{
    enum language l = page->language;

    strbuf_printf(buf,
                  "<label class=\"option\"><input type=\"checkbox\" name=\"trace\" "
                  "value=\"false\"%s> %s</label>\n<p class=\"hint\">",
                  page->request != NULL && !page->request->trace ? " checked" : "",
                  tr(l, "Do not trace ports that are not open"));
    strbuf_append_counted(buf, tr(l, "A trace finds where a SYN is stopped. It costs # units"),
                          COST_TRACE);
    if (page->limits->client_quota > 0) {
        strbuf_append(buf, " ");
        strbuf_append_counted(buf, tr(l, "of your #"), page->limits->client_quota);
    }
    strbuf_append(buf, ".</p>\n");
}

/* --- places ------------------------------------------------------------------------- */

static bool is_chosen_place(const struct page *page, unsigned index)
{
    const struct request *request = page->request;

    if (request == NULL)
        return false;
    for (unsigned i = 0; i < request->from_count; i++)
        if (strcmp(request->from[i], page->places[index].place->name) == 0)
            return true;
    return request->from_all && index < page->places_max;
}

/* A disconnected place can be chosen, too: it may be back by then, or the answer says so. */
static void put_place(struct strbuf *buf, const struct page *page, unsigned index)
{
    const struct api_place *now = &page->places[index];

    strbuf_printf(buf,
                  "<label class=\"chip\"><input type=\"checkbox\" name=\"from\" value=\"%s\"%s>",
                  now->place->name, is_chosen_place(page, index) ? " checked" : "");
    strbuf_append_html(buf, now->place->title);
    if (now->place->country[0] != '\0')
        strbuf_printf(buf, ", %s", now->place->country);
    if (now->state == PLACE_DOWN || now->state == PLACE_OTHER_VERSION)
        strbuf_printf(buf, " <span class=\"away-now\">(%s)</span>",
                      tr(page->language, "not connected now"));
    strbuf_append(buf, "</label>\n");
}

void ask_put_places(struct strbuf *buf, const struct page *page)
{
    enum language l = page->language;

    if (page->place_count == 0)
        return;
    strbuf_printf(buf, "<fieldset id=\"from\" data-max=\"%u\"><legend>%s <span class=\"hint\">",
                  page->places_max, tr(l, "Places"));
    strbuf_append_counted(buf, tr(l, "pick up to #"), page->places_max);
    strbuf_printf(buf, "</span></legend>\n<div class=\"group\"><span>%s</span><div>\n",
                  tr(l, "Ask from"));
    for (unsigned i = 0; i < page->place_count; i++)
        put_place(buf, page, i);
    strbuf_printf(buf, "</div></div>\n<p class=\"hint\">%s</p>\n</fieldset>\n",
                  tr(l, "Each costs as much as one check, and their answers are compared. If you "
                        "pick none, only this server checks."));
}

void ask_put_timing(struct strbuf *buf, const struct page *page)
{
    unsigned steps = syn_schedule_attempts_within(page->policy->timeout_ms);

    strbuf_printf(buf, "data-max-ports=\"%u\" data-ms=\"%u\" data-syns=\"", page->policy->max_ports,
                  page->policy->timeout_ms + page->policy->linger_ms);
    for (unsigned i = 0; i < steps; i++)
        strbuf_printf(buf, "%s%u", i > 0 ? " " : "", syn_schedule[i].at_ms);
    strbuf_append(buf, "\"");
}
