/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What to take home of an answer: a link that asks the same anew, JSON, the packets, the commands
 * that ask the same, the answer as text and as Markdown for a ticket.  Pure but for malloc; the
 * daemon.
 */
#ifndef PORTLIGHT_FRONTEND_PAGE_TAKE_HOME_H
#define PORTLIGHT_FRONTEND_PAGE_TAKE_HOME_H

#include "frontend/model/strbuf.h"
#include "frontend/page/view.h"

/* Links in a line, for the head of the answer; and the rest, folded, for its end. */
void take_home_append_links(struct strbuf *buf, const struct page *page);
void take_home_append(struct strbuf *buf, const struct page *page);

/* "2026-11-26 21:49:57" of the wall clock, in UTC. */
enum { TAKE_HOME_TIME_LEN = 24 };
void take_home_time(uint64_t wall_ns, char text[static TAKE_HOME_TIME_LEN]);

#endif
