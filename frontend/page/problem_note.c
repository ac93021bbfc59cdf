/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/page/problem_note.h"

void problem_note_append(struct strbuf *buf, enum language language, const struct problem *problem)
{
    const char *format = problem_format(problem->cause);
    char detail[PROBLEM_DETAIL_LEN];

    strbuf_append(buf, "<div class=\"note problem\" role=\"alert\"><h2>");
    strbuf_append_html(buf, tr(language, problem_title(problem->id)));
    strbuf_append(buf, "</h2>\n<p>");
    if (format != NULL)
        problem_write_detail(problem, tr(language, format), detail);
    strbuf_append_html(buf, format != NULL ? detail : problem->detail);
    strbuf_append(buf, "</p>\n");
    if (problem->retry_after_s > 0) {
        strbuf_append(buf, "<p>");
        strbuf_append_counted(buf,
                              tr(language, problem->retry_after_s == 1 ? "Try again in a second."
                                                                       : "Try again in # seconds."),
                              problem->retry_after_s);
        strbuf_append(buf, "</p>\n");
    }
    strbuf_append(buf, "</div>\n");
}
