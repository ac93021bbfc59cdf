/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/http/connections.h"

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/http.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/queue.h>
#include <sys/socket.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "frontend/http/raw_input.h"

#define FIRST_REQUEST_NS (5 * NS_PER_S)    /* from the connection to the end of the request */
#define NEXT_REQUEST_NS  (10 * NS_PER_S)   /* from the last answer, idle time included */
#define IDLE_MIN_NS      (200 * NS_PER_MS) /* a request may be on its way */

enum {
    SWEEP_MS = 100,
    ROOM_MS = 1,     /* until the closed connections are gone */
    ROOM_SHARE = 64, /* at a time, this fraction of all is closed */
    BUCKET_BITS = 14,
    READ_MAX_LEN = 2000,
    SWEEP_SHARE = 20,
    ANSWER_MIN_RATE = 3200 /* bytes per second */
};

enum state {
    IDLE,      /* no complete request */
    ANSWERING, /* no output waits to be sent */
    WRITING,
    ENDED /* we closed it; libevent has not noticed yet */
};

struct connection {
    struct connections *owner;
    struct connection *next;
    struct connection *next_in_bucket;
    struct connection *next_waiting;
    struct bufferevent *bev;          /* our reference keeps it alive until we are done */
    struct raw_request *raw;          /* NULL: no byte of a request, or it is complete */
    uint64_t deadline_ns;             /* UINT64_MAX: none */
    TAILQ_ENTRY(connection) in_state; /* idle or writing */
    uint64_t idle_since_ns;
    size_t waiting_len; /* of its output, as included in the total */
    size_t written_len; /* since its deadline was set */
    enum state state;
    struct addr client;      /* ADDR_NONE until known, and for proxies that we trust */
    bool waits;              /* in the list of attend() */
    bool fresh;              /* libevent has not assigned its socket yet */
    bool replace_error_page; /* libevent wrote an error page */
};

TAILQ_HEAD(connection_queue, connection);

struct connections {
    struct connections_limits limits;
    struct connection_queue idle, writing; /* the longest waiting first */
    size_t waiting_len;                    /* of all output */
    uint64_t ended[CONNECTION_END_COUNT];
    struct connection *all;                       /* the oldest first */
    struct connection **end;                      /* where to append the next one */
    struct connection *buckets[1 << BUCKET_BITS]; /* hashed by buffer */
    struct connection *waiting, **waiting_end;    /* in order of arrival */
    uint32_t count;
    struct loop_timer *sweep, *attend;
    bool sweeps;                      /* the timer is set */
    uint64_t swept_ns, sweep_cost_ns; /* of the last sweep */
    error_page_fn *error_page;
    void *error_page_context;
    struct listeners listeners;
    struct log_limit log;
};

static struct connection **bucket_of(struct connections *connections, const struct bufferevent *bev)
{
    uint64_t hash = (uintptr_t)bev * UINT64_C(0x9e3779b97f4a7c15); /* 2^64 / golden ratio */

    return &connections->buckets[hash >> (64 - BUCKET_BITS)];
}

/* The link to the connection of this buffer in its bucket; *link is NULL if there is none. */
static struct connection **find(struct connections *connections, const struct bufferevent *bev)
{
    struct connection **at = bucket_of(connections, bev);

    while (*at != NULL && (*at)->bev != bev)
        at = &(*at)->next_in_bucket;
    return at;
}

/* Schedules attend() for this connection, after libevent is done with it. */
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

static void enter(struct connection *connection, enum state state)
{
    struct connections *owner = connection->owner;

    if (connection->state == IDLE)
        TAILQ_REMOVE(&owner->idle, connection, in_state);
    if (connection->state == WRITING)
        TAILQ_REMOVE(&owner->writing, connection, in_state);
    connection->state = state;
    if (state == IDLE) {
        TAILQ_INSERT_TAIL(&owner->idle, connection, in_state);
        connection->idle_since_ns = clock_now_ns();
    }
    if (state == WRITING)
        TAILQ_INSERT_TAIL(&owner->writing, connection, in_state);
}

/* Removes its output from the total: it will not be sent. */
static void stop_counting(struct connection *connection)
{
    connection->owner->waiting_len -= connection->waiting_len;
    connection->waiting_len = 0;
}

