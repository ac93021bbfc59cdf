/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/http/resolver.h"

#include <stdlib.h>

#include "common/log.h"

/* One of the sockets that dns.h uses just now. */
struct socket_watch {
    struct socket_watch *next;
    struct resolver *resolver;
    struct loop_watch *watch;
    int fd;
};

struct resolver {
    struct loop *loop;
    struct dns *dns;
    struct loop_timer *timer;
    struct socket_watch *sockets;
    uint32_t timeout_ms;
    unsigned queries;
    bool closing;
};

/* Lives until dns.h has answered, which may be after its owner was told. */
struct resolver_query {
    struct resolver *resolver;
    struct loop_timer *deadline;
    resolver_done_fn *done; /* NULL: nobody waits any more */
    void *context;
    unsigned unanswered;
    struct lookup ipv4, ipv6;
};

static void set_timer(struct resolver *resolver)
{
    int wait_ms = dns_wait_ms(resolver->dns);

    if (wait_ms >= 0)
        loop_timer_set(resolver->timer, (uint64_t)wait_ms);
    else
        loop_timer_clear(resolver->timer);
}

static void on_timer(void *context)
{
    struct resolver *resolver = context;

    dns_process(resolver->dns, -1, -1);
    set_timer(resolver);
}

static void on_socket(void *context, bool readable, bool writable)
{
    const struct socket_watch *socket = context;
    struct resolver *resolver = socket->resolver;
    int fd = socket->fd; /* processing may end the watch */

    dns_process(resolver->dns, readable ? fd : -1, writable ? fd : -1);
    set_timer(resolver);
}

static void on_watch(void *context, int fd, bool read, bool write)
{
    struct resolver *resolver = context;
    struct socket_watch **at = &resolver->sockets;
    struct socket_watch *socket;

    while (*at != NULL && (*at)->fd != fd)
        at = &(*at)->next;
    socket = *at;
    if (socket == NULL && (read || write)) {
        socket = calloc(1, sizeof(*socket));
        if (socket == NULL)
            return; /* the query will time out */
        socket->resolver = resolver;
        socket->fd = fd;
        socket->watch = loop_watch_new(resolver->loop, fd, on_socket, socket);
        *at = socket;
    }
    if (socket != NULL && (read || write) && socket->watch != NULL) {
        loop_watch_set(socket->watch, read, write);
    } else if (socket != NULL) {
        *at = socket->next;
        loop_watch_free(socket->watch);
        free(socket);
    }
}

struct resolver *resolver_new(struct loop *loop, const struct config *config)
{
    struct resolver *resolver = calloc(1, sizeof(*resolver));

    if (resolver == NULL)
        return NULL;
    resolver->loop = loop;
    resolver->timeout_ms = config->resolver.timeout_ms;
    resolver->timer = loop_timer_new(loop, on_timer, resolver);
    resolver->dns = dns_open(config, on_watch, resolver);
    if (resolver->timer != NULL && resolver->dns != NULL)
        return resolver;
    loop_timer_free(resolver->timer);
    if (resolver->dns != NULL)
        dns_close(resolver->dns);
    free(resolver);
    return NULL;
}

void resolver_free(struct resolver *resolver)
{
    resolver->closing = true;
    dns_close(resolver->dns);
    loop_timer_free(resolver->timer);
    free(resolver);
}

static void end_query(struct resolver_query *query)
{
    query->resolver->queries--;
    loop_timer_free(query->deadline);
    free(query);
}

static void on_answer(void *context, enum addr_family family, const struct lookup *lookup)
{
    struct resolver_query *query = context;

    *(family == ADDR_IPV4 ? &query->ipv4 : &query->ipv6) = *lookup;
    query->unanswered--;
    if (query->unanswered > 0)
        return;
    if (query->done == NULL || query->resolver->closing)
        end_query(query);
    else
        loop_timer_set(query->deadline, 0); /* never from within resolver_ask */
}

/* Answered, or out of time. */
static void on_deadline(void *context)
{
    struct resolver_query *query = context;
    resolver_done_fn *done = query->done;
    bool answered = query->unanswered == 0;

    query->done = NULL;
    done(query->context, &query->ipv4, &query->ipv6);
    if (answered)
        end_query(query);
}

struct resolver_query *resolver_ask(struct resolver *resolver, const char *name, bool want_ipv4,
                                    bool want_ipv6, resolver_done_fn *done, void *context)
{
    struct resolver_query *query;

    if (resolver->queries == RESOLVER_QUERIES_MAX)
        return NULL;
    query = calloc(1, sizeof(*query));
    if (query == NULL)
        return NULL;
    *query = (struct resolver_query){.resolver = resolver, .done = done, .context = context};
    query->ipv4.status = want_ipv4 ? LOOKUP_TIMED_OUT : LOOKUP_NOT_ASKED;
    query->ipv6.status = want_ipv6 ? LOOKUP_TIMED_OUT : LOOKUP_NOT_ASKED;
    query->deadline = loop_timer_new(resolver->loop, on_deadline, query);
    if (query->deadline == NULL) {
        free(query);
        return NULL;
    }
    resolver->queries++;
    loop_timer_set(query->deadline, resolver->timeout_ms);
    query->unanswered = (unsigned)want_ipv4 + (unsigned)want_ipv6;
    if (want_ipv4)
        dns_ask(resolver->dns, name, ADDR_IPV4, on_answer, query);
    if (want_ipv6) /* the query is still there: it waits for this answer, too */
        dns_ask(resolver->dns, name, ADDR_IPV6, on_answer, query);
    set_timer(resolver);
    return query;
}

void resolver_cancel(struct resolver_query *query)
{
    query->done = NULL;
    loop_timer_clear(query->deadline);
    if (query->unanswered == 0)
        end_query(query);
}
