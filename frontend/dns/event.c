/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/dns/event.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "frontend/dns/system.h"

#define RESOLV_CONF "/etc/resolv.conf"

enum {
    SOCKETS_MAX = 32, /* two for each name server */
    FAILURES_MAX = 3, /* lookups in a row, before the name servers are suspected */
    CHECK_MS = 5000,  /* between questions to them while they are */
    TELL_S = 60,      /* between lines in the log */
    FILE_NAME_LEN = 64,
    SYSTEM_PORT = 53, /* resolv.conf can name no other */
};

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
    /* are the name servers there? */
    struct loop_timer *check_timer;
    struct resolver_query *check; /* a question of our own, under way */
    unsigned failures;            /* of lookups in a row */
    bool is_down;
    uint64_t told_ns;
    /* resolv.conf, read again when they are not */
    int directory; /* -1: nothing to read */
    char file_name[FILE_NAME_LEN];
    char servers[SYSTEM_SERVERS_LEN]; /* as it had them last */
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

/* --- the system's servers ------------------------------------------------------------------ */

/* Where the file is, or will be: at boot it may be a link to what is yet to be written. */
static char *resolv_conf_path(void)
{
    char *path = realpath(RESOLV_CONF, NULL), target[PATH_MAX],
         absolute[PATH_MAX + sizeof("/etc/")];
    ssize_t len = path == NULL ? readlink(RESOLV_CONF, target, sizeof(target)) : -1;

    if (path != NULL)
        return path;
    if (len <= 0 || len == sizeof(target))
        return strdup(RESOLV_CONF);
    snprintf(absolute, sizeof(absolute), "%s%.*s", target[0] == '/' ? "" : "/etc/", (int)len,
             target);
    return strdup(absolute);
}

/* The directory stays open, as no path can be opened in the sandbox. */
static void open_resolv_conf(struct resolver *resolver, const struct config *config)
{
    char *path = resolv_conf_path(), *slash;

    resolver->directory = -1;
    slash = path != NULL ? strrchr(path, '/') : NULL;
    if (slash != NULL && config->resolver.nameservers.count == 0 &&
        strlen(slash + 1) < sizeof(resolver->file_name)) {
        snprintf(resolver->file_name, sizeof(resolver->file_name), "%s", slash + 1);
        slash[slash == path] = '\0';
        resolver->directory = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    }
    free(path);
}

static bool read_servers(const struct resolver *resolver, char servers[static SYSTEM_SERVERS_LEN])
{
    char text[SYSTEM_FILE_MAX_LEN / 8 + 1];
    int fd = resolver->directory < 0
                 ? -1
                 : openat(resolver->directory, resolver->file_name, CONFIG_OPEN_FLAGS);
    ssize_t len = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

    if (fd >= 0)
        close(fd);
    if (len < 0)
        return false;
    text[len] = '\0';
    system_servers(text, servers);
    return servers[0] != '\0';
}

int resolver_directory(const struct resolver *resolver)
{
    return resolver->directory;
}

void resolver_reread(struct resolver *resolver)
{
    char servers[SYSTEM_SERVERS_LEN];

    if (!read_servers(resolver, servers) || strcmp(servers, resolver->servers) == 0)
        return;
    memcpy(resolver->servers, servers, sizeof(servers));
    if (dns_use_servers(resolver->dns, servers))
        log_info("dns", "%s has other name servers now: %s", RESOLV_CONF, servers);
    set_timer(resolver);
}

/* --- are they there? ------------------------------------------------------------------------ */

bool resolver_is_up(const struct resolver *resolver)
{
    return !resolver->is_down;
}

static bool was_answered(const struct lookups *lookups)
{
    return lookups->ipv4.status == LOOKUP_OK || lookups->ipv6.status == LOOKUP_OK ||
           lookups->ipv4.status == LOOKUP_NO_NAME || lookups->ipv6.status == LOOKUP_NO_NAME ||
           lookups->ipv4.status == LOOKUP_NO_ADDRESS || lookups->ipv6.status == LOOKUP_NO_ADDRESS;
}

/* One name's servers may be at fault; several names in a row are a reason to ask about none. */
static void note(struct resolver *resolver, const struct lookups *lookups)
{
    if (!was_answered(lookups)) {
        resolver->failures += resolver->failures < FAILURES_MAX;
        if (resolver->failures == FAILURES_MAX && resolver->check == NULL && !resolver->is_down)
            loop_timer_set(resolver->check_timer, 0);
        return;
    }
    if (resolver->is_down)
        log_info("dns", "the name servers answer again");
    resolver->failures = 0;
    resolver->is_down = false;
}

static void on_check_done(void *context, const struct lookups *lookups)
{
    struct resolver *resolver = context;
    uint64_t now_ns = clock_now_ns();

    resolver->check = NULL;
    if (was_answered(lookups))
        return;
    if (!resolver->is_down || now_ns - resolver->told_ns >= TELL_S * NS_PER_S) {
        log_warn("dns", "the name servers do not answer: no name can be looked up");
        resolver->told_ns = now_ns;
    }
    resolver->is_down = true;
    loop_timer_set(resolver->check_timer, CHECK_MS);
}

