/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/daemon/event_loop.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "prober/io/capture.h"
#include "prober/engine/engine.h"
#include "prober/io/route.h"
#include "prober/io/raw_sender.h"
#include "prober/io/source_ports.h"

_Static_assert((int)CLIENTS_MAX <= (int)ENGINE_CLIENTS_MAX, "the engine has room for every client");

#define STOP_NS (4 * NS_PER_S) /* the longest a check may still take */

enum {
    CAPACITY = 131072,     /* probes in flight */
    PACKETS_A_TURN = 4096, /* more than a turn sends: the capture must not fall behind */
    RANDOM_LEN = 4096,
    EVENTS_A_TURN = 16,
};

/* What epoll reports; clients_watch takes the numbers from EVENT_CLIENTS on. */
enum { EVENT_SIGNAL, EVENT_CAPTURE, EVENT_SENDER, EVENT_CLIENTS };

struct serve {
    const struct serve_setup *setup;
    struct engine *engine;
    struct sender *sender;
    struct capture *capture;
    struct route *route;
    struct clients *clients;
    int epoll_fd, signal_fd;
    uint64_t now_ns; /* of this wake-up */
    struct capture_counts counts;
    bool stopping;
    uint64_t beat_ns,
        stop_ns; /* when to tell the supervisor, when to stop waiting; UINT64_MAX: never */
    size_t random_used;
    uint8_t random[RANDOM_LEN];
};

static void on_send(void *context, const struct segment *segment, uint64_t tag)
{
    struct serve *serve = context;

    sender_queue(serve->sender, segment, tag);
}

static void on_send_echo(void *context, const struct echo_request *request)
{
    struct serve *serve = context;

    sender_queue_echo(serve->sender, request, ENGINE_NO_TAG);
}

static void on_send_failed(void *context, uint64_t tag, int error)
{
    struct serve *serve = context;

    engine_send_failed(serve->engine, tag, error, serve->now_ns);
}

static int on_source(void *context, const struct addr *dst, struct addr *src)
{
    struct serve *serve = context;

    return route_source(serve->route, dst, src, serve->now_ns);
}

static void on_random(void *context, void *out, size_t len)
{
    struct serve *serve = context;

    if (serve->random_used + len > sizeof(serve->random)) {
        if (getrandom(serve->random, sizeof(serve->random), 0) != sizeof(serve->random))
            log_fatal("serve", "no random numbers: %s", strerror(errno));
        serve->random_used = 0;
    }
    memcpy(out, serve->random + serve->random_used, len);
    memset(serve->random + serve->random_used, 0, len);
    serve->random_used += len;
}

static uint64_t on_losses(void *context)
{
    const struct serve *serve = context;

    return serve->counts.lost;
}

static void on_refuse(void *context, uint32_t client, const struct wire_refused *refused)
{
    struct serve *serve = context;
    struct wire_message message = {.type = WIRE_REFUSED, .refused = *refused};

    clients_send(serve->clients, client, &message);
}

static void on_result(void *context, uint32_t client, const struct wire_result *result)
{
    struct serve *serve = context;
    struct wire_message message = {.type = WIRE_RESULT, .result = *result};

    clients_send(serve->clients, client, &message);
}

static void on_hop(void *context, uint32_t client, const struct wire_hop *hop)
{
    struct serve *serve = context;
    struct wire_message message = {.type = WIRE_HOP, .hop = *hop};

    clients_send(serve->clients, client, &message);
}

static void on_wire_packet(void *context, uint32_t client, const struct wire_packet *packet)
{
    struct serve *serve = context;
    struct wire_message message = {.type = WIRE_PACKET, .packet = *packet};

    clients_send(serve->clients, client, &message);
}

static void on_packet(void *context, const struct packet *packet)
{
    struct serve *serve = context;

    engine_packet(serve->engine, packet, serve->now_ns);
}

static void answer_ping(struct serve *serve, uint32_t client, uint64_t token)
{
    struct wire_message message = {
        .type = WIRE_PONG,
        .pong =
            {
                .token = token,
                .packets_sent = sender_count(serve->sender),
                .packets_captured = serve->counts.captured,
                .packets_lost = serve->counts.lost,
                .probes_in_flight = engine_probes_in_flight(serve->engine),
            },
    };

    clients_send(serve->clients, client, &message);
}

