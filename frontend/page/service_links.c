/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/page/service_links.h"

#include "common/contract/inspection.h"

static void put_path(struct strbuf *buf, const struct page *page)
{
    strbuf_printf(buf, "%stls%s%s", page->up, page->fixed_language ? "/" : "",
                  page->fixed_language ? language_tag(page->language) : "");
}

void service_links_put(struct strbuf *buf, const struct page *page)
{
    if (!page->inspects)
        return;
    strbuf_append(buf, "<li><a href=\"");
    put_path(buf, page);
    strbuf_printf(buf, "\">%s</a></li>", tr(page->language, "Check a certificate"));
}

void service_links_put_connects(struct strbuf *buf, const struct page *page)
{
    if (page->inspects)
        strbuf_append(buf,
                      tr(page->language, "Checking a certificate or a service is different: on "
                                         "request, it completes a connection to an open port."));
}

void service_links_put_connected(struct strbuf *buf, const struct page *page)
{
    strbuf_append(buf,
                  tr(page->language,
                     page->inspects ? "The port check completes no connection. A completed one "
                                      "came from the service check, which read your server's "
                                      "certificate or greeting and closed the connection properly."
                                    : "No connection was completed."));
}

/* Is TLS usual on this port, immediately or after STARTTLS? */
static bool is_tls_usual(uint16_t port)
{
    return inspection_is_tls_port(port) || starttls_of_port(port) != STARTTLS_NONE;
}

void service_links_append(struct strbuf *buf, const struct page *page, const struct result *result,
                          const struct result_target *target, unsigned port_index)
{
    uint16_t port = target->verdicts[port_index].port;
    bool tls = is_tls_usual(port);

    if (!page->inspects || target->verdicts[port_index].state != STATE_OPEN)
        return;
    strbuf_append(buf, "<form class=\"service\" method=\"get\" action=\"");
    put_path(buf, page);
    strbuf_append(buf, "\"><input type=\"hidden\" name=\"host\" value=\"");
    strbuf_append_html(buf, result->host);
    strbuf_printf(buf, "\"><input type=\"hidden\" name=\"port\" value=\"%u\">", port);
    if (result->target_count > 1)
        strbuf_printf(buf, "<input type=\"hidden\" name=\"family\" value=\"%s\">",
                      addr_family_name((enum addr_family)target->addr.family));
    if (!tls)
        strbuf_append(buf, "<input type=\"hidden\" name=\"service\" value=\"true\">");
    strbuf_printf(buf, "<button type=\"submit\">%u: %s</button></form>\n", port,
                  tr(page->language, tls ? "check its certificate" : "does a program answer?"));
}
