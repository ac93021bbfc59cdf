/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/dns/poll.h"

#include <poll.h>

#include "common/base/clock.h"
#include "frontend/dns/ares.h"

enum { SOCKETS_MAX = 32 };

/* One lookup under way. */
struct wait {
    struct pollfd sockets[SOCKETS_MAX];
    unsigned socket_count;
    unsigned unanswered;
    struct lookups lookups;
};

static void on_watch(void *context, int fd, bool read, bool write)
{
    struct wait *wait = context;
    short events = (short)((read ? POLLIN : 0) | (write ? POLLOUT : 0));
    unsigned i = 0;

    while (i < wait->socket_count && wait->sockets[i].fd != fd)
        i++;
    if (events == 0 && i < wait->socket_count)
        wait->sockets[i] = wait->sockets[--wait->socket_count];
    else if (events != 0 && i < SOCKETS_MAX)
        wait->sockets[i] = (struct pollfd){.fd = fd, .events = events};
    if (events != 0 && i == wait->socket_count && i < SOCKETS_MAX)
        wait->socket_count++;
}

static void on_answer(void *context, enum addr_family family, const struct lookup *lookup)
{
    struct wait *wait = context;

    *(family == ADDR_IPV4 ? &wait->lookups.ipv4 : &wait->lookups.ipv6) = *lookup;
    wait->unanswered--;
}

static void on_service(void *context, bool elsewhere)
{
    struct wait *wait = context;

    wait->lookups.served_elsewhere = elsewhere;
    wait->unanswered--;
}

static void process_ready(struct dns *dns, const struct wait *wait)
{
    struct pollfd ready[SOCKETS_MAX]; /* dns_process changes the list */
    unsigned count = wait->socket_count;

    for (unsigned i = 0; i < count; i++)
        ready[i] = wait->sockets[i];
    dns_process(dns, -1, -1);
    for (unsigned i = 0; i < count; i++)
        if (ready[i].revents != 0)
            dns_process(dns, (ready[i].revents & ~POLLOUT) != 0 ? ready[i].fd : -1,
                        (ready[i].revents & POLLOUT) != 0 ? ready[i].fd : -1);
}

static void wait_for_answers(struct dns *dns, struct wait *wait, uint64_t deadline_ns)
{
    while (wait->unanswered > 0) {
        uint64_t now_ns = clock_now_ns();
        int left_ms = now_ns < deadline_ns ? (int)((deadline_ns - now_ns) / NS_PER_MS) + 1 : 0;
        int wait_ms = dns_wait_ms(dns);

        if (left_ms == 0)
            return;
        poll(wait->sockets, wait->socket_count,
             wait_ms >= 0 && wait_ms < left_ms ? wait_ms : left_ms);
        process_ready(dns, wait);
    }
}

static bool look_up(const struct request *request, const struct config *config, struct wait *wait)
{
    bool want_ipv4 = request_wants_family(request, ADDR_IPV4);
    bool want_ipv6 = request_wants_family(request, ADDR_IPV6);
    uint16_t service_port = request_service_port(request);
    struct dns *dns = dns_open(config, on_watch, wait);

    if (dns == NULL)
        return false;
    wait->unanswered = (unsigned)want_ipv4 + (unsigned)want_ipv6 + (unsigned)(service_port != 0);
    if (want_ipv4)
        dns_ask(dns, request->host.text, ADDR_IPV4, on_answer, wait);
    if (want_ipv6)
        dns_ask(dns, request->host.text, ADDR_IPV6, on_answer, wait);
    if (service_port != 0)
        dns_ask_service(dns, request->host.text, service_port, on_service, wait);
    wait_for_answers(dns, wait, clock_now_ns() + config->resolver.timeout_ms * NS_PER_MS);
    dns_close(dns); /* open queries are answered as timed out */
    return true;
}

bool dns_poll_targets(const struct request *request, const struct config *config,
                      struct selection *selection, struct problem *problem)
{
    struct wait wait = {.socket_count = 0};

    if (request->me)
        return problem_set_text(problem, PROBLEM_INVALID_HOST, "invalid-host", "#/host",
                                "\"me\" needs --server; name a host.");
    if (request->host.addr.family != ADDR_NONE) {
        *selection = (struct selection){.addrs = {request->host.addr}, .count = 1};
        return true;
    }
    if (!look_up(request, config, &wait))
        return problem_set_text(problem, PROBLEM_NAME_NOT_FOUND, "dns-error", "#/host",
                                "Names cannot be looked up here.");
    return select_addresses(&wait.lookups, &config->policy, selection, problem);
}

bool dns_poll_lookups(const struct request *request, const struct config *config,
                      struct lookups *lookups, struct problem *problem)
{
    struct wait wait = {.socket_count = 0};

    if (!look_up(request, config, &wait))
        return problem_set_text(problem, PROBLEM_NAME_NOT_FOUND, "dns-error", "#/host",
                                "Names cannot be looked up here.");
    *lookups = wait.lookups;
    return true;
}

static void on_inquired(void *context)
{
    struct wait *wait = context;

    wait->unanswered--;
}

void dns_poll_inquiry(const char *name, const struct addr *addrs, unsigned addr_count,
                      const struct config *config, struct inquiry_facts *facts)
{
    struct wait wait = {.unanswered = 1};
    struct dns *dns = dns_open(config, on_watch, &wait);
    struct inquiry *inquiry =
        dns != NULL ? inquiry_begin(dns, name, addrs, addr_count, on_inquired, &wait) : NULL;

    if (inquiry != NULL) {
        wait_for_answers(dns, &wait, clock_now_ns() + config->resolver.timeout_ms * NS_PER_MS);
        *facts = *inquiry_facts_of(inquiry);
        inquiry_end(inquiry);
    }
    if (dns != NULL)
        dns_close(dns);
}
