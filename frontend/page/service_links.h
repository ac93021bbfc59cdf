/* SPDX-License-Identifier: BSD-2-Clause */
/* Links from the port check to /tls, if there is an inspector.  Pure but for malloc; the daemon. */
#ifndef PORTLIGHT_FRONTEND_PAGE_SERVICE_LINKS_H
#define PORTLIGHT_FRONTEND_PAGE_SERVICE_LINKS_H

#include "frontend/model/strbuf.h"
#include "frontend/page/view.h"

/* How the port check and an inspection differ: a sentence for the client, and one for the owner of
 * a target. */
void service_links_put_connects(struct strbuf *buf, const struct page *page);
void service_links_put_connected(struct strbuf *buf, const struct page *page);

/* The link in the page's header; nothing without an inspector. */
void service_links_put(struct strbuf *buf, const struct page *page);

/* Appends a button for each port of the result that is open at one of its addresses: it asks for
 * the certificate where TLS is usual, otherwise whether a program answers.  Nothing is asked before
 * somebody presses it. */
void service_links_append(struct strbuf *buf, const struct page *page, const struct result *result,
                          const struct result_target *target, unsigned port_index);

#endif
