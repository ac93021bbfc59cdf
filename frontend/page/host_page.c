/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/page/host_page.h"

#include <stdlib.h>
#include <string.h>

#include "frontend/host/host_render.h"
#include "frontend/model/utc.h"
#include "frontend/page/answer.h"
#include "frontend/render/assets.h"
#include "frontend/render/network_words.h"

static void put_form(struct strbuf *buf, const struct page *page)
{
    enum language l = page->language;
    char client[ADDR_TEXT_LEN];

    addr_format(page->client, client);
    strbuf_printf(buf, "<section class=\"ask\"><h1>%s</h1>\n<p class=\"lead\">%s</p>\n",
                  tr(l, "Whose address is it?"),
                  tr(l,
                     "Who runs the network, what the address is called, where the name leads. No "
                     "packet is sent to the host."));
    strbuf_printf(buf,
                  "<form action=\"%shost%s#answer\" method=\"get\">\n<label "
                  "for=\"host\">%s</label>\n<div class=\"row\"><input id=\"host\" name=\"host\" "
                  "type=\"text\" required maxlength=\"1024\" autocomplete=\"off\" "
                  "autocapitalize=\"none\" spellcheck=\"false\" inputmode=\"url\" value=\"",
                  page->up,
                  !page->fixed_language      ? ""
                  : page->language == GERMAN ? "/de"
                                             : "/en",
                  tr(l, "Host name or IP address"));
    strbuf_append_html(buf, page->link != NULL && page->link->typed[0] != '\0' ? page->link->typed
                                                                               : client);
    strbuf_printf(buf, "\"><button type=\"submit\">%s</button></div>\n</form></section>\n",
                  tr(l, "Look up"));
}

static void put_note(struct strbuf *buf, const char *text)
{
    strbuf_append(buf, "<p class=\"note\">");
    strbuf_append_html(buf, text);
    strbuf_append(buf, "</p>\n");
}

static void put_row(struct strbuf *buf, const char *name, const char *value)
{
    if (value == NULL || value[0] == '\0')
        return;
    strbuf_printf(buf, "<dt>%s</dt><dd>", name);
    strbuf_append_html(buf, value);
    strbuf_append(buf, "</dd>\n");
}

/* "likely, from the network that announces the address" */
static const char *origin_text(enum network_origin origin)
{
    switch (origin) {
    case NETWORK_ORIGIN_LIST: return "from the provider's own list of addresses";
    case NETWORK_ORIGIN_ASN: return "likely, from the network that announces the address";
    case NETWORK_ORIGIN_CNAME: return "from the name that this one is an alias of";
    case NETWORK_ORIGIN_NONE:
    case NETWORK_ORIGIN_COUNT: break;
    }
    return "";
}

static const char *kind_text(enum network_kind kind)
{
    switch (kind) {
    case NETWORK_CDN: return "CDN: proxies that forward to servers elsewhere";
    case NETWORK_CLOUD: return "cloud: machines of customers";
    case NETWORK_HOSTING: return "hosting company: machines of customers";
    case NETWORK_ISP: return "internet provider: lines of customers";
    case NETWORK_MOBILE: return "mobile network: lines of customers";
    case NETWORK_KIND_UNKNOWN:
    case NETWORK_KIND_COUNT: break;
    }
    return NULL;
}

static void put_provider(struct strbuf *buf, enum language l, const struct network *network)
{
    if (network->provider[0] == '\0')
        return;
    strbuf_printf(buf, "<dt>%s</dt><dd>", tr(l, "Provider"));
    strbuf_append_html(buf, network_shown_name(network));
    strbuf_printf(buf, " (%s)</dd>\n", tr(l, origin_text(network->origin)));
}