/* The root has no address, but every name server knows that. */
static void on_check_timer(void *context)
{
    static const struct resolver_question root = {.name = ".", .ipv4 = true};
    struct resolver *resolver = context;

    if (resolver->failures < FAILURES_MAX)
        return;
    resolver_reread(resolver);
    resolver->check = resolver_ask(resolver, &root, on_check_done, resolver);
    if (resolver->check == NULL)
        loop_timer_set(resolver->check_timer, CHECK_MS);
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
    resolver->check_timer = loop_timer_new(loop, on_check_timer, resolver);
    open_resolv_conf(resolver, config);
    read_servers(resolver, resolver->servers);
    resolver->dns = dns_open(config, on_watch, resolver);
    if (make_sockets(resolver) && resolver->timer != NULL && resolver->check_timer != NULL &&
        resolver->dns != NULL)
        return resolver;
    free_sockets(resolver);
    loop_timer_free(resolver->timer);
    loop_timer_free(resolver->check_timer);
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
    loop_timer_free(resolver->check_timer);
    if (resolver->directory >= 0)
        close(resolver->directory);
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
    unsigned count = dns_ports(resolver->dns, ports);

    if (resolver->directory >= 0 && count < DNS_SERVERS_MAX)
        ports[count++] = SYSTEM_PORT;
    return count;
}

static void count_answer(struct resolver_query *query)
{
    query->unanswered--;
    if (query->unanswered > 0)
        return;
    if (query->done == NULL || query->resolver->closing)
        end_query(query);
    else
        loop_timer_set(query->deadline, 0); /* never from within resolver_ask */
}

static void on_answer(void *context, enum addr_family family, const struct lookup *lookup)
{
    struct resolver_query *query = context;

    *(family == ADDR_IPV4 ? &query->lookups.ipv4 : &query->lookups.ipv6) = *lookup;
    count_answer(query);
}

static void on_service(void *context, bool elsewhere)
{
    struct resolver_query *query = context;

    query->lookups.served_elsewhere = elsewhere;
    count_answer(query);
}

/* Answered, or out of time. */
static void on_deadline(void *context)
{
    struct resolver_query *query = context;
    resolver_done_fn *done = query->done;
    bool answered = query->unanswered == 0;

    query->done = NULL;
    close_query(query);
    note(query->resolver, &query->lookups);
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
    query->unanswered = (unsigned)question->ipv4 + (unsigned)question->ipv6 +
                        (unsigned)(question->service_port != 0);
    if (question->ipv4)
        dns_ask(resolver->dns, question->name, ADDR_IPV4, on_answer, query);
    if (question->ipv6) /* the query is still there: it waits for this answer, too */
        dns_ask(resolver->dns, question->name, ADDR_IPV6, on_answer, query);
    if (question->service_port != 0)
        dns_ask_service(resolver->dns, question->name, question->service_port, on_service, query);
    set_timer(resolver);
    return query;
}

void resolver_cancel(struct resolver_query *query)
{
    query->done = NULL;
    if (query->unanswered == 0)
        end_query(query);
}

/* --- inquiries --------------------------------------------------------------------------- */

struct resolver_inquiry {
    struct resolver *resolver;
    struct inquiry *inquiry;
    struct loop_timer *deadline;
    struct addr client;
    resolver_inquiry_fn *done;
    void *context;
};

static void end_inquiry(struct resolver_inquiry *asked)
{
    asked->resolver->queries--;
    conn_count_remove(asked->resolver->by_client, &asked->client);
    if (asked->inquiry != NULL)
        inquiry_end(asked->inquiry);
    loop_timer_free(asked->deadline);
    free(asked);
}

static void on_inquired(void *context)
{
    struct resolver_inquiry *asked = context;

    loop_timer_set(asked->deadline, 0); /* never from within resolver_inquire */
}

static void on_inquiry_deadline(void *context)
{
    struct resolver_inquiry *asked = context;

    asked->done(asked->context, inquiry_facts_of(asked->inquiry));
    end_inquiry(asked);
}

struct resolver_inquiry *resolver_inquire(struct resolver *resolver,
                                          const struct resolver_subject *subject,
                                          resolver_inquiry_fn *done, void *context)
{
    struct resolver_inquiry *asked =
        resolver->queries < RESOLVER_QUERIES_MAX ? calloc(1, sizeof(*asked)) : NULL;

    if (asked == NULL)
        return NULL;
    *asked = (struct resolver_inquiry){
        .resolver = resolver, .client = *subject->client, .done = done, .context = context};
    asked->deadline = loop_timer_new(resolver->loop, on_inquiry_deadline, asked);
    if (asked->deadline == NULL || !conn_count_add(resolver->by_client, subject->client)) {
        loop_timer_free(asked->deadline);
        free(asked);
        return NULL;
    }
    resolver->queries++;
    loop_timer_set(asked->deadline, resolver->timeout_ms);
    asked->inquiry = inquiry_begin(resolver->dns, subject->name, subject->addrs,
                                   subject->addr_count, on_inquired, asked);
    set_timer(resolver);
    if (asked->inquiry != NULL)
        return asked;
    end_inquiry(asked);
    return NULL;
}

void resolver_inquiry_cancel(struct resolver_inquiry *asked)
{
    end_inquiry(asked);
}
