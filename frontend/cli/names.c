/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/cli/names.h"

#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

static enum lookup_status status_of(int error)
{
    switch (error) {
    case 0: return LOOKUP_OK;
    case EAI_NONAME: return LOOKUP_NO_NAME;
    case EAI_NODATA:
    case EAI_ADDRFAMILY: return LOOKUP_NO_ADDRESS;
    case EAI_AGAIN: return LOOKUP_TIMED_OUT;
    default: return LOOKUP_FAILED;
    }
}

static struct addr addr_of(const struct addrinfo *info)
{
    struct sockaddr_in ipv4;
    struct sockaddr_in6 ipv6;
    struct addr addr = {0};

    if (info->ai_family == AF_INET) {
        memcpy(&ipv4, info->ai_addr, sizeof(ipv4));
        addr.family = ADDR_IPV4;
        memcpy(addr.bytes, &ipv4.sin_addr, 4);
    } else {
        memcpy(&ipv6, info->ai_addr, sizeof(ipv6));
        addr.family = ADDR_IPV6;
        memcpy(addr.bytes, &ipv6.sin6_addr, 16);
    }
    return addr;
}

static void look_up(const char *name, int family, struct lookup *lookup)
{
    struct addrinfo hints = {.ai_family = family, .ai_socktype = SOCK_STREAM};
    char absolute[HOSTNAME_MAX_LEN + 2];
    struct addrinfo *found = NULL;

    snprintf(absolute, sizeof(absolute), "%s.", name); /* no search list */
    lookup->status = status_of(getaddrinfo(absolute, NULL, &hints, &found));
    for (const struct addrinfo *info = found; info != NULL; info = info->ai_next) {
        if (lookup->count == LOOKUP_ADDRS_MAX) {
            *lookup = (struct lookup){.status = LOOKUP_FAILED};
            break;
        }
        lookup->addrs[lookup->count++] = addr_of(info);
    }
    if (found != NULL)
        freeaddrinfo(found);
}

bool names_targets(const struct request *request, const struct policy *policy,
                   struct addr chosen[static RESULT_TARGETS_MAX], unsigned *count,
                   uint32_t *warnings, struct problem *problem)
{
    struct lookup ipv4 = {0}, ipv6 = {0};

    if (request->me)
        return problem_set(problem, PROBLEM_INVALID_HOST, "invalid-host", "#/host",
                           "\"me\" is for visitors of the page; name a host.");
    if (request->host.addr.family != ADDR_NONE) {
        chosen[0] = request->host.addr;
        *count = 1;
        return true;
    }
    if (request_wants_family(request, ADDR_IPV4))
        look_up(request->host.text, AF_INET, &ipv4);
    if (request_wants_family(request, ADDR_IPV6))
        look_up(request->host.text, AF_INET6, &ipv6);
    return lookup_choose(&ipv4, &ipv6, policy, chosen, count, warnings, problem);
}
