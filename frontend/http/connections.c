/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/http/connections.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/http.h>
#include <event2/listener.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "frontend/http/raw_check.h"

#define FIRST_REQUEST_NS (5 * NS_PER_S)  /* from connecting to the end of the request */
#define NEXT_REQUEST_NS  (10 * NS_PER_S) /* from the last answer on, idleness included */

enum {
    SWEEP_MS = 100,
    LISTENERS_MAX = 16,
    BUCKET_BITS = 14,
    READ_MAX_LEN = 2000,
    SWEEP_SHARE = 20
};

struct connection {
    struct connections *owner;
    struct connection *next;
    struct connection *next_in_bucket;
    struct connection *next_waiting;
    struct bufferevent *bev; /* a reference of ours keeps it until we have looked */
    struct addr client;      /* ADDR_NONE until known, and for proxies that we trust */
    uint64_t deadline_ns;    /* UINT64_MAX while a request is being answered */
    bool waits;              /* for attend(), in its list */
    bool fresh;              /* libevent had not given it its socket yet */
    bool replace_error_page; /* libevent wrote an answer by itself */
    struct raw_check raw;
};

struct connections {
    struct connections_limits limits;
    struct connection *all;                       /* the oldest first */
    struct connection **end;                      /* where the next one is hung on */
    struct connection *buckets[1 << BUCKET_BITS]; /* by buffer */
    struct connection *waiting, **waiting_end;    /* who came first is first */
    uint32_t count;
    struct loop_timer *sweep, *attend;
    bool sweeps;                      /* its timer is set */
    uint64_t swept_ns, sweep_cost_ns; /* the last time */
    connections_error_page_fn *error_page;
    void *error_page_context;
    struct evconnlistener *listeners[LISTENERS_MAX];
    unsigned listener_count;
    bool paused;
    struct log_limit log;
};

static struct connection **bucket_of(struct connections *connections, const struct bufferevent *bev)
{
    uint64_t hash = (uintptr_t)bev * UINT64_C(0x9e3779b97f4a7c15); /* 2^64 / golden ratio */

    return &connections->buckets[hash >> (64 - BUCKET_BITS)];
}

/* Where the connection of this buffer hangs in its bucket; *where is NULL without one. */
static struct connection **find(struct connections *connections, const struct bufferevent *bev)
{
    struct connection **at = bucket_of(connections, bev);

    while (*at != NULL && (*at)->bev != bev)
        at = &(*at)->next_in_bucket;
    return at;
}

static void pause_listening(struct connections *connections, bool paused)
{
    if (connections->paused == paused)
        return;
    connections->paused = paused;
    for (unsigned i = 0; i < connections->listener_count; i++) {
        if (paused)
            evconnlistener_disable(connections->listeners[i]);
        else
            evconnlistener_enable(connections->listeners[i]);
    }
}

/* New bytes of a request, before libevent reads them. */
static void on_input(struct evbuffer *input, const struct evbuffer_cb_info *info, void *context)
{
    struct connection *connection = context;
    struct evbuffer_iovec part;
    struct evbuffer_ptr from;
    size_t left = info->n_added;

    if (left == 0 || connection->raw.ended ||
        evbuffer_ptr_set(input, &from, evbuffer_get_length(input) - left, EVBUFFER_PTR_SET) != 0)
        return;
    while (left > 0 && evbuffer_peek(input, (ev_ssize_t)left, &from, &part, 1) > 0) {
        size_t len = part.iov_len < left ? part.iov_len : left;
        raw_check_feed(&connection->raw, part.iov_base, len);
        left -= len;
        if (left > 0 && evbuffer_ptr_set(input, &from, len, EVBUFFER_PTR_ADD) != 0)
            return;
    }
}

/* Looks at the connection as soon as libevent is done with it. */
static void call_for(struct connection *connection)
{
    struct connections *owner = connection->owner;

    if (connection->waits)
        return;
    connection->waits = true;
    connection->next_waiting = NULL;
    *owner->waiting_end = connection;
    owner->waiting_end = &connection->next_waiting;
    loop_timer_now(owner->attend);
}

/* libevent itself answers a request that it can't parse, in pieces: its page is replaced
 * once it is complete and before it is written. */
static void on_output(struct evbuffer *output, const struct evbuffer_cb_info *info, void *context)
{
    struct connection *connection = context;

    (void)output;
    if (info->n_added == 0 || connection->deadline_ns == UINT64_MAX ||
        connection->replace_error_page)
        return;
    connection->replace_error_page = true;
    call_for(connection);
}

