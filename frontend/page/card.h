/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One port's answer as a card: the verdict in a line and a sentence, the path, what to do, the
 * packets, the reasons.  Pure but for malloc; the daemon.
 */
#ifndef PORTLIGHT_FRONTEND_PAGE_CARD_H
#define PORTLIGHT_FRONTEND_PAGE_CARD_H

#include "frontend/model/strbuf.h"
#include "frontend/page/view.h"

/* "asking", of the same shape, while the port has no verdict.  The result is not the page's where
 * a port is drawn alone. */
void card_append(struct strbuf *buf, const struct page *page, const struct result *result,
                 const struct result_target *target, unsigned port_index);

#endif
