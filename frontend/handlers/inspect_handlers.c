/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/handlers/inspect_handlers.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "frontend/handlers/client_limits.h"
#include "frontend/handlers/inspecting.h"
#include "frontend/handlers/page_context.h"
#include "frontend/handlers/reply.h"
#include "frontend/inspection/json_inspection.h"
#include "frontend/inspection/page_tls.h"
#include "frontend/render/inspection_text.h"
#include "frontend/render/json.h"

/* A client's request with its inspection under way. */
struct pending_inspection {
    struct request_context visit;
    struct tls_request asked;
    struct inspecting *inspecting;
};

/* --- answers ----------------------------------------------------------------------------- */

/* The memory that a struct page_tls points into. */
struct tls_room {
    struct page_context context;
    struct page frame;
};

static struct page_tls page_of(const struct request_context *visit, const struct tls_request *asked,
                               struct tls_room *room)
{
    struct page_tls page = {.frame = &room->frame, .asked = asked};

    room->frame = page_context(visit, NULL, &room->context);
    memcpy(page.typed, room->context.link.typed, sizeof(page.typed));
    return page;
}

static void reply_inspected(const struct pending_inspection *pending,
                            const struct inspected *inspected)
{
    const struct request_context *visit = &pending->visit;
    struct tls_room room;
    struct page_tls page = page_of(visit, &pending->asked, &room);

    switch (visit->format) {
    case API_PAGE:
        page.inspected = inspected;
        reply_text(visit, 200, "text/html; charset=utf-8", page_tls_render(&page));
        break;
    case API_TEXT:
        reply_text(visit, 200, "text/plain; charset=utf-8", inspection_lines(inspected));
        break;
    case API_EVENTS:
        reply_event(visit, "done", json_write_inspected(inspected));
        exchange_stream_end(visit->exchange);
        break;
    default: reply_text(visit, 200, "application/json", json_write_inspected(inspected)); break;
    }
}

static void reply_failed(const struct request_context *visit, const struct tls_request *asked,
                         const struct problem *problem)
{
    struct tls_room room;
    struct page_tls page = page_of(visit, asked, &room);

    if (visit->format != API_PAGE) {
        reply_problem(visit, problem);
        return;
    }
    page.problem = problem;
    metrics_count_problem(&visit->router->metrics, problem);
    reply_set_retry_after(visit, problem);
    reply_text(visit, problem_status(problem->id), "text/html; charset=utf-8",
               page_tls_render(&page));
}

/* Once the stream has begun, its status is sent, and a problem becomes an event. */
static void end_with_problem(const struct pending_inspection *pending,
                             const struct problem *problem)
{
    const struct request_context *visit = &pending->visit;

    if (visit->format != API_EVENTS) {
        reply_failed(visit, &pending->asked, problem);
        return;
    }
    metrics_count_problem(&visit->router->metrics, problem);
    reply_event(visit, "error", json_write_problem(problem));
    exchange_stream_end(visit->exchange);
}

/* --- callbacks of an inspection ----------------------------------------------------- */

static void on_resolved(void *context, const struct result *result)
{
    const struct pending_inspection *pending = context;

    if (pending->visit.format == API_EVENTS)
        reply_event(&pending->visit, "resolved", json_write_resolved(result));
}

static void on_port(void *context, const struct result_target *target, unsigned port_index)
{
    const struct pending_inspection *pending = context;

    if (pending->visit.format == API_EVENTS)
        reply_event(&pending->visit, "port", json_write_port(target, port_index));
}

static void on_inspected(void *context, const struct inspected *inspected, unsigned target)
{
    const struct pending_inspection *pending = context;

    if (pending->visit.format == API_EVENTS)
        reply_event(&pending->visit, pending->asked.greeting ? "service" : "tls",
                    json_write_inspected_one(inspected, target));
}

static void on_done(void *context, const struct inspected *inspected)
{
    struct pending_inspection *pending = context;

    reply_inspected(pending, inspected);
    free(pending);
}

static void on_failed(void *context, const struct problem *problem)
{
    struct pending_inspection *pending = context;

    end_with_problem(pending, problem);
    free(pending);
}

static const struct inspecting_ops ops = {on_resolved, on_port, on_inspected, on_done, on_failed};

static void on_gone(void *context)
{
    struct pending_inspection *pending = context;

    inspecting_cancel(pending->inspecting);
    free(pending);
}

/* --- requests ----------------------------------------------------------------------- */

static bool begin(const struct request_context *visit, const struct tls_request *asked,
                  struct problem *problem)
{
    struct pending_inspection *pending = calloc(1, sizeof(*pending));
    const struct result *result;

    if (pending == NULL)
        return problem_set(problem, CAUSE_NO_MEMORY, NULL);
    pending->visit = *visit;
    pending->asked = *asked;
    pending->inspecting =
        inspecting_begin(visit->router, asked, &visit->client, &ops, pending, problem);
    if (pending->inspecting == NULL) {
        free(pending);
        return false;
    }
    exchange_on_gone(visit->exchange, on_gone, pending);
    if (visit->format != API_EVENTS)
        return true;
    client_limits_set_headers(visit);
    exchange_stream_begin(visit->exchange, 200, "text/event-stream");
    result = inspecting_result(pending->inspecting);
    if (result->target_count > 0)
        on_resolved(pending, result);
    return true;
}

void handle_tls(const struct request_context *visit)
{
    struct tls_request asked;
    struct problem problem;

    if (!tls_request_from_query(exchange_request(visit->exchange)->query,
                                &visit->router->config->policy, &asked, &problem) ||
        !inspecting_charge(visit->router, &visit->client, &asked, 1, &problem) ||
        !begin(visit, &asked, &problem))
        reply_failed(visit, &asked, &problem);
}

/* The page without a request is free; with one it costs what the API costs.  If another site, or an
 * unproven link, may have caused the request, it is only put into the form, and the client decides
 * whether to send it. */
void handle_tls_page(const struct request_context *visit)
{
    struct request_context page = *visit;
    const char *query = exchange_request(visit->exchange)->query;
    struct page_tls form;
    struct tls_room room;
    struct tls_request asked;
    struct problem problem;

    page.format = API_PAGE;
    if (query[0] == '\0') {
        form = page_of(&page, NULL, &room);
        reply_text(&page, 200, "text/html; charset=utf-8", page_tls_render(&form));
        return;
    }
    if (!tls_request_from_query(query, &visit->router->config->policy, &asked, &problem) ||
        !inspecting_charge(visit->router, &visit->client, &asked, 0, &problem) ||
        !begin(&page, &asked, &problem))
        reply_failed(&page, &asked, &problem);
}