/* "HTTP/1.1 400 ..." */
static int status_of(struct evbuffer *output)
{
    char line[sizeof("HTTP/1.1 400") - 1];

    if (evbuffer_copyout(output, line, sizeof(line)) != (ev_ssize_t)sizeof(line) ||
        memcmp(line, "HTTP/1.", 7) != 0)
        return 0;
    return (line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0');
}

static void write_error_page(struct connections *connections, struct evbuffer *output)
{
    int status = status_of(output);
    char *text =
        status >= 400 ? connections->error_page(connections->error_page_context, status) : NULL;

    if (text == NULL)
        return;                   /* such as 100 Continue */
    evbuffer_unfreeze(output, 1); /* bufferevents keep others from the front */
    evbuffer_drain(output, evbuffer_get_length(output));
    evbuffer_freeze(output, 1);
    evbuffer_add(output, text, strlen(text));
    free(text);
}

static void sweep_later(struct connections *connections)
{
    if (!connections->sweeps)
        loop_timer_set(connections->sweep, SWEEP_MS);
    connections->sweeps = true;
}

/* libevent asks for the buffer of a connection that it just accepted.  The buffer
 * closes the socket, as it goes on reading until then: the next connection must not
 * get the same descriptor meanwhile. */
static struct bufferevent *make_buffer(struct event_base *base, void *context)
{
    struct connections *connections = context;
    struct connection *connection = calloc(1, sizeof(*connection));
    struct bufferevent *bev = bufferevent_socket_new(base, -1, BEV_OPT_CLOSE_ON_FREE);

    if (connection == NULL || bev == NULL) {
        free(connection);
        return bev;
    }
    connection->owner = connections;
    connection->bev = bev;
    connection->fresh = true;
    connection->deadline_ns = clock_now_ns() + FIRST_REQUEST_NS;
    *connections->end = connection;
    connections->end = &connection->next;
    connection->next_in_bucket = *bucket_of(connections, bev);
    *bucket_of(connections, bev) = connection;
    bufferevent_incref(bev);
    /* room is made before it is known that there is nothing to read */
    bufferevent_set_max_single_read(bev, READ_MAX_LEN);
    evbuffer_add_cb(bufferevent_get_input(bev), on_input, connection);
    evbuffer_add_cb(bufferevent_get_output(bev), on_output, connection);
    if (++connections->count >= connections->limits.max) {
        if (log_allows(&connections->log, clock_now_ns()))
            log_warn("http", "%u connections: no more for now", connections->count);
        pause_listening(connections, true);
    }
    call_for(connection);
    sweep_later(connections);
    return bev;
}

static struct addr client_of(const struct connections *connections, int fd)
{
    union addr_sockaddr name = {0};
    socklen_t len = sizeof(name);
    struct addr addr;

    if (fd < 0 || getpeername(fd, &name.any, &len) != 0)
        return (struct addr){0};
    addr = addr_from_sockaddr(&name.any, len);
    addr = addr_unmap(&addr);
    if (prefix_list_contains(connections->limits.trusted, &addr))
        return (struct addr){0};
    return addr;
}

/* libevent notices, and frees what is its own. */
static void hang_up(struct connection *connection)
{
    int fd = bufferevent_getfd(connection->bev);

    if (fd >= 0)
        shutdown(fd, SHUT_RDWR);
    connection->deadline_ns = UINT64_MAX;
}

/* Has libevent let go of it?  It takes its callbacks off then. */
static bool is_gone(const struct connection *connection)
{
    bufferevent_data_cb read_cb, write_cb;
    bufferevent_event_cb event_cb;
    void *context;

    bufferevent_getcb(connection->bev, &read_cb, &write_cb, &event_cb, &context);
    return read_cb == NULL && write_cb == NULL && event_cb == NULL;
}

static void forget(struct connection **at)
{
    struct connection *connection = *at;

    *find(connection->owner, connection->bev) = connection->next_in_bucket;
    *at = connection->next;
    if (connection->owner->end == &connection->next)
        connection->owner->end = at;
    connection->owner->count--;
    if (connection->client.family != ADDR_NONE)
        conn_count_remove(connection->owner->limits.by_client, &connection->client);
    evbuffer_remove_cb(bufferevent_get_input(connection->bev), on_input, connection);
    evbuffer_remove_cb(bufferevent_get_output(connection->bev), on_output, connection);
    bufferevent_decref(connection->bev);
    free(connection);
}

/* Lets go of those that are gone, and hangs up on those whose time is up. */
static void sweep(struct connections *connections)
{
    struct connection **at = &connections->all;
    uint64_t now_ns = clock_now_ns();

    while (*at != NULL) {
        if (is_gone(*at) && !(*at)->waits) { /* attend() holds on to those */
            forget(at);
            continue;
        }
        if (now_ns >= (*at)->deadline_ns)
            hang_up(*at);
        at = &(*at)->next;
    }
    connections->swept_ns = clock_now_ns();
    connections->sweep_cost_ns = connections->swept_ns - now_ns;
}

/* A client's connections that have just ended count until the next sweep.  Sweeping early for
 * a client at its limit is worth it, as long as sweeps are not most of the daemon's work. */
static bool count_after_sweep(struct connections *connections, const struct addr *client)
{
    if (clock_now_ns() - connections->swept_ns < SWEEP_SHARE * connections->sweep_cost_ns)
        return false;
    sweep(connections);
    return conn_count_add(connections->limits.by_client, client);
}

static void count_for_client(struct connection *connection)
{
    struct connections *owner = connection->owner;
    const struct addr client = client_of(owner, bufferevent_getfd(connection->bev));

    connection->client = client;
    if (client.family == ADDR_NONE || conn_count_add(owner->limits.by_client, &client))
        return;
    connection->client = (struct addr){0};
    if (count_after_sweep(owner, &client)) {
        connection->client = client;
        return;
    }
    hang_up(connection);
}

/* Those that were called for. */
static void attend(void *context)
{
    struct connections *connections = context;

    while (connections->waiting != NULL) {
        struct connection *connection = connections->waiting;
        connections->waiting = connection->next_waiting;
        if (connections->waiting == NULL)
            connections->waiting_end = &connections->waiting;
        connection->waits = false;
        if (connection->fresh && !is_gone(connection))
            count_for_client(connection);
        connection->fresh = false;
        if (connection->replace_error_page)
            write_error_page(connections, bufferevent_get_output(connection->bev));
        connection->replace_error_page = false;
    }
}

static void on_sweep(void *context)
{
    struct connections *connections = context;

    attend(connections);
    sweep(connections);
    pause_listening(connections, connections->count >= connections->limits.max);
    connections->sweeps = false;
    if (connections->count > 0 || connections->paused)
        sweep_later(connections);
}

struct connections *connections_new(struct loop *loop, struct evhttp *http,
                                    const struct connections_limits *limits,
                                    connections_error_page_fn *error_page, void *context)
{
    struct connections *connections = calloc(1, sizeof(*connections));

    if (connections == NULL)
        return NULL;
    connections->limits = *limits;
    connections->end = &connections->all;
    connections->waiting_end = &connections->waiting;
    connections->error_page = error_page;
    connections->error_page_context = context;
    connections->sweep = loop_timer_new(loop, on_sweep, connections);
    connections->attend = loop_timer_new(loop, attend, connections);
    if (connections->sweep == NULL || connections->attend == NULL) {
        loop_timer_free(connections->sweep);
        loop_timer_free(connections->attend);
        free(connections);
        return NULL;
    }
    evhttp_set_bevcb(http, make_buffer, connections);
    return connections;
}

void connections_free(struct connections *connections)
{
    while (connections->all != NULL)
        forget(&connections->all);
    loop_timer_free(connections->sweep);
    loop_timer_free(connections->attend);
    free(connections);
}

uint32_t connections_count(const struct connections *connections)
{
    return connections->count;
}

bool connections_watch(struct connections *connections, struct evconnlistener *listener)
{
    if (connections->listener_count == LISTENERS_MAX)
        return false;
    connections->listeners[connections->listener_count++] = listener;
    return true;
}

void connections_stop(struct connections *connections)
{
    connections->listener_count = 0;
}

bool connections_begin(struct connections *connections, struct bufferevent *bev)
{
    struct connection *connection = *find(connections, bev);

    if (connection == NULL)
        return true;
    connection->deadline_ns = UINT64_MAX;
    return !connection->raw.bad;
}

void connections_end(struct connections *connections, struct bufferevent *bev)
{
    struct connection *connection = *find(connections, bev);
    struct evbuffer *input = bufferevent_get_input(bev);

    if (connection == NULL)
        return;
    connection->deadline_ns = clock_now_ns() + NEXT_REQUEST_NS;
    connection->raw = (struct raw_check){0};
    if (evbuffer_get_length(input) > 0) /* the next request came with this one */
        raw_check_feed(&connection->raw, evbuffer_pullup(input, -1), evbuffer_get_length(input));
}
