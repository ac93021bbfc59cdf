/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The page at /: a form that works without JavaScript, and below it the answer or the problem; and
 * other pages in the same frame.  All links are relative, so the server may run below a prefix.
 * Pure but for malloc; the daemon.  The surrounding HTML is in www.  Every function that returns a
 * text leaves it to the caller to free, and returns NULL without memory.
 */
#ifndef PORTLIGHT_FRONTEND_PAGE_PAGE_H
#define PORTLIGHT_FRONTEND_PAGE_PAGE_H

#include "frontend/page/view.h"

char *page_render(const struct page *page);

/* Only the problem, without the form; client may be NULL. */
char *page_render_error(const struct page *page);

/* Fills in a template with {{names}}, such as a page of www/docs. */
char *page_fill(const struct page *page, const char *text);

/* The list of www/docs, and the page of a problem type. */
char *page_render_docs(const struct page *page);
char *page_render_problem_type(const struct page *page, enum problem_id id);

/* Only the answer or the problem, with placeholders for ports without a verdict; and one port of
 * the answer, under the same id: for the script to put into an open page. */
char *page_render_answer(const struct page *page);
char *page_render_port(const struct page *page, const struct result *result,
                       const struct result_target *target, unsigned port_index);

/* The rows of one place, each under the id that it has in the answer. */
char *page_render_place(const struct page *page, const struct result *result, unsigned index);

/* The server's root as a URL, "https://ports.example.net/", from a Host header.  Safe in a shell's
 * quotes, whatever the header says. */
enum { PAGE_ORIGIN_LEN = 300 };
void page_origin(const char *host, char out[static PAGE_ORIGIN_LEN]);

#endif
