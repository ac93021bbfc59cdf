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
#include "common/contract/target_quota.h"
#include "common/daemon/limits_file.h"
#include "prober/engine/engine.h"
#include "prober/io/capture.h"
#include "prober/io/raw_sender.h"
#include "prober/io/route.h"
#include "prober/io/source_ports.h"
#include "prober/packet/capture_marks.h"

_Static_assert((int)PEERS_MAX <= (int)ENGINE_PEERS_MAX, "the engine can count every peer");

enum {
    CAPACITY = 131072,       /* probes in flight */
    PACKETS_PER_TURN = 4096, /* more than a turn sends, so that the capture doesn't fall behind */
    RANDOM_LEN = 4096,
    EVENTS_PER_TURN = 16,
};

/* Checks sent before a stop are still admitted.  They may arrive in several rounds, because a Unix
 * socket holds only net.unix.max_dgram_qlen messages: admission ends after QUIET_NS without a
 * check, and after LAST_CALL_NS at the latest. */
#define QUIET_NS     (200 * NS_PER_MS)
#define LAST_CALL_NS (1 * NS_PER_S)

/* epoll's data.u32; peers_watch uses the numbers from EVENT_PEERS on. */
enum { EVENT_SIGNAL, EVENT_CAPTURE, EVENT_SENDER, EVENT_PEERS };

struct event_loop {
    const struct event_loop_setup *setup;
    struct engine *engine;
    struct raw_sender *sender;
    struct capture *capture;
    struct route *route;
    struct peers *peers;
    int epoll_fd, signal_fd;
    uint64_t now_ns;           /* time of this wake-up */
    uint64_t longest_check_ns; /* under any policy so far */
    struct capture_counts counts;
    bool stopping;
    uint64_t beat_ns; /* when the watchdog message is due; UINT64_MAX: never */
    /* when stopping, else UINT64_MAX */
    uint64_t open_ns; /* checks are admitted until then; each one extends it */
    uint64_t shut_ns; /* but not beyond this */
    uint64_t stop_ns; /* when to stop waiting for results */
    size_t random_used;
    uint8_t random[RANDOM_LEN];
};

static void on_send(void *context, const struct segment *segment, uint64_t tag)
{
    struct event_loop *event_loop = context;

    raw_sender_queue(event_loop->sender, segment, tag);
}

static void on_send_echo(void *context, const struct echo_request *request)
{
    struct event_loop *event_loop = context;

    raw_sender_queue_echo(event_loop->sender, request, ENGINE_NO_TAG);
}

static void on_send_failed(void *context, uint64_t tag, int error)
{
    struct event_loop *event_loop = context;

    engine_send_failed(event_loop->engine, tag, error, event_loop->now_ns);
}

static int on_source(void *context, const struct addr *dst, struct addr *src)
{
    struct event_loop *event_loop = context;

    return route_source(event_loop->route, dst, src, event_loop->now_ns);
}

static enum route_kind on_route(void *context, const struct addr *dst)
{
    struct event_loop *event_loop = context;

    return route_kind(event_loop->route, dst, event_loop->now_ns);
}

static void on_random(void *context, void *out, size_t len)
{
    struct event_loop *event_loop = context;

    if (event_loop->random_used + len > sizeof(event_loop->random)) {
        if (getrandom(event_loop->random, sizeof(event_loop->random), 0) !=
            sizeof(event_loop->random))
            log_fatal("prober", "no random numbers: %s", strerror(errno));
        event_loop->random_used = 0;
    }
    memcpy(out, event_loop->random + event_loop->random_used, len);
    memset(event_loop->random + event_loop->random_used, 0, len);
    event_loop->random_used += len;
}

static uint64_t on_losses(void *context)
{
    const struct event_loop *event_loop = context;

    return event_loop->counts.lost;
}

static void on_reply(void *context, uint32_t peer, const struct wire_message *message)
{
    struct event_loop *event_loop = context;

    peers_send(event_loop->peers, peer, message);
}

static void on_packet(void *context, const struct packet *packet)
{
    struct event_loop *event_loop = context;

    engine_packet(event_loop->engine, packet, event_loop->now_ns);
}

static void answer_ping(struct event_loop *event_loop, uint32_t peer, uint64_t token)
{
    struct wire_message message = {
        .type = WIRE_PONG,
        .pong =
            {
                .token = token,
                .packets_sent = raw_sender_count(event_loop->sender),
                .packets_captured = event_loop->counts.captured,
                .packets_lost = event_loop->counts.lost,
                .probes_in_flight = engine_probes_in_flight(event_loop->engine),
            },
    };

    peers_send(event_loop->peers, peer, &message);
}

