/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/sending/pacer.h"

#include "common/base/clock.h"

#define BURST_NS (5 * NS_PER_MS) /* a wake-up late by this much loses nothing */

struct pacer pacer_make(uint32_t packets_per_second)
{
    return (struct pacer){.cell_ns = packets_per_second > 0 ? NS_PER_S / packets_per_second : 0};
}

bool pacer_take(struct pacer *pacer, uint64_t now_ns)
{
    if (pacer->cell_ns == 0)
        return true;
    if (pacer->next_ns + BURST_NS < now_ns)
        pacer->next_ns = now_ns - BURST_NS;
    if (pacer->next_ns > now_ns)
        return false;
    pacer->next_ns += pacer->cell_ns;
    return true;
}
