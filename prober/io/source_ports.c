/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/io/source_ports.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "prober/packet/our_syn.h"

/* A range that clients use on Linux (32768 to 60999) as well as on Windows and the BSDs (49152 to
 * 65535, RFC 6335 section 6), because some filters pass replies only to those; and one above
 * Linux's range. */
static const struct source_ports_span ranges[SOURCE_PORTS_SPANS] = {
    {49152, 60999},
    {61000, 65535},
};

static unsigned source_ports_range(unsigned flow)
{
    return our_syn_is_ephemeral(flow) ? 0 : 1;
}

/* Binds a dual-stack IPv6 socket, or an IPv4 one if the kernel lacks IPv6. */
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

/* Load balancers often choose paths by the port's parity.  It is independent of the flow's range
 * and DSCP, so that effects of the three can be told apart. */
static unsigned parity(unsigned index, unsigned flow)
{
    return (index + (our_syn_is_ephemeral(flow) ? 1U : 0U) + (our_syn_tos(flow) != 0 ? 1U : 0U)) %
           2;
}

/* The ports of one range and parity that have not been tried yet. */
struct untried {
    unsigned next, high;
};

static bool take_port(struct untried *untried, uint16_t *taken)
{
    for (; untried->next <= untried->high; untried->next += 2)
        if (bind_port((uint16_t)untried->next) >= 0) {
            *taken = (uint16_t)untried->next;
            untried->next += 2;
            return true;
        } else if (errno != EADDRINUSE) {
            return false;
        }
    errno = EADDRINUSE;
    return false;
}

bool source_ports_reserve(uint16_t *ports, unsigned count, unsigned group)
{
    struct untried untried[SOURCE_PORTS_SPANS][2]; /* even and odd */

    for (unsigned range = 0; range < SOURCE_PORTS_SPANS; range++)
        for (unsigned odd = 0; odd < 2; odd++)
            untried[range][odd] = (struct untried){
                ranges[range].low + (ranges[range].low % 2 != odd ? 1U : 0U), ranges[range].high};
    for (unsigned i = 0; i < count; i++) {
        struct untried *of_range = untried[source_ports_range(i % group)];
        unsigned wanted = parity(i / group, i % group);
        /* Linux gives clients ports of one parity first: a busy proxy here may use all of them */
        if (!take_port(&of_range[wanted], &ports[i]) &&
            (errno != EADDRINUSE || !take_port(&of_range[1 - wanted], &ports[i])))
            return false;
    }
    return true;
}

void source_ports_spans(const uint16_t *ports, unsigned count, unsigned group,
                        struct source_ports_span spans[static SOURCE_PORTS_SPANS])
{
    for (unsigned range = 0; range < SOURCE_PORTS_SPANS; range++)
        spans[range] = (struct source_ports_span){UINT16_MAX, 0};
    for (unsigned i = 0; i < count; i++) {
        struct source_ports_span *span = &spans[source_ports_range(i % group)];
        if (ports[i] < span->low)
            span->low = ports[i];
        if (ports[i] > span->high)
            span->high = ports[i];
    }
}
