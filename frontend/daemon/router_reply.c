/* SPDX-License-Identifier: BSD-2-Clause */
/* Replies that all handlers use.  Part of router.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "frontend/daemon/router.h"
#include "frontend/model/strbuf.h"
#include "frontend/render/json.h"

enum { SECONDS_TEXT_LEN = 64 };

/* One limit as an item of both headers (IETF draft "RateLimit header fields for HTTP"). */
static void add_limit(const struct request_context *visit, struct ratelimit *limit, enum limit name,
                      uint32_t quota, uint32_t window_s, struct strbuf *policy, struct strbuf *left)
{
    const char *before = policy->len > 0 ? ", " : "";
    struct ratelimit_state state;

    if (ratelimit_is_off(limit))
        return;
    state = ratelimit_take(limit, &visit->client, 0, clock_now_ns());
    strbuf_printf(policy, "%s\"%s\";q=%u;w=%u", before, limit_name(name), quota, window_s);
    strbuf_printf(left, "%s\"%s\";r=%u;t=%u", before, limit_name(name), state.remaining,
                  (unsigned)clock_ns_to_s_up(state.reset_ns));
}

void router_set_limit_headers(const struct request_context *visit)
{
    const struct config *config = visit->router->config;
    const struct checks *checks = &visit->router->checks;
    struct strbuf policy = {0}, left = {0};

    if (!visit->is_api)
        return;
    add_limit(visit, checks->clients, LIMIT_CLIENT, config->limits.client_quota,
              config->limits.client_window_s, &policy, &left);
    add_limit(visit, checks->new_targets, LIMIT_CLIENT_TARGETS, config->limits.client_targets,
              CHECK_NEW_TARGETS_WINDOW_S, &policy, &left);
    if (policy.len > 0 && !policy.failed && !left.failed) {
        exchange_set_header(visit->exchange, "RateLimit-Policy", policy.text);
        exchange_set_header(visit->exchange, "RateLimit", left.text);
    }
    strbuf_free(&policy);
    strbuf_free(&left);
}

void router_reply(const struct request_context *visit, int status, const char *type, char *text)
{
    static const char no_memory[] = "{\"type\":\"/problems/busy\",\"status\":503}";

    router_set_limit_headers(visit);
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

void router_set_retry_after(const struct request_context *visit, const struct problem *problem)
{
    uint32_t seconds = problem_retry_after_s(problem);
    char text[SECONDS_TEXT_LEN];

    if (seconds == 0)
        return;
    snprintf(text, sizeof(text), "%u", seconds);
    exchange_set_header(visit->exchange, "Retry-After", text);
}

void router_reply_problem(const struct request_context *visit, const struct problem *problem)
{
    int status = problem_status(problem->id);

    metrics_count_problem(&visit->router->metrics, problem);
    router_set_retry_after(visit, problem);
    if (visit->wants_page)
        router_reply_problem_page(visit, problem);
    else if (visit->format == API_TEXT)
        router_reply(visit, status, "text/plain; charset=utf-8", problem_line(problem));
    else
        router_reply(visit, status, "application/problem+json", json_write_problem(problem));
}

void send_event(const struct request_context *visit, const char *event, char *data)
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
    strbuf_append(&buf,
                  "id: 1\n\n"); /* a client that reconnects with it has its answer: router.c */
    text = strbuf_take(&buf);
    if (text != NULL)
        exchange_stream_send(visit->exchange, text, strlen(text));
    free(text);
    free(data);
}
