/* SPDX-License-Identifier: BSD-2-Clause */
/* A request body, and the same bytes as a query string, as one of /probe, and as the header that
 * Prometheus sends with it. */
#include <stdlib.h>
#include <string.h>

#include "frontend/prometheus/probe_question.h"
#include "frontend/render/json.h"
#include "tests/fuzz/fuzz.h"

static void judge(bool ok, const struct request *request, const struct policy *policy,
                  const struct problem *problem)
{
    if (!ok) {
        FUZZ_REQUIRE(problem->id != PROBLEM_NONE && problem_status(problem->id) >= 400 &&
                     problem_status(problem->id) < 500 && problem->detail[0] != '\0');
        return;
    }
    FUZZ_REQUIRE(request->port_count >= 1 && request->port_count <= POLICY_PORTS_MAX);
    for (unsigned i = 0; i < request->port_count; i++)
        FUZZ_REQUIRE(policy_check_port(policy, request->ports[i]) == POLICY_OK);
    FUZZ_REQUIRE(request->me || request->host.text[0] != '\0');
    FUZZ_REQUIRE(request->me || request->host.addr.family == ADDR_NONE ||
                 policy_check_address(policy, &request->host.addr) == POLICY_OK);
}

static void probe(const char *text, const struct policy *policy, bool inspects)
{
    struct probe_question question;
    struct problem problem = {0};
    bool ok = probe_question_read(text, policy, inspects, &question, &problem);
    uint32_t time_ms;

    judge(ok, &question.asked.request, policy, &problem);
    FUZZ_REQUIRE(!ok ||
                 (question.asked.request.port_count == 1 && (inspects || !question.module->tls) &&
                  !(question.module->tls && request_asks_places(&question.asked.request))));
    FUZZ_REQUIRE(!probe_question_time(text, &time_ms, &problem) || time_ms >= 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct policy policy;
    struct request request;
    struct problem problem = {0};
    char *text = malloc(len + 1);

    FUZZ_REQUIRE(text != NULL);
    memcpy(text, data, len);
    text[len] = '\0';
    policy_init(&policy);
    judge(json_read_request(text, len, &policy, &request, &problem), &request, &policy, &problem);
    judge(request_from_query(text, &policy, &request, &problem), &request, &policy, &problem);
    probe(text, &policy, false);
    probe(text, &policy, true);
    free(text);
    return 0;
}
