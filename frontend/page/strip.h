/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The path of a SYN as a strip: this checker, the known hops, where the SYN ended or who answered,
 * and the target.  A drawing (SVG) with a text alternative; its labels are HTML below it, so that
 * they stay readable on a narrow screen.  Unknown parts are drawn as a broken line.  Pure but for
 * malloc; the daemon.
 */
#ifndef PORTLIGHT_FRONTEND_PAGE_STRIP_H
#define PORTLIGHT_FRONTEND_PAGE_STRIP_H

#include "frontend/i18n/i18n.h"
#include "frontend/model/result.h"
#include "frontend/model/strbuf.h"

/* Appends the strip of the target's n-th port, which has its verdict.  `from` names the place that
 * asked; NULL: this checker. */
void strip_append(struct strbuf *buf, enum language language, const char *from,
                  const struct result_target *target, unsigned port_index);

/* A placeholder of the same height, for a port without a verdict. */
void strip_append_waiting(struct strbuf *buf, enum language language, const char *from,
                          const struct result_target *target);

/* Where the SYN stopped, or who answered instead of the target: returns the distance or -1, and
 * sets *addr to the address or ADDR_NONE.  Also used by steps and ladder. */
int strip_end(const struct result_target *target, unsigned port_index, struct addr *addr);

#endif
