/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * visit ADDRESS PORT FIRST COUNT RATE CONNECTIONS SOURCES PORT=STATE[,PORT=STATE[,PORT=STATE]]
 *
 * HTTP clients of portlightd, for make bench: COUNT checks of the addresses from FIRST on, RATE per
 * second, over CONNECTIONS keep-alive connections, from SOURCES local addresses from ADDRESS on.
 * With a rate, a check's time counts from when it was due, so that a stalling server shows; with
 * rate 0, from when it was sent.  Compares every verdict with the expected state, and prints one
 * line of JSON.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/clock.h"

enum { ANSWER_MAX_LEN = 8192, EVENTS = 256, PORTS_MAX = 3, STATE_MAX_LEN = 16, NOBODY = -1 };

#define QUIET_NS (20 * NS_PER_S)

struct connection {
    int fd;
    int request; /* under way, or NOBODY */
    uint64_t since_ns;
    size_t len;
    char answer[ANSWER_MAX_LEN];
};

struct request_context {
    struct sockaddr_in server;
    uint32_t own, sources, first;
    int count, connection_max, connection_count, idle_count;
    double rate;
    unsigned port_count;
    unsigned ports[PORTS_MAX];
    char states[PORTS_MAX][STATE_MAX_LEN];
    int epoll_fd, next, done, pending, most_pending;
    struct connection *connections;
    int *idle;         /* connections without a request */
    uint64_t *took_ns; /* of each answer */
    uint64_t begin_ns, end_ns;
    int answers, bad_status, failed, verdicts, wrong;
};

static void die(const char *what)
{
    fprintf(stderr, "visit: %s: %s\n", what, errno != 0 ? strerror(errno) : "not valid");
    exit(1);
}

static void *table(int count, size_t item_len)
{
    void *items = calloc((size_t)count, item_len);

    if (items == NULL)
        die("memory");
    return items;
}

static uint64_t due_ns(const struct request_context *visit, int request)
{
    return visit->begin_ns + (uint64_t)((double)request / visit->rate * (double)NS_PER_S);
}

/* --- connections ------------------------------------------------------------------- */

static void dial(struct request_context *visit, int index)
{
    struct connection *connection = &visit->connections[index];
    struct epoll_event wanted = {.events = EPOLLIN, .data.u32 = (uint32_t)index};
    struct sockaddr_in own = {.sin_family = AF_INET};
    int on = 1;

    own.sin_addr.s_addr = htonl(visit->own + (uint32_t)index % visit->sources);
    connection->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connection->fd < 0 ||
        setsockopt(connection->fd, SOL_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on)) != 0 ||
        bind(connection->fd, (struct sockaddr *)&own, sizeof(own)) != 0 ||
        connect(connection->fd, (struct sockaddr *)&visit->server, sizeof(visit->server)) != 0 ||
        epoll_ctl(visit->epoll_fd, EPOLL_CTL_ADD, connection->fd, &wanted) != 0)
        die("connect");
    connection->request = NOBODY;
}

static int take_idle(struct request_context *visit)
{
    if (visit->idle_count > 0)
        return visit->idle[--visit->idle_count];
    if (visit->connection_count == visit->connection_max)
        return NOBODY;
    dial(visit, visit->connection_count);
    return visit->connection_count++;
}

static void ask(struct request_context *visit, int index, int request)
{
    struct connection *connection = &visit->connections[index];
    uint32_t target = htonl(visit->first + (uint32_t)request);
    char text[INET_ADDRSTRLEN], ports[32] = "", message[512];
    int len;

    inet_ntop(AF_INET, &target, text, sizeof(text));
    for (unsigned i = 0; i < visit->port_count; i++)
        sprintf(ports + strlen(ports), i == 0 ? "%u" : ",%u", visit->ports[i]);
    len = snprintf(message, sizeof(message),
                   "GET /api/v1/check?host=%s&ports=%s HTTP/1.1\r\nHost: localhost\r\n\r\n", text,
                   ports);
    connection->request = request;
    connection->len = 0;
    connection->since_ns = visit->rate > 0 ? due_ns(visit, request) : clock_now_ns();
    visit->pending++;
    if (visit->pending > visit->most_pending)
        visit->most_pending = visit->pending;
    if (send(connection->fd, message, (size_t)len, MSG_NOSIGNAL) != len)
        die("send");
}

/* --- answers ------------------------------------------------------------------------ */

static void judge(struct request_context *visit, const char *body)
{
    for (unsigned i = 0; i < visit->port_count; i++) {
        char port[32], state[32];
        const char *at;
        snprintf(port, sizeof(port), "\"port\":%u,", visit->ports[i]);
        snprintf(state, sizeof(state), "\"state\":\"%s\"", visit->states[i]);
        at = strstr(body, port);
        visit->verdicts++;
        at = at != NULL ? strstr(at, "\"state\"") : NULL;
        visit->wrong += at == NULL || strncmp(at, state, strlen(state)) != 0;
    }
}

static void finish(struct request_context *visit, int index, const char *body)
{
    struct connection *connection = &visit->connections[index];
    uint64_t now_ns = clock_now_ns();

    if (strncmp(connection->answer, "HTTP/1.1 200", 12) == 0)
        judge(visit, body);
    else if (visit->bad_status++ == 0)
        fprintf(stderr, "visit: %s\n", connection->answer);
    visit->took_ns[visit->answers++] = now_ns - connection->since_ns;
    visit->end_ns = now_ns;
    connection->request = NOBODY;
    visit->idle[visit->idle_count++] = index;
    visit->pending--;
    visit->done++;
}

