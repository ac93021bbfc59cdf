/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/io/route.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "common/base/clock.h"

#define LIFETIME_NS NS_PER_S

enum {
    ANY_PORT = 9, /* discard; connect() requires one, but nothing is sent */
    KNOWN = 1024,
    /* routes with shorter prefixes cover almost everything */
    ATTACHED_BITS_IPV4 = 8,
    ATTACHED_BITS_IPV6 = 32,
};

/* The cached answers for one of the destinations that share a slot. */
struct known {
    struct addr dst, src;
    enum route_kind kind;
    uint64_t src_until_ns, kind_until_ns;
};

struct route {
    int ipv4_fd, ipv6_fd; /* -1: this kernel lacks the family */
    int netlink_fd;
    uint32_t questions; /* sent to netlink so far */
    struct known known[KNOWN];
};

struct route *route_open(void)
{
    struct route *route = calloc(1, sizeof(*route));

    if (route == NULL)
        return NULL;
    route->ipv4_fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
    route->ipv6_fd = socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_RAW);
    route->netlink_fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    return route;
}

int route_fd(const struct route *route, enum addr_family family)
{
    return family == ADDR_IPV4 ? route->ipv4_fd : route->ipv6_fd;
}

/* A connected socket keeps its source address, so disconnect it for the next call. */
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

/* Destinations that share a slot replace each other, which costs only system calls. */
static struct known *slot_of(struct route *route, const struct addr *dst)
{
    struct known *known;
    uint32_t sum = 0;

    for (unsigned i = 0; i < ADDR_BYTES_LEN; i++)
        sum = sum * 31 + dst->bytes[i];
    known = &route->known[sum % KNOWN];
    if (!addr_equal(&known->dst, dst))
        *known = (struct known){.dst = *dst};
    return known;
}

int route_source(struct route *route, const struct addr *dst, struct addr *src, uint64_t now_ns)
{
    struct known *known = slot_of(route, dst);
    int error;

    if (now_ns < known->src_until_ns) {
        *src = known->src;
        return 0;
    }
    error = ask_kernel(route, dst, src);
    known->src = *src;
    known->src_until_ns = error == 0 ? now_ns + LIFETIME_NS : 0;
    return error;
}

int route_netlink_fd(const struct route *route)
{
    return route->netlink_fd;
}

struct route_question {
    struct nlmsghdr header;
    struct rtmsg route;
    struct rtattr dst;
    uint8_t bytes[ADDR_BYTES_LEN];
};

static struct route_question question_for(const struct addr *dst, unsigned flags, uint32_t number)
{
    size_t len = addr_len(dst);
    struct route_question question = {
        .header = {.nlmsg_type = RTM_GETROUTE, .nlmsg_flags = NLM_F_REQUEST, .nlmsg_seq = number},
        .route = {.rtm_family = dst->family == ADDR_IPV4 ? AF_INET : AF_INET6,
                  .rtm_dst_len = (uint8_t)(8 * len),
                  .rtm_flags = flags},
        .dst = {.rta_len = (uint16_t)RTA_LENGTH(len), .rta_type = RTA_DST},
    };

    memcpy(question.bytes, dst->bytes, len);
    question.header.nlmsg_len = (uint32_t)(offsetof(struct route_question, bytes) + len);
    return question;
}

union route_answer {
    struct nlmsghdr header;
    uint8_t bytes[4096];
};

/* The kernel replies during the send (rtnetlink(7)).  Skips replies left from an earlier question.
 */
static bool ask_netlink(struct route *route, const struct addr *dst, unsigned flags,
                        union route_answer *answer)
{
    struct route_question question = question_for(dst, flags, ++route->questions);
    ssize_t len;

    if (send(route->netlink_fd, &question, question.header.nlmsg_len, 0) < 0)
        return false;
    do {
        len = recv(route->netlink_fd, answer, sizeof(*answer), MSG_DONTWAIT);
        if (len < 0 || !NLMSG_OK(&answer->header, (size_t)len))
            return false;
    } while (answer->header.nlmsg_seq != route->questions);
    return answer->header.nlmsg_type == RTM_NEWROUTE || answer->header.nlmsg_type == NLMSG_ERROR;
}

static bool has_gateway(const struct rtattr *attribute, size_t left)
{
    while (left >= sizeof(*attribute) && attribute->rta_len >= sizeof(*attribute) &&
           attribute->rta_len <= left) {
        size_t len = RTA_ALIGN(attribute->rta_len);
        if (attribute->rta_type == RTA_GATEWAY || attribute->rta_type == RTA_VIA)
            return true;
        left -= len < left ? len : left;
        attribute = (const struct rtattr *)((const uint8_t *)attribute + len);
    }
    return false;
}

/* The first reply has the target as its destination.  With RTM_F_FIB_MATCH, the reply has the
 * prefix of the matching route. */
static enum route_kind kind_without_gateway(struct route *route, const struct addr *dst)
{
    unsigned shortest = dst->family == ADDR_IPV4 ? ATTACHED_BITS_IPV4 : ATTACHED_BITS_IPV6;
    union route_answer answer;
    const struct rtmsg *found = NLMSG_DATA(&answer.header);

    if (!ask_netlink(route, dst, RTM_F_FIB_MATCH, &answer))
        return ROUTE_UNKNOWN;
    if (answer.header.nlmsg_type != RTM_NEWROUTE)
        return ROUTE_ATTACHED;
    if (found->rtm_dst_len < shortest)
        return ROUTE_DIRECT;
    return (found->rtm_flags & RTNH_F_LINKDOWN) != 0 ? ROUTE_CUT : ROUTE_ATTACHED;
}

static enum route_kind ask_kind(struct route *route, const struct addr *dst)
{
    union route_answer answer;
    struct rtmsg *found = NLMSG_DATA(&answer.header);

    if (!ask_netlink(route, dst, 0, &answer))
        return ROUTE_UNKNOWN;
    if (answer.header.nlmsg_type == NLMSG_ERROR)
        return ROUTE_NONE;
    switch (found->rtm_type) {
    case RTN_UNICAST:
        return has_gateway(RTM_RTA(found), RTM_PAYLOAD(&answer.header))
                   ? ROUTE_FAR
                   : kind_without_gateway(route, dst);
    case RTN_LOCAL:
    case RTN_BROADCAST:
    case RTN_ANYCAST:
    case RTN_MULTICAST: return ROUTE_OWN;
    default: return ROUTE_NONE;
    }
}

enum route_kind route_kind(struct route *route, const struct addr *dst, uint64_t now_ns)
{
    struct known *known = slot_of(route, dst);

    if (now_ns >= known->kind_until_ns) {
        known->kind = ask_kind(route, dst);
        known->kind_until_ns = known->kind != ROUTE_UNKNOWN ? now_ns + LIFETIME_NS : 0;
    }
    return known->kind;
}