/* Shuts the connection down; libevent notices and frees its own objects. */
static void hang_up(struct connection *connection, enum connection_end why)
{
    int fd = bufferevent_getfd(connection->bev);

    if (fd >= 0)
        shutdown(fd, SHUT_RDWR);
    connection->deadline_ns = UINT64_MAX;
    stop_counting(connection);
    enter(connection, ENDED);
    connection->owner->ended[why]++;
}

/* Sees new bytes of a request before libevent reads them; bytes of the next request wait.  Without
 * memory the request counts as unsound. */
static void on_input(struct evbuffer *input, const struct evbuffer_cb_info *info, void *context)
{
    struct connection *connection = context;

    if (connection->state == IDLE && !raw_input_feed(&connection->raw, input, info->n_added))
        hang_up(connection, CONNECTION_END_NO_REQUEST);
}

/* Sets the deadline by which the client must have read some of the answer. */
static void expect_reading(struct connection *connection)
{
    connection->deadline_ns = clock_now_ns() + connection->owner->limits.answer_ns;
    connection->written_len = 0;
}

/* Tracks how much of an answer waits, and since when. */
static void count_output(struct connection *connection, const struct evbuffer_cb_info *info)
{
    struct connections *owner = connection->owner;

    if (connection->state == ENDED)
        return;
    connection->waiting_len += info->n_added - info->n_deleted;
    owner->waiting_len += info->n_added - info->n_deleted;
    connection->written_len += info->n_deleted;
    if (connection->state == ANSWERING && connection->waiting_len > 0) {
        enter(connection, WRITING);
        expect_reading(connection);
    } else if (connection->state == WRITING && connection->waiting_len == 0) {
        enter(connection, ANSWERING);
        connection->deadline_ns = UINT64_MAX;
    }
    if (owner->waiting_len > owner->limits.waiting_max_len)
        loop_timer_now(owner->attend);
}

/* libevent writes its own error page in pieces; we replace it once it is complete and before it is
 * sent. */
static void on_output(struct evbuffer *output, const struct evbuffer_cb_info *info, void *context)
{
    struct connection *connection = context;

    (void)output;
    count_output(connection, info);
    if (info->n_added == 0 || connection->state != IDLE || connection->replace_error_page)
        return;
    connection->replace_error_page = true;
    call_for(connection);
}

static void sweep_later(struct connections *connections)
{
    if (!connections->sweeps)
        loop_timer_set(connections->sweep, SWEEP_MS);
    connections->sweeps = true;
}

/* libevent calls this for the buffer of a connection that it just accepted.  The buffer, not
 * libevent, closes the socket, because the buffer reads until then: otherwise the next connection
 * could get the same descriptor meanwhile. */
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
    connection->idle_since_ns = clock_now_ns();
    connection->deadline_ns = connection->idle_since_ns + FIRST_REQUEST_NS;
    TAILQ_INSERT_TAIL(&connections->idle, connection, in_state);
    *connections->end = connection;
    connections->end = &connection->next;
    connection->next_in_bucket = *bucket_of(connections, bev);
    *bucket_of(connections, bev) = connection;
    bufferevent_incref(bev);
    /* the buffer reserves space before it knows whether there is anything to read */
    bufferevent_set_max_single_read(bev, READ_MAX_LEN);
    evbuffer_add_cb(bufferevent_get_input(bev), on_input, connection);
    evbuffer_add_cb(bufferevent_get_output(bev), on_output, connection);
    if (++connections->count >= connections->limits.max) {
        if (log_allows(&connections->log, clock_now_ns()))
            log_warn("http", "%u connections: closing those idle the longest", connections->count);
        listeners_pause(&connections->listeners, true);
        loop_timer_set(connections->sweep, ROOM_MS);
        connections->sweeps = true;
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

    if (connections->limits.by_client == NULL || fd < 0 || getpeername(fd, &name.any, &len) != 0)
        return (struct addr){0};
    addr = addr_from_sockaddr(&name.any, len);
    addr = addr_unmap(&addr);
    if (prefix_list_contains(connections->limits.trusted, &addr))
        return (struct addr){0};
    return addr;
}

/* Has libevent released it?  Then its callbacks are gone. */
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

    stop_counting(connection);
    enter(connection, ENDED);
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
    raw_input_end(&connection->raw);
    free(connection);
}

/* Is the client reading?  Then we don't disconnect it, however slow its line is. */
static bool is_read(const struct connection *connection)
{
    uint64_t least = connection->owner->limits.answer_ns / NS_PER_MS * ANSWER_MIN_RATE / 1000;

    return connection->written_len >= least;
}

