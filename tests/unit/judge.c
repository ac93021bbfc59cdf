/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/judge.h"

void judge_alone(const struct record *record, struct verdict *verdict)
{
    struct profile profile = {0};
    struct findings findings = {.record = record, .profile = &profile};

    classify(&findings, verdict);
}
