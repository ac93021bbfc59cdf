/* SPDX-License-Identifier: BSD-2-Clause */
/* The dynamic parts of the form: fields, chips, link targets.  Each function appends what replaces
 * a {{name}} of www/ask.html.  Pure but for malloc; the daemon. */
#ifndef PORTLIGHT_FRONTEND_PAGE_ASK_H
#define PORTLIGHT_FRONTEND_PAGE_ASK_H

#include "frontend/model/strbuf.h"
#include "frontend/page/view.h"

void ask_put_action(struct strbuf *buf,
                    const struct page *page); /* the form's target, in this page's language */
void ask_put_live(struct strbuf *buf,
                  const struct page *page); /* where the page's script sends the request */
void ask_put_host(struct strbuf *buf, const struct page *page);
void ask_put_own(struct strbuf *buf, const struct page *page); /* offers the client's own address */
void ask_put_count(struct strbuf *buf, const struct page *page);
void ask_put_pick(struct strbuf *buf, const struct page *page); /* folded below an answer */
void ask_put_ports(struct strbuf *buf, const struct page *page);
void ask_put_families(struct strbuf *buf, const struct page *page);
void ask_put_trace(struct strbuf *buf, const struct page *page);
void ask_put_places(struct strbuf *buf, const struct page *page); /* nothing without places */
void ask_put_timing(struct strbuf *buf, const struct page *page); /* data for the script's clock */

#endif