static void end_or_extend(struct connection *connection)
{
    if (connection->state != WRITING)
        hang_up(connection, CONNECTION_END_NO_REQUEST);
    else if (is_read(connection))
        expect_reading(connection);
    else
        hang_up(connection, CONNECTION_END_SLOW);
}

/* Forgets connections that are gone, and closes those whose deadline has passed. */
static void sweep(struct connections *connections)
{
    struct connection **at = &connections->all;
    uint64_t now_ns = clock_now_ns();

    while (*at != NULL) {
        if (is_gone(*at) && !(*at)->waits) { /* attend() still uses those */
            forget(at);
            continue;
        }
        if (now_ns >= (*at)->deadline_ns)
            end_or_extend(*at);
        at = &(*at)->next;
    }
    connections->swept_ns = clock_now_ns();
    connections->sweep_cost_ns = connections->swept_ns - now_ns;
}

/* A client's connections count until the sweep after their end.  For a client at its limit an early
 * sweep is worth it, unless sweeps would become most of the daemon's work. */
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
    hang_up(connection, CONNECTION_END_CLIENT);
}

/* The client whose output has waited longest reads slowest. */
static void limit_output(struct connections *connections)
{
    while (connections->waiting_len > connections->limits.waiting_max_len &&
           !TAILQ_EMPTY(&connections->writing))
        hang_up(TAILQ_FIRST(&connections->writing), CONNECTION_END_OUTPUT);
}

/* Handles the connections scheduled by call_for(). */
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
            error_page_replace(bufferevent_get_output(connection->bev), connection->raw,
                               connections->error_page, connections->error_page_context);
        connection->replace_error_page = false;
    }
    limit_output(connections);
}

/* Closes the longest idle connections, several at a time, because each sweep visits all. */
static void make_room(struct connections *connections)
{
    uint64_t before_ns = clock_now_ns() - IDLE_MIN_NS;

    for (uint32_t i = 0; i <= connections->limits.max / ROOM_SHARE; i++) {
        struct connection *longest = TAILQ_FIRST(&connections->idle);
        if (longest == NULL || longest->idle_since_ns > before_ns)
            return;
        hang_up(longest, CONNECTION_END_IDLE);
        loop_timer_set(connections->sweep, ROOM_MS);
    }
}

static void on_sweep(void *context)
{
    struct connections *connections = context;
    bool full;

    attend(connections);
    sweep(connections);
    full = connections->count >= connections->limits.max;
    listeners_pause(&connections->listeners, full);
    connections->sweeps = false;
    if (connections->count > 0 || full)
        sweep_later(connections);
    if (full && listeners_have_pending(&connections->listeners))
        make_room(connections);
}

struct connections *connections_new(struct loop *loop, struct evhttp *http,
                                    const struct connections_limits *limits,
                                    error_page_fn *error_page, void *context)
{
    struct connections *connections = calloc(1, sizeof(*connections));

    if (connections == NULL)
        return NULL;
    connections->limits = *limits;
    TAILQ_INIT(&connections->idle);
    TAILQ_INIT(&connections->writing);
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

const uint64_t *connections_ended(const struct connections *connections)
{
    return connections->ended;
}

size_t connections_waiting_len(const struct connections *connections)
{
    return connections->waiting_len;
}

bool connections_watch(struct connections *connections, struct evconnlistener *listener)
{
    return listeners_add(&connections->listeners, listener);
}

void connections_stop(struct connections *connections)
{
    connections->listeners = (struct listeners){0};
}

bool connections_begin(struct connections *connections, struct bufferevent *bev)
{
    struct connection *connection = *find(connections, bev);

    if (connection == NULL)
        return true;
    if (connection->state != ENDED)
        enter(connection, ANSWERING);
    connection->deadline_ns = UINT64_MAX;
    return raw_input_end(&connection->raw);
}

void connections_end(struct connections *connections, struct bufferevent *bev)
{
    struct connection *connection = *find(connections, bev);
    struct evbuffer *input = bufferevent_get_input(bev);

    if (connection == NULL || connection->state == ENDED)
        return;
    enter(connection, IDLE);
    connection->deadline_ns = clock_now_ns() + NEXT_REQUEST_NS;
    /* the next request may have arrived with this one */
    if (!raw_input_feed(&connection->raw, input, evbuffer_get_length(input)))
        hang_up(connection, CONNECTION_END_NO_REQUEST);
}