static void put_pointer(struct strbuf *buf, enum language l, const struct inquiry_addr *asked)
{
    strbuf_printf(buf, "<dt>%s</dt><dd>", tr(l, "Reverse name (PTR)"));
    if (asked->pointers.count == 0) {
        strbuf_append(buf, tr(l, asked->pointers.status == LOOKUP_NO_NAME ||
                                         asked->pointers.status == LOOKUP_NO_ADDRESS
                                     ? "none"
                                     : "not known: the name servers did not answer"));
    } else {
        strbuf_append_html(buf, asked->pointers.items[0].name);
        strbuf_append(buf, asked->confirmed == INQUIRY_UNKNOWN ? "" : ", ");
        strbuf_append(
            buf,
            asked->confirmed == INQUIRY_CONFIRMED ? tr(l, "which leads back to this address")
            : asked->confirmed == INQUIRY_REFUTED
                ? tr(l, "which does not lead back to this address: anybody can set such a name")
                : "");
    }
    strbuf_append(buf, "</dd>\n");
}

static void put_address(struct strbuf *buf, const struct page *page,
                        const struct host_address *address, const struct inquiry_addr *asked)
{
    const struct network *network = &address->network;
    char text[ADDR_TEXT_LEN], date[UTC_DATE_LEN], prefix[PREFIX_TEXT_LEN];
    enum language l = page->language;

    addr_format(&address->addr, text);
    strbuf_printf(buf, "<section class=\"port host\"><h3>%s %s</h3>\n<dl>\n",
                  address->addr.family == ADDR_IPV4 ? "IPv4" : "IPv6", text);
    if (network->is_visitor == NETWORK_VISITOR_YES)
        put_row(buf, tr(l, "Yours?"), tr(l, "yes, this is your address"));
    if (network->asn != 0) {
        strbuf_printf(buf, "<dt>%s</dt><dd>", tr(l, "Network"));
        strbuf_append_html(buf, network->name);
        strbuf_printf(buf, " (AS%u)</dd>\n", network->asn);
    }
    prefix_format(&network->prefix, prefix);
    put_row(buf, tr(l, "Prefix"), network->prefix.bits > 0 ? prefix : NULL);
    put_provider(buf, l, network);
    put_row(buf, tr(l, "Region"), network->region);
    if (kind_text(network->kind) != NULL)
        put_row(buf, tr(l, "Kind"), tr(l, kind_text(network->kind)));
    put_row(buf, tr(l, "Country"), network->country);
    put_pointer(buf, l, asked);
    if (address->ttl_s > 0)
        strbuf_printf(buf, "<dt>TTL</dt><dd>%u s</dd>\n", address->ttl_s);
    utc_write_date((int64_t)network->as_of_s, date);
    put_row(buf, tr(l, "Data of"), network->as_of_s > 0 ? date : NULL);
    if (network->asn == 0 && network->provider[0] == '\0' && network->country[0] == '\0')
        put_row(buf, tr(l, "Network"), tr(l, "not known here"));
    strbuf_printf(buf, "</dl>\n<p><a href=\"%s%s?host=%s\">%s</a></p></section>\n", page->up,
                  !page->fixed_language      ? ""
                  : page->language == GERMAN ? "de"
                                             : "en",
                  text, tr(l, "Check a port of this address"));
}

static void put_names(struct strbuf *buf, enum language l, const struct host_answer *answer)
{
    const struct inquiry_facts *facts = &answer->facts;

    strbuf_append(buf, "<dl class=\"names\">\n");
    for (unsigned i = 0; i < answer->aliases.count; i++)
        put_row(buf, tr(l, i == 0 ? "Is an alias of (CNAME)" : "and that of"),
                answer->aliases.names[i]);
    for (unsigned i = 0; i < facts->name_servers.count; i++)
        put_row(buf, i == 0 ? tr(l, "Name servers") : "", facts->name_servers.items[i].name);
    if (facts->name_servers.count > 0 && strcmp(facts->zone, answer->host) != 0)
        put_row(buf, tr(l, "of the zone"), facts->zone);
    for (unsigned i = 0; i < facts->mail.count; i++)
        put_row(buf, i == 0 ? tr(l, "Mail hosts") : "",
                strcmp(facts->mail.items[i].name, ".") == 0 ? tr(l, "none: takes no mail")
                                                            : facts->mail.items[i].name);
    if (facts->mail.count > 0 && strcmp(facts->mail_of, answer->host) != 0)
        put_row(buf, tr(l, "of mail to"), facts->mail_of);
    strbuf_append(buf, "</dl>\n");
}

