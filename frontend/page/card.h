/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One port's answer as a card: verdict, explanation, path, next steps, packets and reasons.  Pure
 * but for malloc; the daemon.
 */
#ifndef PORTLIGHT_FRONTEND_PAGE_CARD_H
#define PORTLIGHT_FRONTEND_PAGE_CARD_H

#include "frontend/model/strbuf.h"
#include "frontend/page/view.h"

/* Appends the card; a port without a verdict gets a placeholder of the same shape. result may
 * differ from page->result when a port is drawn by itself. */
void card_append(struct strbuf *buf, const struct page *page, const struct result *result,
                 const struct result_target *target, unsigned port_index);

#endif
