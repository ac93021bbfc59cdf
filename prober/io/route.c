/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/io/route.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "common/base/clock.h"

#define LIFETIME_NS NS_PER_S

enum {
    ANY_PORT = 9, /* discard; connect wants one, nothing is sent there */
    KNOWN = 1024,
};

/* The last answer for one of the destinations that share a slot. */
struct known {
    struct addr dst, src;
    uint64_t until_ns;
};

struct route {
    int ipv4_fd, ipv6_fd; /* -1: this kernel lacks the family */
    struct known known[KNOWN];
};

struct route *route_open(void)
{
    struct route *route = calloc(1, sizeof(*route));

    if (route == NULL)
        return NULL;
    route->ipv4_fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
    route->ipv6_fd = socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
    return route;
}

int route_fd(const struct route *route, enum addr_family family)
{
    return family == ADDR_IPV4 ? route->ipv4_fd : route->ipv6_fd;
}

/* A connected socket keeps its source address; unconnect it for the next. */
static int ask_kernel(struct route *route, const struct addr *dst, struct addr *src)
{
    const struct sockaddr nobody = {.sa_family = AF_UNSPEC};
    union addr_sockaddr to, from;
    socklen_t to_len = addr_to_sockaddr(dst, ANY_PORT, &to), from_len = sizeof(from);
    int fd = route_fd(route, dst->family);
    int error = 0;

    *src = (struct addr){.family = dst->family};
    if (fd < 0)
        return ENETUNREACH;
    if (connect(fd, &to.any, to_len) != 0 || getsockname(fd, &from.any, &from_len) != 0)
        error = errno;
    else
        *src = addr_from_sockaddr(&from.any, from_len);
    (void)connect(fd, &nobody, sizeof(nobody));
    return error == EAFNOSUPPORT ? ENETUNREACH : error;
}

/* Two destinations in one slot only cost system calls. */
static struct known *slot_of(struct route *route, const struct addr *dst)
{
    uint32_t sum = 0;

    for (unsigned i = 0; i < ADDR_BYTES_LEN; i++)
        sum = sum * 31 + dst->bytes[i];
    return &route->known[sum % KNOWN];
}

int route_source(struct route *route, const struct addr *dst, struct addr *src, uint64_t now_ns)
{
    struct known *known = slot_of(route, dst);
    int error;

    if (now_ns < known->until_ns && addr_equal(&known->dst, dst)) {
        *src = known->src;
        return 0;
    }
    error = ask_kernel(route, dst, src);
    *known = (struct known){*dst, *src, error == 0 ? now_ns + LIFETIME_NS : 0};
    return error;
}
