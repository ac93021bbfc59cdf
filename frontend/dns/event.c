/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/dns/event.h"

#include <stdlib.h>

#include "common/base/log.h"

enum { SOCKETS_MAX = 32 /* two for each name server */ };

/* Room for one of the sockets that dns.h uses just now.  Made at the start: for want of
 * memory a socket would stay unwatched, and all answers on it unheard. */
struct socket_watch {
    struct resolver *resolver;
    struct loop_watch *watch;
    int fd; /* -1: free */
};

struct resolver {
    struct loop *loop;
    struct dns *dns;
    struct loop_timer *timer;
    struct socket_watch sockets[SOCKETS_MAX];
    uint32_t timeout_ms;
    struct conn_count *by_client;
    unsigned queries; /* open: neither answered nor out of time */
    bool closing;
};

/* Lives until ares.h has answered, which may be after `done` was called. */
struct resolver_query {
    struct resolver *resolver;
    struct loop_timer *deadline;
    resolver_done_fn *done; /* NULL: done, or cancelled */
    struct addr client;
    bool open;
    void *context;
    unsigned unanswered;
    struct lookups lookups;
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

static struct socket_watch *find_socket(struct resolver *resolver, int fd)
{
    for (unsigned i = 0; i < SOCKETS_MAX; i++)
        if (resolver->sockets[i].fd == fd)
            return &resolver->sockets[i];
    return NULL;
}

static void on_watch(void *context, int fd, bool read, bool write)
{
    struct resolver *resolver = context;
    struct socket_watch *socket = find_socket(resolver, fd);

    if (socket == NULL && (read || write)) {
        socket = find_socket(resolver, -1);
        if (socket == NULL)
            return; /* the query will time out */
        socket->fd = fd;
        loop_watch_aim(socket->watch, fd);
    }
    if (socket == NULL)
        return;
    loop_watch_set(socket->watch, read, write);
    if (!read && !write)
        socket->fd = -1;
}

static bool make_sockets(struct resolver *resolver)
{
    for (unsigned i = 0; i < SOCKETS_MAX; i++) {
        struct socket_watch *socket = &resolver->sockets[i];
        *socket = (struct socket_watch){.resolver = resolver, .fd = -1};
        socket->watch = loop_watch_new(resolver->loop, -1, on_socket, socket);
        if (socket->watch == NULL)
            return false;
    }
    return true;
}

static void free_sockets(struct resolver *resolver)
{
    for (unsigned i = 0; i < SOCKETS_MAX; i++)
        loop_watch_free(resolver->sockets[i].watch);
}

struct resolver *resolver_new(struct loop *loop, const struct config *config,
                              struct conn_count *by_client)
{
    struct resolver *resolver = calloc(1, sizeof(*resolver));

    if (resolver == NULL)
        return NULL;
    resolver->loop = loop;
    resolver->by_client = by_client;
    resolver->timeout_ms = config->resolver.timeout_ms;
    resolver->timer = loop_timer_new(loop, on_timer, resolver);
    resolver->dns = dns_open(config, on_watch, resolver);
    if (make_sockets(resolver) && resolver->timer != NULL && resolver->dns != NULL)
        return resolver;
    free_sockets(resolver);
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
    free_sockets(resolver);
    loop_timer_free(resolver->timer);
    free(resolver);
}

/* c-ares may go on with it: nobody's place is taken by that. */
static void close_query(struct resolver_query *query)
{
    if (!query->open)
        return;
    query->open = false;
    query->resolver->queries--;
    conn_count_remove(query->resolver->by_client, &query->client);
}

static void end_query(struct resolver_query *query)
{
    close_query(query);
    loop_timer_free(query->deadline);
    free(query);
}

unsigned resolver_ports(const struct resolver *resolver, uint16_t ports[static DNS_SERVERS_MAX])
{
    return dns_ports(resolver->dns, ports);
}

static void on_answer(void *context, enum addr_family family, const struct lookup *lookup)
{
    struct resolver_query *query = context;

    *(family == ADDR_IPV4 ? &query->lookups.ipv4 : &query->lookups.ipv6) = *lookup;
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
    close_query(query);
    if (done != NULL)
        done(query->context, &query->lookups);
    if (answered)
        end_query(query);
}

struct resolver_query *resolver_ask(struct resolver *resolver,
                                    const struct resolver_question *question,
                                    resolver_done_fn *done, void *context)
{
    struct resolver_query *query;

    if (resolver->queries == RESOLVER_QUERIES_MAX)
        return NULL;
    query = calloc(1, sizeof(*query));
    if (query == NULL)
        return NULL;
    *query = (struct resolver_query){
        .resolver = resolver, .done = done, .context = context, .client = question->client};
    query->lookups.ipv4.status = question->ipv4 ? LOOKUP_TIMED_OUT : LOOKUP_NOT_ASKED;
    query->lookups.ipv6.status = question->ipv6 ? LOOKUP_TIMED_OUT : LOOKUP_NOT_ASKED;
    query->deadline = loop_timer_new(resolver->loop, on_deadline, query);
    if (query->deadline == NULL || !conn_count_add(resolver->by_client, &query->client)) {
        loop_timer_free(query->deadline);
        free(query);
        return NULL;
    }
    query->open = true;
    resolver->queries++;
    loop_timer_set(query->deadline, resolver->timeout_ms);
    query->unanswered = (unsigned)question->ipv4 + (unsigned)question->ipv6;
    if (question->ipv4)
        dns_ask(resolver->dns, question->name, ADDR_IPV4, on_answer, query);
    if (question->ipv6) /* the query is still there: it waits for this answer, too */
        dns_ask(resolver->dns, question->name, ADDR_IPV6, on_answer, query);
    set_timer(resolver);
    return query;
}

void resolver_cancel(struct resolver_query *query)
{
    query->done = NULL;
    if (query->unanswered == 0)
        end_query(query);
}