static void take_check(struct event_loop *event_loop, uint32_t peer, const struct wire_check *check)
{
    const struct wire_message stopping = {
        .type = WIRE_REFUSED,
        .refused =
            {
                .job = check->job,
                .reason = REFUSED_BUSY,
                .port_index = WIRE_NO_PORT,
                .retry_after_ms = 1000,
            },
    };
    uint64_t now_ns = event_loop->now_ns;

    if (event_loop->stopping && now_ns >= event_loop->open_ns) {
        peers_send(event_loop->peers, peer, &stopping);
        return;
    }
    if (event_loop->stopping)
        event_loop->open_ns =
            now_ns + QUIET_NS < event_loop->shut_ns ? now_ns + QUIET_NS : event_loop->shut_ns;
    engine_check(event_loop->engine, peer, check, now_ns);
}

static void on_message(void *context, uint32_t peer, const struct wire_message *message)
{
    struct event_loop *event_loop = context;

    switch (message->type) {
    case WIRE_CHECK: take_check(event_loop, peer, &message->check); break;
    case WIRE_CANCEL: engine_cancel(event_loop->engine, peer, message->job); break;
    case WIRE_PING: answer_ping(event_loop, peer, message->token); break;
    default: break; /* peers.h passes no others */
    }
}

static void on_greeted(void *context, uint32_t peer)
{
    const struct event_loop *event_loop = context;

    engine_greet(event_loop->engine, peer);
}

static void on_gone(void *context, uint32_t peer)
{
    struct event_loop *event_loop = context;

    engine_forget(event_loop->engine, peer);
}

static bool watch(struct event_loop *event_loop, int fd, uint32_t events, uint32_t event)
{
    struct epoll_event wanted = {.events = events, .data.u32 = event};

    return epoll_ctl(event_loop->epoll_fd, EPOLL_CTL_ADD, fd, &wanted) == 0;
}

static bool open_network(struct event_loop *event_loop, struct engine_config *engine)
{
    char error[CAPTURE_ERROR_LEN];
    struct source_ports_span spans[SOURCE_PORTS_SPANS];

    if (!source_ports_reserve(engine->source_ports, ENGINE_SOURCE_PORTS, ENGINE_PORTS_PER_GROUP)) {
        log_warn("prober", "cannot reserve source ports: %s", strerror(errno));
        return false;
    }
    event_loop->sender = raw_sender_open(on_send_failed, event_loop);
    if (event_loop->sender == NULL) {
        log_warn("prober", "cannot open raw sockets: %s", strerror(errno));
        return false;
    }
    source_ports_spans(engine->source_ports, ENGINE_SOURCE_PORTS, ENGINE_PORTS_PER_GROUP, spans);
    engine->owner = capture_owner(spans[0].low);
    event_loop->capture = capture_open(spans, error);
    if (event_loop->capture == NULL) {
        log_warn("prober", "cannot open the capture: %s", error);
        return false;
    }
    event_loop->route = route_open();
    if (event_loop->route == NULL)
        log_warn("prober", "cannot open the route lookup: %s", strerror(errno));
    return event_loop->route != NULL;
}

static bool open_loop(struct event_loop *event_loop)
{
    event_loop->signal_fd = reload_open_signals();
    event_loop->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    return event_loop->signal_fd >= 0 && event_loop->epoll_fd >= 0 &&
           watch(event_loop, event_loop->signal_fd, EPOLLIN, EVENT_SIGNAL) &&
           watch(event_loop, capture_fd(event_loop->capture), EPOLLIN, EVENT_CAPTURE) &&
           watch(event_loop, raw_sender_wakeup_fd(event_loop->sender), EPOLLIN | EPOLLET,
                 EVENT_SENDER) &&
           peers_watch(event_loop->peers, event_loop->epoll_fd, EVENT_PEERS);
}

/* The socket from systemd, or our own.  Returns -1 after logging why. */
static int open_listener(const struct event_loop_setup *setup)
{
    if (setup->supervisor.listeners == 0)
        return peers_listen(setup->config->prober.socket, setup->group);
    if (setup->supervisor.listeners == 1 &&
        sd_notify_listener_is(SD_NOTIFY_FIRST_LISTENER, AF_UNIX, SOCK_SEQPACKET))
        return SD_NOTIFY_FIRST_LISTENER;
    log_warn("prober", "systemd must pass exactly one socket, AF_UNIX and SOCK_SEQPACKET");
    return -1;
}

