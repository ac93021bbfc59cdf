/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The packets of one port's check as a ladder: our side on the left, the responder on the right,
 * time downwards.  As SVG for the page, and as a list of words.  Pure but for malloc; the daemon.
 */
#ifndef PORTLIGHT_FRONTEND_PAGE_LADDER_SVG_H
#define PORTLIGHT_FRONTEND_PAGE_LADDER_SVG_H

#include "frontend/i18n/i18n.h"
#include "frontend/model/result.h"
#include "frontend/model/strbuf.h"

enum { LADDER_ROWS_MAX = 40 /* packets shown; the rest are counted */ };

/* Appends the ladder of the target's n-th port and the equivalent list for people who can't see it.
 * Appends nothing if no packets were requested.  Leaves out SYNs with a small TTL, which the path
 * shows. */
void ladder_svg_append(struct strbuf *buf, enum language language,
                       const struct result_target *target, unsigned port_index);

#endif
