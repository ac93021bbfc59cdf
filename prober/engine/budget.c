/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/engine/budget.h"

enum { SENDING_MS = 2400 /* from the first to the last SYN of the schedule */ };

struct budget budget_make(uint32_t packets_per_second)
{
    return (struct budget){.packets = (uint64_t)packets_per_second * SENDING_MS / 1000};
}

static uint64_t part(const struct budget *budget)
{
    return budget->packets / ENGINE_PEERS_MAX;
}

bool budget_is_within_part(const struct budget *budget, uint32_t peer, uint32_t packets)
{
    return budget->promised_to[peer] + packets <= part(budget);
}

static uint64_t kept_for_others(const struct budget *budget, uint32_t peer)
{
    uint64_t kept = 0;

    for (uint32_t i = 0; i < ENGINE_PEERS_MAX; i++)
        if (i != peer && budget->present[i] && budget->promised_to[i] < part(budget))
            kept += part(budget) - budget->promised_to[i];
    return kept;
}

bool budget_admits(const struct budget *budget, uint32_t peer, uint32_t packets)
{
    if (budget->packets == 0 || budget->promised == 0)
        return true;
    if (budget_is_within_part(budget, peer, packets))
        return budget->promised + packets <= budget->packets;
    return budget->promised + packets + kept_for_others(budget, peer) <= budget->packets;
}

void budget_promise(struct budget *budget, uint32_t peer, uint32_t packets)
{
    budget->promised += packets;
    budget->promised_to[peer] += packets;
}

void budget_release(struct budget *budget, uint32_t peer, uint32_t packets)
{
    budget->promised -= packets;
    budget->promised_to[peer] -= packets;
}
