/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/engine/pacer.h"

#include "common/base/clock.h"

#define BURST_NS (5 * NS_PER_MS) /* a wake-up late by this much loses nothing */

struct pacer pacer_make(uint32_t packets_per_second)
{
    return (struct pacer){.cell_ns = packets_per_second > 0 ? NS_PER_S / packets_per_second : 0};
}

uint64_t pacer_reserve(struct pacer *pace, uint64_t now_ns)
{
    uint64_t slot_ns;

    if (pace->next_ns + BURST_NS < now_ns)
        pace->next_ns = now_ns - BURST_NS;
    slot_ns = pace->next_ns;
    pace->next_ns += pace->cell_ns;
    return slot_ns > now_ns ? slot_ns : now_ns;
}

uint64_t pacer_backlog_ns(const struct pacer *pace, uint64_t now_ns)
{
    return pace->next_ns > now_ns ? pace->next_ns - now_ns : 0;
}
