/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/contract/syn_schedule.h"

enum flow { A, B, C, D };

const struct syn_schedule_step syn_schedule[SYN_SCHEDULE_ATTEMPTS] = {
    {0, A}, {300, D}, {700, A}, {1000, B}, {1350, D}, {1700, C}, {2050, B}, {2400, C},
};

uint8_t syn_schedule_attempts_within(uint32_t timeout_ms)
{
    uint8_t steps = 1;

    while (steps < SYN_SCHEDULE_ATTEMPTS &&
           syn_schedule[steps].at_ms <= timeout_ms - timeout_ms / 5)
        steps++;
    return steps;
}
