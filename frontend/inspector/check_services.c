/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/inspector/check_services.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"

/* Finds the service's target and port index. */
static void find_indexes(const struct check_service *service, unsigned *target, unsigned *port)
{
    size_t index = (size_t)(service - &service->all->ports[0][0]);

    *target = (unsigned)(index / POLICY_PORTS_MAX);
    *port = (unsigned)(index % POLICY_PORTS_MAX);
}

static void store(const struct check_services *services, unsigned target, unsigned port,
                  const struct inspection *inspection)
{
    struct inspection *copy = malloc(sizeof(*copy));

    if (copy != NULL)
        *copy = *inspection;
    free(services->result->targets[target].services[port]);
    services->result->targets[target].services[port] = copy;
}

static void store_problem(const struct check_services *services, unsigned target, unsigned port,
                          enum inspection_problem_id problem)
{
    struct inspection *nothing = calloc(1, sizeof(*nothing));

    services->result->targets[target].services[port] = nothing;
    if (nothing == NULL)
        return;
    nothing->alert = -1;
    nothing->checked_s = (int64_t)(clock_wall_ns() / NS_PER_S);
    inspection_add(nothing, problem, 0, false, 0);
}

static void end(struct check_service *service)
{
    struct check_services *all = service->all;
    unsigned target, port;

    find_indexes(service, &target, &port);
    conn_count_remove(all->clients, all->client);
    all->pending--;
    all->answered(all->context, target, port);
}

static void on_answered(void *context, const struct inspection *inspection)
{
    struct check_service *service = context;
    unsigned target, port;

    find_indexes(service, &target, &port);
    store(service->all, target, port, inspection);
    end(service);
}

static void end_with(struct check_service *service, enum inspection_problem_id problem)
{
    unsigned target, port;

    find_indexes(service, &target, &port);
    store_problem(service->all, target, port, problem);
    end(service);
}

static void on_refused(void *context, enum inspect_refusal reason, uint32_t retry_after_ms)
{
    (void)retry_after_ms;
    end_with(context, reason == INSPECT_REFUSED_BUSY || reason == INSPECT_REFUSED_RATE
                          ? INSPECTION_PROBLEM_NOT_ASKED
                          : INSPECTION_PROBLEM_INSPECTOR);
}

static void on_lost(void *context)
{
    end_with(context, INSPECTION_PROBLEM_INSPECTOR);
}

static const struct inspector_job_ops ops = {on_answered, on_refused, on_lost};

bool check_services_ask(struct check_services *services, unsigned target, unsigned port)
{
    const struct result_target *at = &services->result->targets[target];
    struct check_service *service = &services->ports[target][port];
    struct inspect_ask ask = {
        .kind = INSPECT_GREETING,
        .starttls = STARTTLS_NONE,
        .addr = at->addr,
        .port = at->verdicts[port].port,
        .text = addr_equal(&at->addr, services->client),
    };

    memcpy(ask.name, services->name, strlen(services->name));
    service->all = services;
    service->subscriber.ops = &ops;
    service->subscriber.context = service;
    if (!conn_count_add(services->clients, services->client)) {
        store_problem(services, target, port, INSPECTION_PROBLEM_NOT_ASKED);
        return false;
    }
    switch (inspection_shares_ask(services->shares, &ask, &service->subscriber)) {
    case INSPECTOR_LINK_OK: services->pending++; return true;
    case INSPECTOR_LINK_FULL:
        store_problem(services, target, port, INSPECTION_PROBLEM_NOT_ASKED);
        break;
    case INSPECTOR_LINK_DOWN:
        store_problem(services, target, port, INSPECTION_PROBLEM_INSPECTOR);
        break;
    }
    conn_count_remove(services->clients, services->client);
    return false;
}

void check_services_end(struct check_services *services)
{
    for (unsigned i = 0; i < RESULT_TARGETS_MAX; i++)
        for (unsigned j = 0; j < POLICY_PORTS_MAX; j++) {
            if (services->ports[i][j].subscriber.share == NULL)
                continue;
            inspection_shares_leave(&services->ports[i][j].subscriber);
            conn_count_remove(services->clients, services->client);
        }
    services->pending = 0;
}
