/* SPDX-License-Identifier: BSD-2-Clause */
/* From the port check to /tls, where there is an inspector.  Pure but for malloc; the daemon. */
#ifndef PORTLIGHT_FRONTEND_PAGE_SERVICE_LINKS_H
#define PORTLIGHT_FRONTEND_PAGE_SERVICE_LINKS_H

#include "frontend/model/strbuf.h"
#include "frontend/page/view.h"

/* What the port check does not do and the other one does: for the visitor, and for whom it met. */
void service_links_put_connects(struct strbuf *buf, const struct page *page);
void service_links_put_connected(struct strbuf *buf, const struct page *page);

/* Among the links at the head of the page; nothing without an inspector. */
void service_links_put(struct strbuf *buf, const struct page *page);

/* A button for each port of the result that is open at one of the addresses: its certificate where
 * TLS is usual, else whether a program answers.  They ask when they are pressed. */
void service_links_append(struct strbuf *buf, const struct page *page, const struct result *result,
                          const struct result_target *target, unsigned port_index);

#endif
