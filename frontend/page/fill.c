/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/page/fill.h"

#include <string.h>

static void put_addr(struct strbuf *buf, const struct fill *fill, const struct addr *addr)
{
    char text[ADDR_TEXT_LEN];

    if (addr == NULL || addr->family == ADDR_NONE) {
        strbuf_append(buf, tr(fill->language, "a device"));
        return;
    }
    tr_addr(fill->language, addr, text);
    strbuf_append(buf, text);
}

static void put_host(struct strbuf *buf, const struct fill *fill, bool in_url)
{
    bool bare = fill->host == NULL || fill->host[0] == '\0';
    bool bracketed =
        in_url && (bare ? fill->target->family == ADDR_IPV6 : strchr(fill->host, ':') != NULL);

    strbuf_append(buf, bracketed ? "[" : "");
    if (bare)
        put_addr(buf, fill, fill->target);
    else
        strbuf_append_html(buf, fill->host);
    strbuf_append(buf, bracketed ? "]" : "");
}

static void put_place(struct strbuf *buf, const struct fill *fill, char place)
{
    switch (place) {
    case 'T': put_addr(buf, fill, fill->target); break;
    case 'R': put_addr(buf, fill, fill->device); break;
    case 'N': strbuf_printf(buf, "%u", fill->number); break;
    case 'P': strbuf_printf(buf, "%u", fill->port); break;
    case 'H': put_host(buf, fill, false); break;
    case 'U': put_host(buf, fill, true); break;
    case 'S': strbuf_append_html(buf, fill->unit != NULL ? fill->unit : ""); break;
    case 'L': strbuf_append(buf, fill->certain ? "" : tr(fill->language, "probably ")); break;
    default: break;
    }
}

void fill_append(struct strbuf *buf, const struct fill *fill, const char *text)
{
    char plain[2] = "";

    for (; *text != '\0'; text++) {
        if (*text == '%' && text[1] != '\0') {
            put_place(buf, fill, *++text);
            continue;
        }
        plain[0] = *text;
        strbuf_append_html(buf, plain);
    }
}
