/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/model/offered_ports.h"

#include "common/base/compiler.h"
#include "frontend/model/service.h"

uint16_t offered_port_after(const struct policy *policy, uint16_t port)
{
    const struct service *service = service_after(port);
    size_t word = port / 64;
    uint64_t left = policy->ports[word] & ~(UINT64_MAX >> (63 - port % 64));

    if (policy->any_port)
        return service != NULL ? service->port : 0;
    while (left == 0 && ++word < ARRAY_LEN(policy->ports))
        left = policy->ports[word];
    return left != 0 ? (uint16_t)(word * 64 + (unsigned)__builtin_ctzll(left)) : 0;
}