static bool open_peers(struct event_loop *event_loop)
{
    const struct policy *policy = &event_loop->setup->config->policy;
    const struct peers_ops ops = {on_message, on_greeted, on_gone, event_loop};
    const struct wire_welcome welcome = {
        .max_ports = policy->max_ports,
        .timeout_ms = (uint16_t)policy->timeout_ms,
        .linger_ms = (uint16_t)policy->linger_ms,
    };
    int listener = open_listener(event_loop->setup);

    if (listener < 0)
        return false;
    event_loop->peers = peers_new(listener, event_loop->setup->group, &welcome, &ops);
    if (event_loop->peers == NULL)
        log_warn("prober", "out of memory for peers");
    return event_loop->peers != NULL;
}

/* The quotas of targets, in memory that survives the process. */
static struct ratelimit_setup open_limits(const struct event_loop_setup *setup)
{
    const struct limits_file_place place = {setup->config->prober.socket, "portlight-prober",
                                            setup->owner};
    struct limits_file_part part = {.len = ratelimit_memory_len()};
    const struct limits_file file = limits_file_open(&place, &part, 1, clock_now_ns());

    return (struct ratelimit_setup){
        .quota = target_quota_sum(setup->config->limits.target_quota),
        .window_ns = setup->config->limits.target_window_s * NS_PER_S,
        .networks = setup->config->limits.networks,
        .key = part.key,
        .memory = part.memory,
        .spent_ns = file.spent_ns,
    };
}

/* Called for each new policy.  Checks admitted under an earlier one may take longer. */
static void note_policy(struct event_loop *event_loop)
{
    uint64_t longest_ns = engine_longest_check_ns(&event_loop->setup->config->policy);

    if (longest_ns > event_loop->longest_check_ns)
        event_loop->longest_check_ns = longest_ns;
}

struct event_loop *event_loop_open(const struct event_loop_setup *setup)
{
    struct event_loop *event_loop = calloc(1, sizeof(*event_loop));
    const struct config *config = setup->config;
    struct engine_config engine = {
        .policy = &config->policy,
        .capacity = CAPACITY,
        .max_rate = config->prober.max_rate,
        .ops = {on_send, on_send_echo, on_source, on_route, on_random, on_losses, on_reply},
        .context = event_loop,
    };

    if (event_loop == NULL) {
        log_warn("prober", "out of memory for the event loop");
        return NULL;
    }
    event_loop->setup = setup;
    note_policy(event_loop);
    event_loop->random_used = sizeof(event_loop->random);
    event_loop->open_ns = event_loop->stop_ns = UINT64_MAX;
    if (!open_network(event_loop, &engine) || !open_peers(event_loop))
        return NULL; /* the process exits, and that closes everything */
    engine.targets = open_limits(setup);
    event_loop->engine = engine_new(&engine, clock_now_ns());
    if (event_loop->engine == NULL) {
        log_warn("prober", "out of memory for %d probes", CAPACITY);
        return NULL;
    }
    if (!open_loop(event_loop)) {
        log_warn("prober", "cannot set up the event loop: %s", strerror(errno));
        return NULL;
    }
    return event_loop;
}

int event_loop_start_thread(struct event_loop *event_loop)
{
    return raw_sender_start_thread(event_loop->sender);
}

struct sandbox_descriptors event_loop_descriptors(const struct event_loop *event_loop)
{
    return (struct sandbox_descriptors){
        .raw_ipv4 = raw_sender_fd(event_loop->sender, ADDR_IPV4),
        .raw_ipv6 = raw_sender_fd(event_loop->sender, ADDR_IPV6),
        .route_ipv4 = route_fd(event_loop->route, ADDR_IPV4),
        .route_ipv6 = route_fd(event_loop->route, ADDR_IPV6),
        .route_netlink = route_netlink_fd(event_loop->route),
        .capture = capture_fd(event_loop->capture),
        .wakeup = raw_sender_wakeup_fd(event_loop->sender),
        .listener = peers_listener(event_loop->peers),
        .signals = event_loop->signal_fd,
        .manager = event_loop->setup->supervisor.notify,
        .configuration = event_loop->setup->reload.directory,
    };
}

