/* SPDX-License-Identifier: BSD-2-Clause */
/* The question's parts that are not text: fields, chips, where it leads.  Each appends to a page
 * what stands for a {{name}} of www/ask.html.  Pure but for malloc; the daemon. */
#ifndef PORTLIGHT_FRONTEND_PAGE_ASK_H
#define PORTLIGHT_FRONTEND_PAGE_ASK_H

#include "frontend/model/strbuf.h"
#include "frontend/page/view.h"

void ask_put_action(struct strbuf *buf, const struct page *page); /* to this page's language */
void ask_put_live(struct strbuf *buf, const struct page *page);   /* where its script asks */
void ask_put_host(struct strbuf *buf, const struct page *page);
void ask_put_own(struct strbuf *buf, const struct page *page); /* the visitor's address, offered */
void ask_put_count(struct strbuf *buf, const struct page *page);
void ask_put_pick(struct strbuf *buf, const struct page *page); /* folded below an answer */
void ask_put_ports(struct strbuf *buf, const struct page *page);
void ask_put_families(struct strbuf *buf, const struct page *page);
void ask_put_trace(struct strbuf *buf, const struct page *page);
void ask_put_places(struct strbuf *buf, const struct page *page); /* nothing without a fleet */
void ask_put_timing(struct strbuf *buf, const struct page *page); /* for the script's clock */

#endif
