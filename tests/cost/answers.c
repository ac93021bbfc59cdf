/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/cost/answers.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/base/clock.h"
#include "common/base/compiler.h"
#include "frontend/page/page.h"
#include "frontend/render/json.h"

int answers_write(uint32_t count)
{
    static const struct addr client = {ADDR_IPV4, {198, 18, 3, 2}};
    static struct policy policy;
    static const struct page_limits limits = {60, 60, 30, 60};
    static const struct page_owner nobody = {"", "", "", ""};
    struct page page = {.policy = &policy,
                        .client = &client,
                        .limits = &limits,
                        .owner = &nobody,
                        .up = "",
                        .origin = "https://example.net/"};

    policy_init(&policy);
    for (uint32_t i = 0; i < count; i++) {
        free(json_write_ports(&policy));
        for (unsigned language = 0; language < LANGUAGE_COUNT; language++) {
            page.language = (enum language)language;
            free(page_render(&page));
        }
    }
    printf("%u answers\n", count);
    return 0;
}

int answers_write_results(uint32_t count)
{
    static const struct addr target = {ADDR_IPV4, {198, 18, 3, 2}};
    static const uint16_t ports[] = {443, 80, 22};
    struct result result = {.host = "198.18.3.2",
                            .started_wall_ns = 1764236400 * NS_PER_S,
                            .duration_ns = 12345678,
                            .target_count = 1};

    result_target_init(&result.targets[0], &target, ports, ARRAY_LEN(ports), false);
    for (unsigned i = 0; i < ARRAY_LEN(ports); i++) {
        struct verdict *verdict = &result.targets[0].verdicts[i];
        verdict->state = STATE_OPEN;
        verdict->reason = REASON_SYN_ACK;
        verdict->disposition = DISPOSITION_ACCEPT;
        verdict->actor = ACTOR_HOST;
        verdict->confidence = CONFIDENCE_CERTAIN;
        verdict->evidence = UINT64_C(1) << EVIDENCE_RESPONDER_IS_TARGET |
                            UINT64_C(1) << EVIDENCE_TTL_MATCHES_HOST |
                            UINT64_C(1) << EVIDENCE_ECHO_ANSWERED;
        verdict->explanations = UINT64_C(1) << EXPLANATION_HOST_ACCEPTS;
        verdict->rtt_ns = 5123456;
        verdict->sent = 1;
        verdict->responder = target;
        verdict->ttl = 57;
        verdict->hops = 7;
        result.targets[0].done[i] = true;
    }
    for (uint32_t i = 0; i < count; i++)
        free(json_write_result(&result));
    printf("%u answers\n", count);
    return 0;
}
