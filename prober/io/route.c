/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/io/route.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/clock.h"

#define LIFETIME_NS NS_PER_S

enum {
    ANY_PORT = 9, /* discard; connect wants one, nothing goes there */
    KNOWN = 1024,
};

/* The last answer for one of the destinations that share a place. */
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

void route_close(struct route *route)
{
    if (route == NULL)
        return;
    if (route->ipv4_fd >= 0)
        close(route->ipv4_fd);
    if (route->ipv6_fd >= 0)
        close(route->ipv6_fd);
    free(route);
}

int route_fd(const struct route *route, enum addr_family family)
{
    return family == ADDR_IPV4 ? route->ipv4_fd : route->ipv6_fd;
}

/* A connected socket keeps its source address; unconnect it for the next. */
static int ask(int fd, const struct sockaddr *dst, struct sockaddr *src, socklen_t len)
{
    const struct sockaddr nobody = {.sa_family = AF_UNSPEC};
    socklen_t src_len = len;
    int error = 0;

    if (fd < 0)
        return EAFNOSUPPORT;
    if (connect(fd, dst, len) != 0 || getsockname(fd, src, &src_len) != 0)
        error = errno;
    (void)connect(fd, &nobody, sizeof(nobody));
    return error;
}

static int ask_kernel(struct route *route, const struct addr *dst, struct addr *src)
{
    struct sockaddr_in to4 = {.sin_family = AF_INET, .sin_port = htons(ANY_PORT)}, from4;
    struct sockaddr_in6 to6 = {.sin6_family = AF_INET6, .sin6_port = htons(ANY_PORT)}, from6;
    int error;

    *src = (struct addr){.family = dst->family};
    if (dst->family == ADDR_IPV4) {
        memcpy(&to4.sin_addr, dst->bytes, 4);
        error =
            ask(route->ipv4_fd, (struct sockaddr *)&to4, (struct sockaddr *)&from4, sizeof(to4));
        if (error == 0)
            memcpy(src->bytes, &from4.sin_addr, 4);
    } else {
        memcpy(&to6.sin6_addr, dst->bytes, 16);
        error =
            ask(route->ipv6_fd, (struct sockaddr *)&to6, (struct sockaddr *)&from6, sizeof(to6));
        if (error == 0)
            memcpy(src->bytes, &from6.sin6_addr, 16);
    }
    return error == EAFNOSUPPORT ? ENETUNREACH : error;
}

/* Neighbours in the same place only cost a question. */
static struct known *place_of(struct route *route, const struct addr *dst)
{
    uint32_t sum = 0;

    for (unsigned i = 0; i < ADDR_BYTES_LEN; i++)
        sum = sum * 31 + dst->bytes[i];
    return &route->known[sum % KNOWN];
}

int route_source(struct route *route, const struct addr *dst, struct addr *src, uint64_t now_ns)
{
    struct known *known = place_of(route, dst);
    int error;

    if (now_ns < known->until_ns && addr_equal(&known->dst, dst)) {
        *src = known->src;
        return 0;
    }
    error = ask_kernel(route, dst, src);
    *known = (struct known){*dst, *src, error == 0 ? now_ns + LIFETIME_NS : 0};
    return error;
}
