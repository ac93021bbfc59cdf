/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/cli/host_command.h"

#include <stdio.h>
#include <string.h>

#include "common/base/clock.h"
#include "frontend/dns/poll.h"
#include "frontend/host/host_render.h"
#include "frontend/remote/remote.h"

enum { DAY_S = 86400, QUERY_LEN = HOSTNAME_MAX_LEN + 64 };

/* Fills in the addresses; the policy must allow them, as for a check. */
static bool find_addresses(const struct request *request, const struct config *config,
                           const struct network_table *networks, struct host_answer *answer,
                           struct problem *problem)
{
    const struct addr *addr = &request->host.addr;
    struct selection ignored;
    struct lookups lookups;

    if (addr->family != ADDR_NONE) {
        if (!request_check_address(&config->policy, addr, problem))
            return false;
        host_answer_take_address(answer, addr, networks);
        return true;
    }
    if (!dns_poll_lookups(request, config, &lookups, problem) ||
        !select_addresses(&lookups, &config->policy, &ignored, problem))
        return false;
    host_answer_take_lookups(answer, &lookups, networks);
    return true;
}

/* Asks a server. */
static bool look_there(const struct options *options, struct host_answer *answer,
                       struct problem *problem, char code[static API_CLIENT_CODE_LEN])
{
    static const char *const families[] = {"any", "ipv4", "ipv6"};
    struct request request;
    char query[QUERY_LEN];

    request_init(&request);
    if (!request_set_host(&request, options->host, strlen(options->host), problem))
        return false;
    /* a host in canonical form needs no escapes */
    snprintf(query, sizeof(query), "host=%s&family=%s", request.me ? "me" : request.host.text,
             families[options->family]);
    return remote_host(options->server, query, answer, problem, code);
}

static bool look_here(const struct options *options, const struct config *config,
                      const struct network_table *networks, struct host_answer *answer,
                      struct problem *problem)
{
    struct addr addrs[INQUIRY_ADDRS_MAX];
    uint64_t start_ns = clock_now_ns();
    struct request request;

    request_init(&request);
    request.family = options->family;
    if (!request_set_host(&request, options->host, strlen(options->host), problem))
        return false;
    if (request.me)
        return problem_set_text(problem, PROBLEM_INVALID_HOST, "invalid-host", "#/host",
                                "\"me\" needs --server; name a host.");
    if (request.host_error != HOSTNAME_OK && !policy_allows_local_names(&config->policy))
        return problem_set(problem,
                           request.host_error == HOSTNAME_NOT_FQDN ? CAUSE_HOST_NOT_FQDN
                                                                   : CAUSE_HOST_SPECIAL_USE,
                           "#/host");
    memcpy(answer->host, request.host.text, sizeof(answer->host));
    answer->started_wall_ns = clock_wall_ns();
    answer->max_age_s = (uint64_t)config->networks.max_age_days * DAY_S;
    if (!find_addresses(&request, config, networks, answer, problem))
        return false;
    for (unsigned i = 0; i < answer->addr_count; i++)
        addrs[i] = answer->addrs[i].addr;
    dns_poll_inquiry(answer->is_name ? answer->host : NULL, addrs, answer->addr_count, config,
                     &answer->facts);
    answer->duration_ns = clock_now_ns() - start_ns;
    return true;
}

enum exit_status host_command(const struct options *options, const struct config *config,
                              const struct network_table *networks, struct output *output)
{
    struct host_answer answer = {.addr_count = 0};
    struct problem problem = {0};
    char code[API_CLIENT_CODE_LEN];

    if (options->server != NULL ? !look_there(options, &answer, &problem, code)
                                : !look_here(options, config, networks, &answer, &problem)) {
        output_problem(output, &problem);
        return output_status(&problem);
    }
    if (options->json ? output_text(host_write_json(&answer), "\n")
                      : output_text(host_write_text(&answer), ""))
        return EXIT_AS_EXPECTED;
    return EXIT_UNKNOWN;
}