static void on_message(void *context, uint32_t client, const struct wire_message *message)
{
    struct serve *serve = context;
    const struct wire_refused stopping = {
        .job = message->check.job,
        .reason = REFUSED_BUSY,
        .port_index = WIRE_NO_PORT,
        .retry_after_ms = 1000,
    };

    switch (message->type) {
    case WIRE_CHECK:
        if (serve->stopping)
            on_refuse(serve, client, &stopping);
        else
            engine_check(serve->engine, client, &message->check, serve->now_ns);
        break;
    case WIRE_CANCEL: engine_cancel(serve->engine, client, message->job); break;
    case WIRE_PING: answer_ping(serve, client, message->token); break;
    default: break; /* the others come from the prober, or were the greeting */
    }
}

static void on_gone(void *context, uint32_t client)
{
    struct serve *serve = context;

    engine_forget(serve->engine, client);
}

static bool watch(struct serve *serve, int fd, uint32_t events, uint32_t event)
{
    struct epoll_event wanted = {.events = events, .data.u32 = event};

    return epoll_ctl(serve->epoll_fd, EPOLL_CTL_ADD, fd, &wanted) == 0;
}

/* Signals are read like everything else, from a descriptor. */
static int open_signals(void)
{
    sigset_t signals;

    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    if (sigprocmask(SIG_BLOCK, &signals, NULL) != 0)
        return -1;
    return signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
}

static bool open_network(struct serve *serve, struct engine_config *engine)
{
    char error[CAPTURE_ERROR_LEN];
    uint16_t low, high;

    if (!source_ports_reserve(engine->source_ports, ENGINE_SOURCE_PORTS)) {
        log_warn("serve", "cannot reserve source ports: %s", strerror(errno));
        return false;
    }
    serve->sender = sender_open(on_send_failed, serve);
    if (serve->sender == NULL) {
        log_warn("serve", "cannot open raw sockets: %s", strerror(errno));
        return false;
    }
    source_ports_span(engine->source_ports, ENGINE_SOURCE_PORTS, &low, &high);
    on_random(serve, &engine->echo_id, sizeof(engine->echo_id));
    engine->echo_id &= 0xfffe;
    serve->capture = capture_open(low, high, engine->echo_id, error);
    if (serve->capture == NULL) {
        log_warn("serve", "cannot open the capture: %s", error);
        return false;
    }
    serve->route = route_open();
    return serve->route != NULL;
}

static bool open_loop(struct serve *serve)
{
    serve->signal_fd = open_signals();
    serve->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    return serve->signal_fd >= 0 && serve->epoll_fd >= 0 &&
           watch(serve, serve->signal_fd, EPOLLIN, EVENT_SIGNAL) &&
           watch(serve, capture_fd(serve->capture), EPOLLIN, EVENT_CAPTURE) &&
           watch(serve, sender_alarm_fd(serve->sender), EPOLLIN | EPOLLET, EVENT_SENDER) &&
           clients_watch(serve->clients, serve->epoll_fd, EVENT_CLIENTS);
}

/* The supervisor's socket, or our own; -1 after logging why. */
static int open_listener(const struct serve_setup *setup)
{
    if (setup->supervisor.listeners == 0)
        return clients_listen(setup->config->prober.socket, setup->group);
    if (setup->supervisor.listeners == 1 &&
        supervisor_listener_is(SUPERVISOR_FIRST_LISTENER, AF_UNIX, SOCK_SEQPACKET))
        return SUPERVISOR_FIRST_LISTENER;
    log_warn("serve", "the socket given must be one, AF_UNIX and SOCK_SEQPACKET");
    return -1;
}

static bool open_clients(struct serve *serve)
{
    const struct policy *policy = &serve->setup->config->policy;
    const struct clients_ops ops = {on_message, on_gone, serve};
    const struct wire_welcome welcome = {
        .max_ports = policy->max_ports,
        .timeout_ms = (uint16_t)policy->timeout_ms,
        .linger_ms = (uint16_t)policy->linger_ms,
    };
    int listener = open_listener(serve->setup);

    if (listener >= 0)
        serve->clients = clients_new(listener, serve->setup->group, &welcome, &ops);
    return serve->clients != NULL;
}

struct serve *serve_open(const struct serve_setup *setup)
{
    struct serve *serve = calloc(1, sizeof(*serve));
    const struct config *config = setup->config;
    struct engine_config engine = {
        .policy = &config->policy,
        .capacity = CAPACITY,
        .max_rate = config->prober.max_rate,
        .target_quota = config->limits.target_quota,
        .networks = config->limits.networks,
        .target_window_ns = config->limits.target_window_s * NS_PER_S,
        .ops = {on_send, on_send_echo, on_source, on_random, on_losses, on_refuse, on_hop,
                on_wire_packet, on_result},
        .context = serve,
    };

