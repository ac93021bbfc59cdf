/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/handlers/server_handlers.h"

#include <string.h>

#include "common/base/clock.h"
#include "frontend/handlers/reply.h"
#include "frontend/render/json.h"

static void reply_json(const struct request_context *visit, char *text)
{
    reply_text(visit, 200, "application/json", text);
}

void handle_me(const struct request_context *visit)
{
    reply_json(visit, json_write_me(&visit->visitor));
}

void handle_ports(const struct request_context *visit)
{
    reply_json(visit, json_write_ports(&visit->router->config->policy));
}

void handle_limits(const struct request_context *visit)
{
    const struct config *config = visit->router->config;
    const struct checks *checks = &visit->router->checks;
    uint64_t now_ns = clock_now_ns();
    struct api_limits limits = {
        .policy = &config->policy,
        .client_quota = config->limits.client_quota,
        .client_window_s = config->limits.client_window_s,
        .target_quota = config->limits.target_quota,
        .target_window_s = config->limits.target_window_s,
        .new_targets_quota = config->limits.client_targets,
        .new_targets_window_s = CHECK_NEW_TARGETS_WINDOW_S,
        .checks_at_once = conn_count_max(checks->active_checks),
        .client = ratelimit_take(checks->visitors, &visit->visitor, 0, now_ns),
        .new_targets = ratelimit_take(checks->new_targets, &visit->visitor, 0, now_ns),
    };

    reply_json(visit, json_write_limits(&limits));
}

void handle_places(const struct request_context *visit)
{
    const struct places *places = visit->router->checks.places;
    struct api_place list[PLACES_MAX];

    reply_json(visit, json_write_places(list, places_list(places, list), places->asked_max));
}

void handle_health(const struct request_context *visit)
{
    reply_text(visit, 200, "text/plain; charset=utf-8", strdup("ok\n"));
}

void handle_ready(const struct request_context *visit)
{
    struct problem problem;

    if (!prober_link_is_ready(visit->router->checks.prober))
        problem_set(&problem, CAUSE_PROBER_SILENT, NULL);
    else if (!resolver_is_up(visit->router->checks.resolver))
        problem_set(&problem, CAUSE_DNS_DOWN, NULL);
    else {
        reply_text(visit, 200, "text/plain; charset=utf-8", strdup("ready\n"));
        return;
    }
    reply_problem(visit, &problem);
}