static void put_sources(struct strbuf *buf, enum language l, const struct host_answer *answer)
{
    char date[UTC_DATE_LEN];

    if (answer->source_count == 0) {
        strbuf_printf(buf, "<p class=\"sources\">%s</p>\n",
                      tr(l, "This server has no data about networks."));
        return;
    }
    strbuf_printf(buf, "<details class=\"sources\" open><summary>%s</summary><ul>\n",
                  tr(l, "Sources"));
    for (unsigned i = 0; i < answer->source_count; i++) {
        const struct host_source *source = &answer->sources[i], *before = source - 1;
        if (i > 0 && source->date_s == before->date_s &&
            strcmp(source->attribution, before->attribution) == 0)
            continue; /* the other family of the same source */
        strbuf_append(buf, "<li>");
        strbuf_append_html(buf, source->attribution);
        strbuf_append(buf, ", ");
        strbuf_append_html(buf, source->licence);
        utc_write_date((int64_t)source->date_s, date);
        strbuf_printf(buf, "%s%s</li>\n", source->date_s > 0 ? ", " : "", date);
    }
    strbuf_append(buf, "</ul></details>\n");
}

/* Shows the client's address for comparison; the host's addresses follow. */
static void put_match(struct strbuf *buf, enum language l, const struct host_answer *answer,
                      const char *match)
{
    char client[ADDR_TEXT_LEN];

    addr_format(&answer->client, client);
    strbuf_printf(buf, "<p class=\"note\">%s %s %s.</p>\n", tr(l, match), tr(l, "Your address is"),
                  client);
}

static void put_answer(struct strbuf *buf, const struct page *page,
                       const struct host_answer *answer)
{
    const char *match = host_match_text(host_answer_match(answer), answer->is_name);
    const struct host_address *edge = host_answer_edge(answer);
    char text[NETWORK_SENTENCE_LEN];
    enum language l = page->language;

    strbuf_append(buf, "<section class=\"answer\"><div class=\"about\"><h2>");
    strbuf_append_html(buf, answer->host);
    strbuf_append(buf, "</h2>\n");
    if (edge != NULL) {
        network_words_points_at(l, answer->host, &edge->network, text);
        put_note(buf, text);
    } else if (match != NULL) /* a CDN's name never points to the client */
        put_match(buf, l, answer, match);
    if (host_answer_is_old(answer))
        put_note(buf, tr(l, result_warning_text(WARNING_DATA_OLD)));
    strbuf_append(buf, "</div>\n<div class=\"targets\">\n");
    for (unsigned i = 0; i < answer->addr_count; i++)
        put_address(buf, page, &answer->addrs[i], &answer->facts.addrs[i]);
    strbuf_append(buf, "</div>\n");
    if (answer->left_out > 0) {
        strbuf_append(buf, "<p>");
        strbuf_append_counted(buf, tr(l, "and # more addresses"), answer->left_out);
        strbuf_append(buf, "</p>\n");
    }
    if (answer->is_name)
        put_names(buf, l, answer);
    put_sources(buf, l, answer);
    strbuf_append(buf, "</section>\n");
}

char *host_page_render(const struct page *page, const struct host_answer *answer)
{
    struct page framed = *page;
    struct strbuf buf = {0};
    char *head, *foot;

    framed.title = answer != NULL ? answer->host : tr(page->language, "Whose address is it?");
    head = page_fill(&framed, asset_part("head.html"));
    foot = page_fill(&framed, asset_part("foot.html"));
    if (head != NULL && foot != NULL) {
        strbuf_append(&buf, head);
        put_form(&buf, page);
        strbuf_append(&buf, "<div id=\"answer\">\n");
        answer_append(&buf, page);
        if (answer != NULL)
            put_answer(&buf, page, answer);
        strbuf_append(&buf, "</div>\n");
        strbuf_append(&buf, foot);
    }
    free(head);
    free(foot);
    return strbuf_take(&buf);
}
