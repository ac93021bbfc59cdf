/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/sending/budget.h"

enum {
    SENDING_MS = 2400, /* from the first to the last SYN of the schedule */
    SHARE = 8,         /* a peer may have this many times what is left */
};

struct budget budget_make(uint32_t packets_per_second)
{
    return (struct budget){.packets = (uint64_t)packets_per_second * SENDING_MS / 1000};
}

static uint64_t part(const struct budget *budget)
{
    return budget->packets / SEND_QUEUE_PEERS;
}

static uint64_t kept_for_others(const struct budget *budget, uint32_t peer)
{
    uint64_t kept = 0;

    for (uint32_t i = 0; i < SEND_QUEUE_PEERS; i++)
        if (i != peer && budget->present[i] && budget->promised_to[i] < part(budget))
            kept += part(budget) - budget->promised_to[i];
    return kept;
}

bool budget_admits(const struct budget *budget, uint32_t peer, uint32_t packets)
{
    uint64_t wanted = budget->promised_to[peer] + packets;
    uint64_t taken = budget->promised + packets;

    if (budget->packets == 0 || budget->promised_to[peer] == 0)
        return true;
    if (wanted > part(budget))
        taken += kept_for_others(budget, peer);
    return taken <= budget->packets &&
           (wanted <= part(budget) || wanted <= SHARE * (budget->packets - taken));
}

void budget_promise(struct budget *budget, uint32_t owner, uint32_t packets)
{
    budget->promised += packets;
    budget->promised_to[owner] += packets;
}

void budget_release(struct budget *budget, uint32_t owner, uint32_t packets)
{
    budget->promised -= packets;
    budget->promised_to[owner] -= packets;
}
