/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The packets of one port's check as a ladder: our SYNs and their retransmissions on the
 * left, who answers on the right, time downwards.  SVG for the page, and the same in
 * words.  Pure but for malloc; the daemon.
 */
#ifndef PORTLIGHT_FRONTEND_PAGE_LADDER_SVG_H
#define PORTLIGHT_FRONTEND_PAGE_LADDER_SVG_H

#include "frontend/i18n/i18n.h"
#include "frontend/model/result.h"
#include "frontend/model/strbuf.h"

enum { LADDER_ROWS_MAX = 40 /* packets shown; the rest are counted */ };

/* Appends the ladder of the target's n-th port, and the list that says the same to those
 * who can't see it.  Nothing if no packets were requested.  SYNs with a small TTL are left
 * out: the path shows them. */
void ladder_svg_append(struct strbuf *buf, enum language language,
                       const struct result_target *target, unsigned port_index);

#endif
