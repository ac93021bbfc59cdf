/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One port's answer as a card: the verdict in a line and a sentence, the path, what to do, the
 * packets, the reasons.  Pure but for malloc; the daemon.
 */
#ifndef PORTLIGHT_FRONTEND_PAGE_CARD_H
#define PORTLIGHT_FRONTEND_PAGE_CARD_H

#include "frontend/model/result.h"
#include "frontend/model/strbuf.h"
#include "frontend/render/i18n.h"

/* "asking", of the same shape, while the port has no verdict. */
void card_append(struct strbuf *buf, enum language language, const struct result *result,
                 const struct result_target *target, unsigned port_index);

#endif
