/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The page at /: a question that works without JavaScript, and below it the answer or the
 * problem; and the pages that are made of the same frame.  All links are relative, so that the
 * server may stand below a prefix.  Pure but for malloc; the daemon.  The HTML around it
 * is in www.  All return a text for the caller to free, NULL when there is no memory.
 */
#ifndef PORTLIGHT_FRONTEND_PAGE_PAGE_H
#define PORTLIGHT_FRONTEND_PAGE_PAGE_H

#include "frontend/page/view.h"

char *page_render(const struct page *page);

/* The problem alone, without the form; visitor may be NULL. */
char *page_render_error(const struct page *page);

/* A text with {{names}} in it, such as a page of www/docs. */
char *page_fill(const struct page *page, const char *text);

/* The list of www/docs, and what a type of problem means. */
char *page_render_docs(const struct page *page);
char *page_render_problem_type(const struct page *page, enum problem_id id);

/* The answer or the problem alone, ports without a verdict as "asking"; and one port of
 * it, which has the same id there: to put into a page that is open. */
char *page_render_answer(const struct page *page);
char *page_render_port(const struct page *page, const struct result *result,
                       const struct result_target *target, unsigned port_index);

/* The rows of one place that was asked, each with the id that it has in the answer. */
char *page_render_place(const struct page *page, const struct result *result, unsigned index);

/* "https://ports.example.net/" from a Host header; a text that can stand in a shell's quotes,
 * whatever the header says. */
enum { PAGE_ORIGIN_LEN = 300 };
void page_origin(const char *host, char out[static PAGE_ORIGIN_LEN]);

#endif
