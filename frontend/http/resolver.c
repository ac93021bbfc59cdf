/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/http/resolver.h"

#include <ares.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "common/log.h"

enum { TRIES = 2, SERVERS_TEXT_LEN = 512 };

/* One of c-ares's sockets. */
struct socket_watch {
    struct socket_watch *next;
    struct resolver *resolver;
    struct loop_watch *watch;
    ares_socket_t fd;
};

struct resolver {
    struct loop *loop;
    ares_channel channel;
    struct loop_timer *timer; /* c-ares's own retransmissions */
    struct socket_watch *sockets;
    uint32_t timeout_ms;
    unsigned queries;
    bool closing;
};

/* One name.  It lives until c-ares has answered for each family, which may be
 * after its owner was told or has cancelled. */
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
    struct timeval next;

    if (ares_timeout(resolver->channel, NULL, &next) != NULL)
        loop_timer_set(resolver->timer,
                       (uint64_t)next.tv_sec * 1000 + (uint64_t)next.tv_usec / 1000 + 1);
    else
        loop_timer_clear(resolver->timer);
}

static void on_timer(void *context)
{
    struct resolver *resolver = context;

    ares_process_fd(resolver->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    set_timer(resolver);
}

static void on_socket(void *context, bool readable, bool writable)
{
    const struct socket_watch *socket = context;
    struct resolver *resolver = socket->resolver;
    ares_socket_t fd = socket->fd; /* processing may close it */

    ares_process_fd(resolver->channel, readable ? fd : ARES_SOCKET_BAD,
                    writable ? fd : ARES_SOCKET_BAD);
    set_timer(resolver);
}

static void on_socket_state(void *context, ares_socket_t fd, int read, int write)
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

/* "127.0.0.1", "127.0.0.1:5300", "[::1]:53": as c-ares wants them, with commas. */
static bool set_servers(struct resolver *resolver, const struct config_strings *servers)
{
    char text[SERVERS_TEXT_LEN] = "";
    size_t len = 0;
    int rc;

    for (size_t i = 0; i < servers->count && len < sizeof(text); i++)
        len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s", i > 0 ? "," : "",
                                servers->items[i]);
    rc = len < sizeof(text) ? ares_set_servers_ports_csv(resolver->channel, text) : ARES_EBADSTR;
    if (rc != ARES_SUCCESS)
        log_warn("resolver", "resolver.nameservers: %s", ares_strerror(rc));
    return rc == ARES_SUCCESS;
}

struct resolver *resolver_new(struct loop *loop, const struct config *config)
{
    struct resolver *resolver = calloc(1, sizeof(*resolver));
    char lookups[] = "b"; /* the DNS alone, no hosts file */
    struct ares_options options = {
        .flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES | ARES_FLAG_EDNS,
        .timeout = (int)config->resolver.timeout_ms / TRIES,
        .tries = TRIES,
        .lookups = lookups,
        .sock_state_cb = on_socket_state,
        .sock_state_cb_data = resolver,
    };
    int rc;

    if (resolver == NULL)
        return NULL;
    resolver->loop = loop;
    resolver->timeout_ms = config->resolver.timeout_ms;
    resolver->timer = loop_timer_new(loop, on_timer, resolver);
    rc = ares_library_init(ARES_LIB_INIT_ALL);
    if (rc == ARES_SUCCESS)
        rc = ares_init_options(&resolver->channel, &options,
                               ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES |
                                   ARES_OPT_LOOKUPS | ARES_OPT_SOCK_STATE_CB);
    if (resolver->timer == NULL || rc != ARES_SUCCESS) {
        log_warn("resolver", "cannot start: %s", ares_strerror(rc));
        return NULL; /* start-up: the process ends */
    }
    if (config->resolver.nameservers.count > 0 &&
        !set_servers(resolver, &config->resolver.nameservers))
        return NULL;
    return resolver;
}

void resolver_free(struct resolver *resolver)
{
    resolver->closing = true;
    ares_destroy(resolver->channel);
    ares_library_cleanup();
    loop_timer_free(resolver->timer);
    free(resolver);
}

static void end_query(struct resolver_query *query)
{
    query->resolver->queries--;
    loop_timer_free(query->deadline);
    free(query);
}

