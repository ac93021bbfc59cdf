/* SPDX-License-Identifier: BSD-2-Clause */
#include "inspector/daemon/service.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/contract/seqpacket.h"
#include "common/daemon/limits_file.h"
#include "common/daemon/local_socket.h"
#include "inspector/daemon/jobs.h"

enum {
    CLIENTS_MAX = 8,
    QUEUE_MAX = 2 * INSPECTOR_WORKERS_MAX, /* answers queued for a client that reads slowly */
    MESSAGES_PER_TURN = 64,
    EVENTS_PER_TURN = 32,
    RENEW_AFTER = 1000, /* inspections */
    STOPPING_RETRY_MS = 1000,
};

#define GREETING_NS (2 * NS_PER_S)

/* Requests sent before the stop are still answered.  A client may not have got all of them into the
 * socket, which holds net.unix.max_dgram_qlen messages, so wait until the socket is quiet. */
#define QUIET_NS     (200 * NS_PER_MS)
#define LAST_CALL_NS (1 * NS_PER_S)

enum { EVENT_SIGNAL, EVENT_LISTENER, EVENT_CLIENTS, EVENT_JOBS = EVENT_CLIENTS + CLIENTS_MAX };

struct queued {
    struct queued *next;
    size_t len;
    uint8_t bytes[];
};

struct client {
    int fd;              /* -1: free */
    uint32_t generation; /* of this slot, so an answer never reaches a later client in it */
    uint64_t since_ns;
    bool greeted, doomed;
    unsigned queue_len;
    struct queued *first, **end;
};

struct inspector_service {
    const struct service_setup *setup;
    int epoll_fd, signal_fd, listener;
    struct jobs *jobs;
    struct client clients[CLIENTS_MAX];
    struct log_limit log;
    bool stopping;
    uint64_t now_ns, beat_ns;
    /* while stopping, otherwise UINT64_MAX or 0: accept requests until open_ns, which each one
     * moves to shut_ns at most; wait for results until stop_ns */
    uint64_t open_ns, shut_ns, stop_ns;
    uint8_t bytes[INSPECT_MESSAGE_MAX_LEN];
};

/* --- clients -------------------------------------------------------------------------- */

static uint64_t client_number(const struct inspector_service *service, unsigned index)
{
    return (uint64_t)service->clients[index].generation << 8 | index;
}

static bool watch(const struct inspector_service *service, int fd, uint32_t events, uint32_t event,
                  int how)
{
    struct epoll_event wanted = {.events = events, .data.u32 = event};

    return epoll_ctl(service->epoll_fd, how, fd, &wanted) == 0;
}

static void drop(struct client *client)
{
    while (client->first != NULL) {
        struct queued *gone = client->first;
        client->first = gone->next;
        free(gone);
    }
    close(client->fd);
    client->fd = -1;
    client->generation++;
}

static void flush(struct inspector_service *service, unsigned index)
{
    struct client *client = &service->clients[index];

    while (client->first != NULL) {
        struct queued *next = client->first;
        enum seqpacket_status status = seqpacket_send(client->fd, next->bytes, next->len);
        if (status == SEQPACKET_AGAIN)
            break;
        if (status != SEQPACKET_OK) {
            client->doomed = true;
            return;
        }
        client->first = next->next;
        client->queue_len--;
        free(next);
    }
    if (client->first == NULL)
        client->end = &client->first;
    watch(service, client->fd, EPOLLIN | (client->first != NULL ? EPOLLOUT : 0),
          EVENT_CLIENTS + index, EPOLL_CTL_MOD);
}

static void send_to(struct inspector_service *service, unsigned index,
                    const struct inspect_message *message)
{
    struct client *client = &service->clients[index];
    struct queued *queued = NULL;
    size_t len;

    if (client->doomed)
        return;
    len = inspect_encode(message, service->bytes);
    if (client->queue_len < QUEUE_MAX)
        queued = malloc(sizeof(*queued) + len);
    if (queued == NULL) { /* it doesn't read, or out of memory */
        client->doomed = true;
        return;
    }
    queued->next = NULL;
    queued->len = len;
    memcpy(queued->bytes, service->bytes, len);
    *client->end = queued;
    client->end = &queued->next;
    client->queue_len++;
    flush(service, index);
}

