/* SPDX-License-Identifier: BSD-2-Clause */
/* What people paste into the page: a host that is one stays as it is, and nothing that is read out
 * of a text gets around the policy. */
#include <stdio.h>
#include <string.h>

#include "frontend/model/request.h"
#include "tests/fuzz/fuzz.h"

static void require_allowed(const char *text, const struct pasted *pasted)
{
    char query[sizeof("host=&ports=443") + 3 * HOSTNAME_INPUT_MAX_LEN];
    struct policy policy;
    struct request request;
    struct request_link link;
    struct problem problem;
    struct hostname again;
    size_t n = (size_t)snprintf(query, sizeof(query), "ports=443&host=");

    policy_init(&policy);
    for (const char *at = text; *at != '\0'; at++)
        n += (size_t)snprintf(query + n, sizeof(query) - n, "%%%02X", (unsigned char)*at);
    if (!request_from_link(query, &policy, &request, &link, &problem)) {
        FUZZ_REQUIRE(problem_status(problem.id) >= 400 && problem.detail[0] != '\0');
        FUZZ_REQUIRE(strcmp(link.typed, text) == 0);
        return;
    }
    FUZZ_REQUIRE(request.port_count >= 1 && request.port_count <= policy.max_ports);
    for (unsigned i = 0; i < request.port_count; i++)
        FUZZ_REQUIRE(policy_check_port(&policy, request.ports[i]) == POLICY_OK);
    if (request.me)
        return;
    FUZZ_REQUIRE(strcmp(link.pasted.host, pasted->host) == 0);
    FUZZ_REQUIRE(hostname_parse(request.host.text, strlen(request.host.text), &again) ==
                 HOSTNAME_OK);
    FUZZ_REQUIRE(request.host.addr.family == ADDR_NONE ||
                 policy_check_address(&policy, &request.host.addr) == POLICY_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    char text[HOSTNAME_INPUT_MAX_LEN + 1];
    struct hostname host;
    struct pasted pasted;
    enum problem_cause cause;

    if (len >= sizeof(text) || memchr(data, '\0', len) != NULL)
        return 0;
    memcpy(text, data, len);
    text[len] = '\0';
    pasted_read(text, &pasted);
    FUZZ_REQUIRE(strlen(pasted.host) <= HOSTNAME_INPUT_MAX_LEN);
    FUZZ_REQUIRE(pasted.removed < 1U << PASTED_COUNT);
    FUZZ_REQUIRE(pasted.port < 1000000);
    if (hostname_parse(text, len, &host) == HOSTNAME_OK)
        FUZZ_REQUIRE(strcmp(pasted.host, text) == 0 && pasted.removed == 0 && pasted.port == 0);
    cause = pasted_mistake(pasted.host);
    FUZZ_REQUIRE(problem_format(cause) != NULL);
    require_allowed(text, &pasted);
    return 0;
}
