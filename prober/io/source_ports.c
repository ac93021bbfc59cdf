/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/io/source_ports.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LOWEST = 61000, HIGHEST = 65535 }; /* behind ip_local_port_range's default */

/* An IPv6 socket that also takes IPv4, or an IPv4 one where there is no IPv6. */
static int bind_port(uint16_t port)
{
    struct sockaddr_in6 any6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    struct sockaddr_in any4 = {.sin_family = AF_INET, .sin_port = htons(port)};
    int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int off = 0;
    int rc;

    if (fd >= 0) {
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
        rc = bind(fd, (struct sockaddr *)&any6, sizeof(any6));
    } else {
        fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (fd < 0)
            return -1;
        rc = bind(fd, (struct sockaddr *)&any4, sizeof(any4));
    }
    if (rc != 0) {
        int saved = errno;
        close(fd);
        errno = saved;
        return -1;
    }
    return fd;
}

bool source_ports_reserve(uint16_t *ports, unsigned count)
{
    unsigned found[2] = {0, 0}; /* even ones, odd ones */

    for (unsigned port = LOWEST; port <= HIGHEST; port++) {
        unsigned parity = port % 2;
        if (found[parity] >= count / 2)
            continue;
        if (bind_port((uint16_t)port) < 0) {
            if (errno != EADDRINUSE)
                return false;
            continue;
        }
        ports[2 * found[parity]++ + parity] = (uint16_t)port;
        if (found[0] + found[1] == count)
            return true;
    }
    errno = EADDRINUSE;
    return false;
}

void source_ports_span(const uint16_t *ports, unsigned count, uint16_t *low, uint16_t *high)
{
    *low = UINT16_MAX;
    *high = 0;
    for (unsigned i = 0; i < count; i++) {
        if (ports[i] < *low)
            *low = ports[i];
        if (ports[i] > *high)
            *high = ports[i];
    }
}