static void on_answer(void *context, uint64_t client, const struct inspect_message *message)
{
    struct inspector_service *service = context;
    unsigned index = client & 0xff;

    if (service->clients[index].fd >= 0 && client_number(service, index) == client)
        send_to(service, index, message);
}

static void accept_one(struct inspector_service *service)
{
    int fd = accept4(service->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    struct ucred peer = {0};
    uint32_t index = 0;

    if (fd < 0)
        return;
    while (index < CLIENTS_MAX && service->clients[index].fd >= 0)
        index++;
    if (local_socket_admits(fd, service->setup->group, &peer) && index < CLIENTS_MAX &&
        watch(service, fd, EPOLLIN, EVENT_CLIENTS + index, EPOLL_CTL_ADD)) {
        struct client *client = &service->clients[index];
        *client = (struct client){
            .fd = fd, .generation = client->generation, .since_ns = service->now_ns};
        client->end = &client->first;
        return;
    }
    if (log_allows(&service->log, service->now_ns))
        log_warn("inspector", "refused uid %u, pid %d: not permitted, or more than %d clients",
                 (unsigned)peer.uid, (int)peer.pid, CLIENTS_MAX);
    close(fd);
}

static bool take(struct inspector_service *service, unsigned index, size_t len)
{
    struct client *client = &service->clients[index];
    struct inspect_message message, answer = {.type = INSPECT_WELCOME};

    if (!inspect_decode(service->bytes, len, INSPECT_CLIENT, &message) ||
        client->greeted != (message.type != INSPECT_HELLO))
        return false;
    switch (message.type) {
    case INSPECT_HELLO:
        client->greeted = true;
        send_to(service, index, &answer);
        break;
    case INSPECT_PING:
        answer.type = INSPECT_PONG;
        answer.pong = jobs_counters(service->jobs);
        answer.pong.token = message.token;
        send_to(service, index, &answer);
        break;
    default:
        if (service->stopping && service->now_ns >= service->open_ns) {
            answer.type = INSPECT_REFUSED;
            answer.refused.job = message.ask.job;
            answer.refused.reason = INSPECT_REFUSED_BUSY;
            answer.refused.retry_after_ms = STOPPING_RETRY_MS;
            send_to(service, index, &answer);
            break;
        }
        if (service->stopping)
            service->open_ns = service->now_ns + QUIET_NS < service->shut_ns
                                   ? service->now_ns + QUIET_NS
                                   : service->shut_ns;
        jobs_begin(service->jobs, client_number(service, index), &message.ask, service->now_ns);
        break;
    }
    return true;
}

static void read_from(struct inspector_service *service, unsigned index)
{
    struct client *client = &service->clients[index];
    size_t len;

    for (int i = 0; i < MESSAGES_PER_TURN && !client->doomed; i++) {
        enum seqpacket_status status =
            seqpacket_receive(client->fd, service->bytes, sizeof(service->bytes), &len);
        if (status == SEQPACKET_AGAIN)
            return;
        if (status == SEQPACKET_CLOSED) {
            client->doomed = true;
        } else if (status != SEQPACKET_OK || !take(service, index, len)) {
            client->doomed = true;
            if (log_allows(&service->log, service->now_ns))
                log_warn("inspector", "client %u dropped: malformed message", index);
        }
    }
}

static void sweep(struct inspector_service *service)
{
    for (unsigned i = 0; i < CLIENTS_MAX; i++) {
        struct client *client = &service->clients[i];
        if (client->fd >= 0 &&
            (client->doomed ||
             (!client->greeted && service->now_ns >= client->since_ns + GREETING_NS)))
            drop(client);
    }
}

/* --- opening ----------------------------------------------------------------------------- */

static int open_listener(const struct service_setup *setup)
{
    const char *path = setup->config->inspector.socket;
    const struct local_socket wanted = {
        .path = path, .type = SOCK_SEQPACKET, .group = setup->group, .backlog = CLIENTS_MAX};
    int fd;

    if (setup->supervisor.listeners == 1 &&
        sd_notify_listener_is(SD_NOTIFY_FIRST_LISTENER, AF_UNIX, SOCK_SEQPACKET))
        return SD_NOTIFY_FIRST_LISTENER;
    fd = setup->supervisor.listeners == 0 ? local_socket_listen(&wanted) : -1;
    if (setup->supervisor.listeners > 0)
        log_warn("inspector", "socket activation: need exactly one AF_UNIX SOCK_SEQPACKET socket");
    else if (fd < 0 && errno == EADDRINUSE)
        log_warn("inspector", "%s: another inspector is serving there", path);
    else if (fd < 0)
        log_warn("inspector", "%s: %s", path, strerror(errno));
    return fd;
}

/* The quota spent so far survives a restart. */
static struct ratelimit_setup open_limits(const struct service_setup *setup)
{
    const struct limits_file_place place = {setup->config->inspector.socket, "portlight-inspector",
                                            setup->owner};
    struct limits_file_part part = {.len = ratelimit_memory_len()};
    const struct limits_file file = limits_file_open(&place, &part, 1, clock_now_ns());

    return (struct ratelimit_setup){
        .quota = setup->config->inspector.target_quota,
        .window_ns = INSPECTOR_QUOTA_WINDOW_S * NS_PER_S,
        .networks = setup->config->limits.networks,
        .key = part.key,
        .memory = part.memory,
        .spent_ns = file.spent_ns,
    };
}

struct inspector_service *service_open(const struct service_setup *setup)
{
    struct inspector_service *service = calloc(1, sizeof(*service));
    struct jobs_setup jobs = {.config = setup->config,
                              .worker = &setup->worker,
                              .renewable = setup->supervisor.notify >= 0,
                              .event_base = EVENT_JOBS,
                              .answer = on_answer,
                              .context = service};

    if (service == NULL)
        return NULL;
    service->setup = setup;
    service->open_ns = service->stop_ns = UINT64_MAX;
    for (unsigned i = 0; i < CLIENTS_MAX; i++)
        service->clients[i].fd = -1;
    service->listener = open_listener(setup);
    if (service->listener < 0)
        return NULL; /* the process exits, which frees everything */
    local_socket_refuse_descriptors(service->listener);
    service->signal_fd = reload_open_signals();
    service->epoll_fd = jobs.epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    jobs.targets = open_limits(setup);
    service->jobs = jobs_new(&jobs, clock_now_ns());
    if (service->jobs != NULL && service->signal_fd >= 0 && service->epoll_fd >= 0 &&
        watch(service, service->signal_fd, EPOLLIN, EVENT_SIGNAL, EPOLL_CTL_ADD) &&
        watch(service, service->listener, EPOLLIN, EVENT_LISTENER, EPOLL_CTL_ADD))
        return service;
    log_warn("inspector", "cannot set up the event loop: %s", strerror(errno));
    return NULL;
}

/* --- serving ------------------------------------------------------------------------------ */

/* The longest that an inspection with a survey may take. */
static uint64_t longest_ns(const struct config *config)
{
    uint32_t first_ms = config->inspector.deadline_ms;

    if (first_ms < config->inspector.mail_deadline_ms)
        first_ms = config->inspector.mail_deadline_ms;
    if (first_ms < config->inspector.patient_deadline_ms)
        first_ms = config->inspector.patient_deadline_ms;
    return ((uint64_t)first_ms + config->inspector.deadline_ms + STOPPING_RETRY_MS) * NS_PER_MS;
}

static void begin_stopping(struct inspector_service *service)
{
    service->stopping = true;
    service->open_ns = service->now_ns + QUIET_NS;
    service->shut_ns = service->now_ns + LAST_CALL_NS;
    service->stop_ns = service->shut_ns + longest_ns(service->setup->config);
    sd_notify_stopping(&service->setup->supervisor);
}

static void take_signal(struct inspector_service *service)
{
    struct signalfd_siginfo signal;

    if (read(service->signal_fd, &signal, sizeof(signal)) != sizeof(signal))
        return;
    if (signal.ssi_signo == SIGHUP) {
        reload_config(&service->setup->reload, service->setup->config);
        return;
    }
    if (!service->stopping)
        begin_stopping(service);
}

static void handle(struct inspector_service *service, const struct epoll_event *event)
{
    uint32_t number = event->data.u32, index = number - EVENT_CLIENTS;

    if (number == EVENT_SIGNAL) {
        take_signal(service);
    } else if (number == EVENT_LISTENER) {
        accept_one(service);
    } else if (number >= EVENT_JOBS) {
        jobs_event(service->jobs, number, service->now_ns);
    } else if (service->clients[index].fd >= 0) {
        if ((event->events & EPOLLOUT) != 0)
            flush(service, index);
        read_from(service, index);
    }
}

static void beat(struct inspector_service *service)
{
    const struct sd_notify *supervisor = &service->setup->supervisor;

    if (supervisor->beat_ns == 0) {
        service->beat_ns = UINT64_MAX;
    } else if (service->now_ns >= service->beat_ns) {
        sd_notify_watchdog(supervisor);
        service->beat_ns = service->now_ns + supervisor->beat_ns;
    }
}

/* All children share the parent's memory layout.  Under a service manager that restarts it, the
 * process therefore stops after a crash or RENEW_AFTER inspections, once no worker runs. */
static void renew(struct inspector_service *service)
{
    const struct inspect_pong counters = jobs_counters(service->jobs);
    bool crashed = jobs_have_crashed(service->jobs);

    if (service->setup->supervisor.notify < 0 || service->stopping || counters.workers > 0 ||
        (!crashed && counters.inspections < RENEW_AFTER))
        return;
    log_info("inspector", "restarting: %s",
             crashed ? "a worker has crashed" : "every thousand inspections");
    begin_stopping(service);
}

static int timeout_ms(const struct inspector_service *service)
{
    uint64_t next_ns = jobs_next_ns(service->jobs), now_ns = clock_now_ns();

    if (service->beat_ns < next_ns)
        next_ns = service->beat_ns;
    if (service->stop_ns < next_ns)
        next_ns = service->stop_ns;
    if (service->open_ns > now_ns && service->open_ns < next_ns)
        next_ns = service->open_ns;
    for (unsigned i = 0; i < CLIENTS_MAX; i++) {
        const struct client *client = &service->clients[i];
        if (client->fd >= 0 && !client->greeted && client->since_ns + GREETING_NS < next_ns)
            next_ns = client->since_ns + GREETING_NS;
    }
    if (next_ns == UINT64_MAX)
        return -1;
    return next_ns <= now_ns ? 0 : (int)((next_ns - now_ns + NS_PER_MS - 1) / NS_PER_MS);
}

/* Does any client still wait for an answer? */
static bool owes_answers(const struct inspector_service *service)
{
    if (jobs_counters(service->jobs).workers > 0)
        return true;
    for (unsigned i = 0; i < CLIENTS_MAX; i++)
        if (service->clients[i].fd >= 0 && !service->clients[i].doomed &&
            service->clients[i].first != NULL)
            return true;
    return false;
}

bool service_run(struct inspector_service *service)
{
    sd_notify_ready(&service->setup->supervisor);
    service->now_ns = clock_now_ns();
    beat(service);
    while (!service->stopping || service->now_ns < service->open_ns ||
           (owes_answers(service) && service->now_ns < service->stop_ns)) {
        struct epoll_event events[EVENTS_PER_TURN];
        int count = epoll_wait(service->epoll_fd, events, EVENTS_PER_TURN, timeout_ms(service));

        service->now_ns = clock_now_ns();
        for (int i = 0; i < count; i++)
            handle(service, &events[i]);
        jobs_tick(service->jobs, service->now_ns);
        sweep(service);
        beat(service);
        renew(service);
    }
    return true;
}
