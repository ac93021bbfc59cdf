/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ways to keep and share an answer: a link that repeats the check, JSON, the packets, equivalent
 * commands, and the answer as text and as Markdown for a ticket.  Pure but for malloc; the daemon.
 */
#ifndef PORTLIGHT_FRONTEND_PAGE_TAKE_HOME_H
#define PORTLIGHT_FRONTEND_PAGE_TAKE_HOME_H

#include "frontend/model/strbuf.h"
#include "frontend/page/view.h"

/* A line of links for the top of the answer; and the rest, folded, for its end. */
void take_home_append_links(struct strbuf *buf, const struct page *page);
void take_home_append(struct strbuf *buf, const struct page *page);

/* Writes wall-clock nanoseconds as "2026-11-26 21:49:57", in UTC. */
enum { TAKE_HOME_TIME_LEN = 24 };
void take_home_time(uint64_t wall_ns, char text[static TAKE_HOME_TIME_LEN]);

#endif
