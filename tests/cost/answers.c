/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/cost/answers.h"

#include <stdio.h>
#include <stdlib.h>

#include "frontend/page/page.h"
#include "frontend/render/json.h"

int answers_write(uint32_t count)
{
    static const struct addr visitor = {ADDR_IPV4, {198, 18, 3, 2}};
    static struct policy policy;
    static const struct page_limits limits = {60, 60, 30, 60, 3};
    static const struct page_owner nobody = {"", "", "", ""};
    struct page page = {.policy = &policy,
                        .visitor = &visitor,
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
