/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/handlers/reply.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frontend/handlers/client_limits.h"
#include "frontend/handlers/page_context.h"
#include "frontend/model/strbuf.h"
#include "frontend/render/json.h"

enum { SECONDS_TEXT_LEN = 64 };

void reply_text(const struct request_context *visit, int status, const char *type, char *text)
{
    static const char no_memory[] = "{\"type\":\"/problems/busy\",\"status\":503}";

    client_limits_set_headers(visit);
    if (text != NULL)
        exchange_reply_text(visit->exchange, status, type, text);
    else
        exchange_reply(visit->exchange, 503, "application/problem+json", no_memory,
                       sizeof(no_memory) - 1);
}

static char *problem_line(const struct problem *problem)
{
    struct strbuf buf = {0};

    strbuf_printf(&buf, "error: %s: %s\n",
                  problem->code != NULL ? problem->code : problem_name(problem->id),
                  problem->detail);
    return strbuf_take(&buf);
}

void reply_set_retry_after(const struct request_context *visit, const struct problem *problem)
{
    uint32_t seconds = problem_retry_after_s(problem);
    char text[SECONDS_TEXT_LEN];

    if (seconds == 0)
        return;
    snprintf(text, sizeof(text), "%u", seconds);
    exchange_set_header(visit->exchange, "Retry-After", text);
}

static void reply_problem_page(const struct request_context *visit, const struct problem *problem)
{
    struct page_context room;
    struct page page = page_context(visit, NULL, &room);

    page.problem = problem;
    exchange_set_header(visit->exchange, "X-Robots-Tag", "noindex");
    reply_text(visit, problem_status(problem->id), "text/html; charset=utf-8", page_render(&page));
}

void reply_problem(const struct request_context *visit, const struct problem *problem)
{
    int status = problem_status(problem->id);

    metrics_count_problem(&visit->router->metrics, problem);
    reply_set_retry_after(visit, problem);
    if (visit->wants_page)
        reply_problem_page(visit, problem);
    else if (visit->format == API_TEXT)
        reply_text(visit, status, "text/plain; charset=utf-8", problem_line(problem));
    else
        reply_text(visit, status, "application/problem+json", json_write_problem(problem));
}

void reply_event(const struct request_context *visit, const char *event, char *data)
{
    struct strbuf buf = {0};
    const char *at = data;
    char *text;

    if (data == NULL)
        return;
    strbuf_printf(&buf, "event: %s\n", event);
    while (*at != '\0') {
        size_t len = strcspn(at, "\n");
        strbuf_append(&buf, "data: ");
        strbuf_append_n(&buf, at, len);
        strbuf_append(&buf, "\n");
        at += len + (at[len] != '\0');
    }
    strbuf_append(&buf, "id: 1\n\n"); /* who comes back with it has its answer: router.c */
    text = strbuf_take(&buf);
    if (text != NULL)
        exchange_stream_send(visit->exchange, text, strlen(text));
    free(text);
    free(data);
}
