/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The path of a SYN as a strip: this checker, the hops that are known, where it ended or who
 * answered, the target.  A drawing (SVG) with a text alternative; its labels are HTML below it,
 * so that they stay readable on a narrow screen.  What is not known is drawn as a broken line.
 * Pure but for malloc; the daemon.
 */
#ifndef PORTLIGHT_FRONTEND_PAGE_STRIP_H
#define PORTLIGHT_FRONTEND_PAGE_STRIP_H

#include "frontend/i18n/i18n.h"
#include "frontend/model/result.h"
#include "frontend/model/strbuf.h"

/* Of the target's n-th port, which has its verdict.  `from` names who asked; NULL: this checker. */
void strip_append(struct strbuf *buf, enum language language, const char *from,
                  const struct result_target *target, unsigned port_index);

/* The same height, for a port that is being asked. */
void strip_append_waiting(struct strbuf *buf, enum language language, const char *from,
                          const struct result_target *target);

/* Where the SYN stopped or who answered in the target's place: its distance, or -1, and its
 * address, or ADDR_NONE.  For steps and ladder, too. */
int strip_place(const struct result_target *target, unsigned port_index, struct addr *addr);

#endif