    if (serve == NULL)
        return NULL;
    serve->setup = setup;
    serve->random_used = sizeof(serve->random);
    serve->stop_ns = UINT64_MAX;
    if (!open_network(serve, &engine) || !open_clients(serve))
        return NULL; /* start-up: the process ends, and everything with it */
    serve->engine = engine_new(&engine, clock_now_ns());
    if (serve->engine == NULL)
        return NULL;
    if (!open_loop(serve)) {
        log_warn("serve", "cannot set up the event loop: %s", strerror(errno));
        return NULL;
    }
    return serve;
}

int serve_start_thread(struct serve *serve)
{
    return sender_start_thread(serve->sender);
}

struct sandbox_descriptors serve_descriptors(const struct serve *serve)
{
    return (struct sandbox_descriptors){
        .raw_ipv4 = sender_fd(serve->sender, ADDR_IPV4),
        .raw_ipv6 = sender_fd(serve->sender, ADDR_IPV6),
        .route_ipv4 = route_fd(serve->route, ADDR_IPV4),
        .route_ipv6 = route_fd(serve->route, ADDR_IPV6),
        .capture = capture_fd(serve->capture),
        .alarm = sender_alarm_fd(serve->sender),
        .listener = clients_listener(serve->clients),
        .signals = serve->signal_fd,
        .manager = serve->setup->supervisor.notify,
        .configuration = serve->setup->reload.directory,
    };
}

static int timeout_ms(const struct serve *serve)
{
    const uint64_t wanted[] = {engine_next_ns(serve->engine), clients_next_ns(serve->clients),
                               serve->stop_ns, serve->beat_ns};
    uint64_t next_ns = UINT64_MAX;
    uint64_t now_ns = clock_now_ns();

    for (size_t i = 0; i < ARRAY_LEN(wanted); i++)
        next_ns = wanted[i] < next_ns ? wanted[i] : next_ns;
    if (next_ns == UINT64_MAX)
        return -1;
    return next_ns <= now_ns ? 0 : (int)((next_ns - now_ns + NS_PER_MS - 1) / NS_PER_MS);
}

static void take_signal(struct serve *serve)
{
    struct signalfd_siginfo signal;

    if (read(serve->signal_fd, &signal, sizeof(signal)) != sizeof(signal))
        return;
    if (signal.ssi_signo == SIGHUP) {
        reload_policy(&serve->setup->reload, &serve->setup->config->policy);
        return;
    }
    if (serve->stopping)
        return;
    serve->stopping = true;
    serve->stop_ns = serve->now_ns + STOP_NS;
    clients_stop_listening(serve->clients);
    supervisor_stopping(&serve->setup->supervisor);
}

static bool handle(struct serve *serve, const struct epoll_event *event)
{
    switch (event->data.u32) {
    case EVENT_SIGNAL: take_signal(serve); return true;
    case EVENT_CAPTURE:
        if (capture_read(serve->capture, PACKETS_A_TURN, on_packet, serve) >= 0)
            return true;
        log_warn("serve", "the capture has ended: %s", capture_error(serve->capture));
        return false;
    case EVENT_SENDER: return true; /* every turn looks after the sender */
    default: clients_event(serve->clients, event->data.u32, event->events); return true;
    }
}

/* The watchdog hears of every turn that a loop makes, not of a thread beside it. */
static void beat(struct serve *serve)
{
    const struct supervisor *supervisor = &serve->setup->supervisor;

    if (supervisor->beat_ns == 0) {
        serve->beat_ns = UINT64_MAX;
    } else if (serve->now_ns >= serve->beat_ns) {
        supervisor_beat(supervisor);
        serve->beat_ns = serve->now_ns + supervisor->beat_ns;
    }
}

bool serve_run(struct serve *serve)
{
    supervisor_ready(&serve->setup->supervisor);
    while (!serve->stopping ||
           (engine_probes_in_flight(serve->engine) > 0 && clock_now_ns() < serve->stop_ns)) {
        struct epoll_event events[EVENTS_A_TURN];
        int count = epoll_wait(serve->epoll_fd, events, EVENTS_A_TURN, timeout_ms(serve));

        serve->now_ns = clock_now_ns();
        serve->counts = capture_count(serve->capture);
        /* after a stall, what came in time is looked at before time is called */
        if (engine_next_ns(serve->engine) <= serve->now_ns)
            capture_read(serve->capture, PACKETS_A_TURN, on_packet, serve);
        engine_tick(serve->engine, serve->now_ns);
        for (int i = 0; i < count; i++)
            if (!handle(serve, &events[i]))
                return false;
        sender_flush(serve->sender);
        clients_flush(serve->clients);
        clients_sweep(serve->clients, serve->now_ns);
        beat(serve);
    }
    sender_finish(serve->sender);
    return true;
}
