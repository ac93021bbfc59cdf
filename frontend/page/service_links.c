/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/page/service_links.h"

#include "common/base/compiler.h"
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

/* TLS at once, or behind STARTTLS. */
static bool is_tls_usual(uint16_t port)
{
    static const uint16_t ports[] = {443, 465, 636, 853, 990, 993, 995, 8443, 8883};

    for (unsigned i = 0; i < ARRAY_LEN(ports); i++)
        if (ports[i] == port)
            return true;
    return starttls_of_port(port) != STARTTLS_NONE;
}

static bool is_open_somewhere(const struct result *result, unsigned port)
{
    for (unsigned i = 0; i < result->target_count; i++)
        if (port < result->targets[i].port_count &&
            result->targets[i].verdicts[port].state == STATE_OPEN)
            return true;
    return false;
}

void service_links_append(struct strbuf *buf, const struct page *page)
{
    const struct result *result = page->result;
    unsigned count = result->target_count > 0 ? result->targets[0].port_count : 0;

    for (unsigned i = 0; i < count; i++) {
        uint16_t port = result->targets[0].verdicts[i].port;
        bool tls = is_tls_usual(port);
        if (!is_open_somewhere(result, i))
            continue;
        strbuf_append(buf, "<form class=\"service\" method=\"get\" action=\"");
        put_path(buf, page);
        strbuf_append(buf, "\"><input type=\"hidden\" name=\"host\" value=\"");
        strbuf_append_html(buf, result->host);
        strbuf_printf(buf, "\"><input type=\"hidden\" name=\"port\" value=\"%u\">", port);
        if (!tls)
            strbuf_append(buf, "<input type=\"hidden\" name=\"service\" value=\"true\">");
        strbuf_printf(buf, "<button type=\"submit\">%u: %s</button></form>\n", port,
                      tr(page->language, tls ? "check its certificate" : "does a program answer?"));
    }
}