/* The server closed the connection; its request is lost. */
static void lose(struct request_context *visit, int index)
{
    struct connection *connection = &visit->connections[index];

    if (connection->request != NOBODY) {
        visit->failed++;
        visit->pending--;
        visit->done++;
    }
    for (int i = 0; i < visit->idle_count; i++)
        if (visit->idle[i] == index)
            visit->idle[i--] = visit->idle[--visit->idle_count];
    close(connection->fd);
    dial(visit, index);
    visit->idle[visit->idle_count++] = index;
}

static void read_answer(struct request_context *visit, int index)
{
    struct connection *connection = &visit->connections[index];
    ssize_t got = recv(connection->fd, connection->answer + connection->len,
                       ANSWER_MAX_LEN - 1 - connection->len, MSG_DONTWAIT);
    const char *body, *length;

    if (got < 0 && errno == EAGAIN)
        return;
    if (got <= 0) {
        lose(visit, index);
        return;
    }
    connection->len += (size_t)got;
    connection->answer[connection->len] = '\0';
    body = strstr(connection->answer, "\r\n\r\n");
    length = strcasestr(connection->answer, "\r\ncontent-length:");
    if (body == NULL)
        return;
    if (length == NULL || length > body)
        die("an answer without Content-Length");
    if ((size_t)(body + 4 - connection->answer) + (size_t)atol(length + 17) == connection->len)
        finish(visit, index, body + 4);
}

/* --- the run -------------------------------------------------------------------------- */

/* Sends the checks that are due and have a connection; returns the wait for the next, in ms. */
static int ask_due(struct request_context *visit)
{
    while (visit->next < visit->count) {
        uint64_t now_ns = clock_now_ns();
        int index;
        if (visit->rate > 0 && due_ns(visit, visit->next) > now_ns)
            return due_ns(visit, visit->next) - now_ns > NS_PER_MS ? 1 : 0;
        index = take_idle(visit);
        if (index == NOBODY)
            break;
        ask(visit, index, visit->next++);
    }
    return 1000;
}

static void run(struct request_context *visit)
{
    struct epoll_event events[EVENTS];
    uint64_t heard_ns;

    visit->begin_ns = heard_ns = clock_now_ns();
    while (visit->done < visit->count) {
        int wait_ms = ask_due(visit);
        int count = epoll_wait(visit->epoll_fd, events, EVENTS, wait_ms);
        if (count > 0)
            heard_ns = clock_now_ns();
        else if (clock_now_ns() - heard_ns > QUIET_NS)
            die("no answer");
        for (int i = 0; i < count; i++)
            read_answer(visit, (int)events[i].data.u32);
    }
}

static int compare(const void *a, const void *b)
{
    const uint64_t *left = a, *right = b;

    return (*left > *right) - (*left < *right);
}

static void print(const struct request_context *visit)
{
    const uint64_t *took = visit->took_ns;
    int last = visit->answers > 0 ? visit->answers - 1 : 0;

    qsort(visit->took_ns, (size_t)visit->answers, sizeof(*took), compare);
    printf("{\"requests\": %d, \"answers\": %d, \"bad_status\": %d, \"failed\": %d, "
           "\"verdicts\": %d, \"wrong\": %d, \"seconds\": %.6f, \"p50_ms\": %.4f, "
           "\"p99_ms\": %.4f, \"max_ms\": %.4f, \"most_pending\": %d}\n",
           visit->count, visit->answers, visit->bad_status, visit->failed, visit->verdicts,
           visit->wrong, (double)(visit->end_ns - visit->begin_ns) / 1e9,
           (double)took[last / 2] / 1e6, (double)took[(int64_t)last * 99 / 100] / 1e6,
           (double)took[last] / 1e6, visit->most_pending);
}

static uint32_t read_address(const char *text)
{
    struct in_addr address;

    if (inet_pton(AF_INET, text, &address) != 1)
        die(text);
    return ntohl(address.s_addr);
}

static void read_ports(struct request_context *visit, char *text)
{
    for (char *part = strtok(text, ","); part != NULL; part = strtok(NULL, ",")) {
        const char *equals = strchr(part, '=');
        if (equals == NULL || visit->port_count == PORTS_MAX)
            die(part);
        visit->ports[visit->port_count] = (unsigned)atoi(part);
        snprintf(visit->states[visit->port_count++], STATE_MAX_LEN, "%s", equals + 1);
    }
}

int main(int argc, char **argv)
{
    static struct request_context visit;
    struct rlimit files;

    if (argc != 9)
        die("usage: visit ADDRESS PORT FIRST COUNT RATE CONNECTIONS SOURCES PORT=STATE[,...]");
    visit.own = read_address(argv[1]);
    visit.server = (struct sockaddr_in){.sin_family = AF_INET,
                                        .sin_port = htons((uint16_t)atoi(argv[2])),
                                        .sin_addr.s_addr = htonl(visit.own)};
    visit.first = read_address(argv[3]);
    visit.count = atoi(argv[4]);
    visit.rate = atof(argv[5]);
    visit.connection_max = atoi(argv[6]);
    visit.sources = (uint32_t)atoi(argv[7]);
    read_ports(&visit, argv[8]);
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    visit.connections = table(visit.connection_max, sizeof(*visit.connections));
    visit.idle = table(visit.connection_max, sizeof(*visit.idle));
    visit.took_ns = table(visit.count, sizeof(*visit.took_ns));
    visit.epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    run(&visit);
    print(&visit);
    return 0;
}