static enum lookup_status status_of(int status)
{
    switch (status) {
    case ARES_SUCCESS: return LOOKUP_OK;
    case ARES_ENOTFOUND: return LOOKUP_NO_NAME;
    case ARES_ENODATA: return LOOKUP_NO_ADDRESS;
    case ARES_ETIMEOUT: return LOOKUP_TIMED_OUT;
    default: return LOOKUP_FAILED;
    }
}

static void add_address(struct lookup *lookup, const struct ares_addrinfo_node *node)
{
    struct addr *addr = &lookup->addrs[lookup->count];
    struct sockaddr_in ipv4;
    struct sockaddr_in6 ipv6;

    *addr = (struct addr){0};
    if (node->ai_family == AF_INET) {
        memcpy(&ipv4, node->ai_addr, sizeof(ipv4));
        addr->family = ADDR_IPV4;
        memcpy(addr->bytes, &ipv4.sin_addr, 4);
    } else if (node->ai_family == AF_INET6) {
        memcpy(&ipv6, node->ai_addr, sizeof(ipv6));
        addr->family = ADDR_IPV6;
        memcpy(addr->bytes, &ipv6.sin6_addr, 16);
    } else {
        return;
    }
    lookup->count++;
}

static void fill_lookup(struct lookup *lookup, int status, const struct ares_addrinfo *found)
{
    lookup->status = status_of(status);
    if (status != ARES_SUCCESS)
        return;
    for (const struct ares_addrinfo_node *node = found->nodes; node != NULL; node = node->ai_next) {
        if (lookup->count == LOOKUP_ADDRS_MAX) { /* not all could be judged */
            *lookup = (struct lookup){.status = LOOKUP_FAILED};
            return;
        }
        add_address(lookup, node);
    }
    if (lookup->count == 0)
        lookup->status = LOOKUP_NO_ADDRESS;
}

static void on_answer(struct resolver_query *query, struct lookup *lookup, int status,
                      struct ares_addrinfo *found)
{
    if (query->done != NULL)
        fill_lookup(lookup, status, found);
    if (found != NULL)
        ares_freeaddrinfo(found);
    query->unanswered--;
    if (query->unanswered > 0)
        return;
    if (query->done == NULL || query->resolver->closing)
        end_query(query);
    else
        loop_timer_set(query->deadline, 0); /* never from within resolver_ask */
}

static void on_ipv4(void *context, int status, int timeouts, struct ares_addrinfo *found)
{
    struct resolver_query *query = context;

    (void)timeouts;
    on_answer(query, &query->ipv4, status, found);
}

static void on_ipv6(void *context, int status, int timeouts, struct ares_addrinfo *found)
{
    struct resolver_query *query = context;

    (void)timeouts;
    on_answer(query, &query->ipv6, status, found);
}

/* All answered, or out of time. */
static void on_deadline(void *context)
{
    struct resolver_query *query = context;
    resolver_done_fn *done = query->done;

    query->done = NULL;
    done(query->context, &query->ipv4, &query->ipv6);
    if (query->unanswered == 0)
        end_query(query);
}

static void ask_family(struct resolver_query *query, const char *name, int family,
                       ares_addrinfo_callback answer)
{
    struct ares_addrinfo_hints hints = {.ai_family = family, .ai_flags = ARES_AI_NOSORT};

    ares_getaddrinfo(query->resolver->channel, name, NULL, &hints, answer, query);
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
    query->deadline = loop_timer_new(resolver->loop, on_deadline, query);
    if (query->deadline == NULL) {
        free(query);
        return NULL;
    }
    resolver->queries++;
    query->resolver = resolver;
    query->done = done;
    query->context = context;
    query->unanswered = (unsigned)want_ipv4 + (unsigned)want_ipv6;
    loop_timer_set(query->deadline, resolver->timeout_ms);
    if (want_ipv4) {
        query->ipv4.status = LOOKUP_TIMED_OUT; /* until something else is known */
        ask_family(query, name, AF_INET, on_ipv4);
    }
    if (want_ipv6) {
        query->ipv6.status = LOOKUP_TIMED_OUT;
        ask_family(query, name, AF_INET6, on_ipv6);
    }
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
