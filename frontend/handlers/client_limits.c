/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/handlers/client_limits.h"

#include "common/base/clock.h"
#include "frontend/model/strbuf.h"

static bool take(const struct request_context *visit, unsigned units, struct ratelimit_state *state)
{
    *state = ratelimit_take(visit->router->checks.visitors, &visit->visitor, units, clock_now_ns());
    return state->allowed;
}

bool client_limits_take(const struct request_context *visit, unsigned units,
                        struct problem *problem)
{
    struct ratelimit_state state;

    if (units == 0 || take(visit, units, &state))
        return true;
    problem_set_numbers(problem, CAUSE_CLIENT_SPENT, NULL,
                        visit->router->config->limits.client_quota,
                        visit->router->config->limits.client_window_s);
    problem->retry_after_s = (uint32_t)clock_ns_to_s_up(state.retry_after_ns);
    return false;
}

bool client_limits_take_one(const struct request_context *visit, struct problem *problem)
{
    struct ratelimit_state state;

    if (take(visit, 1, &state))
        return true;
    problem_set(problem, CAUSE_CLIENT_TOO_OFTEN, NULL);
    problem->retry_after_s = (uint32_t)clock_ns_to_s_up(state.retry_after_ns);
    return false;
}

/* One limit as an item of both headers. */
/* The values of RateLimit-Policy and RateLimit. */
struct limit_headers {
    struct strbuf policy, left;
};

static void add_limit(struct limit_headers *to, const struct request_context *visit,
                      struct ratelimit *limit, enum limit name, uint32_t quota, uint32_t window_s)
{
    const char *before = to->policy.len > 0 ? ", " : "";
    struct ratelimit_state state;

    if (ratelimit_is_off(limit))
        return;
    state = ratelimit_take(limit, &visit->visitor, 0, clock_now_ns());
    strbuf_printf(&to->policy, "%s\"%s\";q=%u;w=%u", before, limit_name(name), quota, window_s);
    strbuf_printf(&to->left, "%s\"%s\";r=%u;t=%u", before, limit_name(name), state.remaining,
                  (unsigned)clock_ns_to_s_up(state.reset_ns));
}

void client_limits_set_headers(const struct request_context *visit)
{
    const struct config *config = visit->router->config;
    const struct checks *checks = &visit->router->checks;
    struct limit_headers to = {0};

    if (!visit->is_api)
        return;
    add_limit(&to, visit, checks->visitors, LIMIT_CLIENT, config->limits.client_quota,
              config->limits.client_window_s);
    add_limit(&to, visit, checks->new_targets, LIMIT_CLIENT_TARGETS, config->limits.client_targets,
              CHECK_NEW_TARGETS_WINDOW_S);
    if (to.policy.len > 0 && !to.policy.failed && !to.left.failed) {
        exchange_set_header(visit->exchange, "RateLimit-Policy", to.policy.text);
        exchange_set_header(visit->exchange, "RateLimit", to.left.text);
    }
    strbuf_free(&to.policy);
    strbuf_free(&to.left);
}