static int timeout_ms(const struct event_loop *event_loop)
{
    const uint64_t wanted[] = {engine_next_ns(event_loop->engine), peers_next_ns(event_loop->peers),
                               event_loop->stop_ns, event_loop->beat_ns,
                               event_loop->open_ns > event_loop->now_ns ? event_loop->open_ns
                                                                        : UINT64_MAX};
    uint64_t next_ns = UINT64_MAX;
    uint64_t now_ns = clock_now_ns();

    for (size_t i = 0; i < ARRAY_LEN(wanted); i++)
        next_ns = wanted[i] < next_ns ? wanted[i] : next_ns;
    if (next_ns == UINT64_MAX)
        return -1;
    return next_ns <= now_ns ? 0 : (int)((next_ns - now_ns + NS_PER_MS - 1) / NS_PER_MS);
}

static void take_signal(struct event_loop *event_loop)
{
    struct signalfd_siginfo signal;

    if (read(event_loop->signal_fd, &signal, sizeof(signal)) != sizeof(signal))
        return;
    /* while stopping, the file would get the number of the closed listener, from which the sandbox
     * allows no read */
    if (event_loop->stopping)
        return;
    if (signal.ssi_signo == SIGHUP) {
        reload_config(&event_loop->setup->reload, event_loop->setup->config);
        note_policy(event_loop);
        return;
    }
    event_loop->stopping = true;
    event_loop->open_ns = event_loop->now_ns + QUIET_NS;
    event_loop->shut_ns = event_loop->now_ns + LAST_CALL_NS;
    event_loop->stop_ns = event_loop->shut_ns + event_loop->longest_check_ns;
    peers_stop_listening(event_loop->peers);
    sd_notify_stopping(&event_loop->setup->supervisor);
}

static bool handle(struct event_loop *event_loop, const struct epoll_event *event)
{
    switch (event->data.u32) {
    case EVENT_SIGNAL: take_signal(event_loop); return true;
    case EVENT_CAPTURE:
        if (capture_read(event_loop->capture, PACKETS_PER_TURN, on_packet, event_loop) >= 0)
            return true;
        log_warn("prober", "the capture has ended: %s", capture_error(event_loop->capture));
        return false;
    case EVENT_SENDER: return true; /* each turn flushes the sender anyway */
    default: peers_event(event_loop->peers, event->data.u32, event->events); return true;
    }
}

/* Sends the watchdog message from the loop itself, so that systemd notices if the loop hangs. */
static void beat(struct event_loop *event_loop)
{
    const struct sd_notify *supervisor = &event_loop->setup->supervisor;

    if (supervisor->beat_ns == 0) {
        event_loop->beat_ns = UINT64_MAX;
    } else if (event_loop->now_ns >= event_loop->beat_ns) {
        sd_notify_watchdog(supervisor);
        event_loop->beat_ns = event_loop->now_ns + supervisor->beat_ns;
    }
}

/* Are there probes in flight, or replies not sent yet? */
static bool owes_answers(const struct event_loop *event_loop)
{
    return engine_probes_in_flight(event_loop->engine) > 0 || !peers_are_flushed(event_loop->peers);
}

bool event_loop_run(struct event_loop *event_loop)
{
    sd_notify_ready(&event_loop->setup->supervisor);
    while (!event_loop->stopping || clock_now_ns() < event_loop->open_ns ||
           (owes_answers(event_loop) && clock_now_ns() < event_loop->stop_ns)) {
        struct epoll_event events[EVENTS_PER_TURN];
        int count =
            epoll_wait(event_loop->epoll_fd, events, EVENTS_PER_TURN, timeout_ms(event_loop));

        event_loop->now_ns = clock_now_ns();
        event_loop->counts = capture_count(event_loop->capture);
        /* after a stall, handle packets that arrived in time before timers expire */
        if (engine_next_ns(event_loop->engine) <= event_loop->now_ns)
            capture_read(event_loop->capture, PACKETS_PER_TURN, on_packet, event_loop);
        engine_tick(event_loop->engine, event_loop->now_ns);
        for (int i = 0; i < count; i++)
            if (!handle(event_loop, &events[i]))
                return false;
        raw_sender_flush(event_loop->sender);
        peers_flush(event_loop->peers);
        peers_sweep(event_loop->peers, event_loop->now_ns);
        beat(event_loop);
    }
    raw_sender_finish(event_loop->sender);
    return true;
}
