/* SPDX-License-Identifier: BSD-2-Clause */
#include "fleet/ask/offered.h"

#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "fleet/message/envelope.h"

enum {
    LINK_EXTRA_MS = 1000, /* WELCOME tells clients to wait this much longer than we do */
    SUSPECT_S = 300,      /* after an impossible answer or a missed beacon */
    EVENTS = 16,
};

/* --- state ------------------------------------------------------------------------------ */
bool offered_engine(const struct offered *offered, unsigned *engine)
{
    for (unsigned i = 0; i < offered->bus->count; i++)
        if (offered->presences[i].is_up && engine_link_is_up(offered->bus->engines[i])) {
            *engine = i;
            return true;
        }
    return false;
}

enum place_state offered_state(const struct offered *offered)
{
    unsigned engine;

    if (offered_engine(offered, &engine))
        return clock_now_ns() < offered->suspect_until_ns ? PLACE_SUSPECT : PLACE_UP;
    for (unsigned i = 0; i < offered->bus->count; i++)
        if (offered->presences[i].is_older || offered->presences[i].is_newer)
            return PLACE_OTHER_VERSION;
    return PLACE_DOWN;
}

void offered_set_presence(struct offered *offered, unsigned engine, bool is_up, const char *why)
{
    struct presence *presence = &offered->presences[engine];

    if (presence->is_up != is_up)
        log_info("ask", "place %s is %s: %s", offered->place.name, is_up ? "up" : "down", why);
    presence->is_up = is_up;
    if (is_up)
        presence->is_older = presence->is_newer = false;
}

void offered_suspect(struct offered *offered)
{
    offered->said.nonsense++;
    offered->suspect_until_ns = clock_now_ns() + SUSPECT_S * NS_PER_S;
    if (log_allows(&offered->log, clock_now_ns()))
        log_warn("ask", "place %s sent an impossible answer", offered->place.name);
}

void offered_missed_beacon(struct offered *offered, const struct beacon *beacon)
{
    char address[ADDR_TEXT_LEN];

    addr_format(&beacon->addr, address);
    offered->said.beacons_wrong++;
    offered->suspect_until_ns = clock_now_ns() + SUSPECT_S * NS_PER_S;
    log_warn("ask", "place %s did not find port %u of the beacon %s %s", offered->place.name,
             beacon->port, address, verdict_state_name(beacon->state));
}

/* --- sending to clients -------------------------------------------------------------------- */

static void tell(struct offered *offered, uint32_t peer, const struct wire_message *message)
{
    peers_send(offered->peers, peer, message);
    peers_flush(offered->peers);
}

void offered_refuse(struct offered *offered, uint32_t peer, uint32_t job,
                    const struct wire_refused *refused)
{
    struct wire_message message = {.type = WIRE_REFUSED, .refused = *refused};

    message.refused.job = job;
    if (peer != QUESTION_NO_PEER)
        tell(offered, peer, &message);
}

void offered_refuse_with(struct offered *offered, uint32_t peer, uint32_t job,
                         enum wire_refusal reason)
{
    const struct wire_refused refused = {
        .reason = reason,
        .port_index = WIRE_NO_PORT,
        .retry_after_ms = reason == REFUSED_BUSY ? 1000 : 0,
    };

    offered_refuse(offered, peer, job, &refused);
}

void offered_tell_results(struct offered *offered, const struct question *question,
                          const struct nats_text *payload)
{
    struct reader envelope = reader_of(payload->at, payload->len);
    struct wire_message message;

    while (envelope_next(&envelope, WIRE_PROBER, &message) == ENVELOPE_MESSAGE) {
        switch (message.type) {
        case WIRE_HOP: message.hop.job = question->check.job; break;
        case WIRE_PACKET: message.packet.job = question->check.job; break;
        default: message.result.job = question->check.job; break;
        }
        peers_send(offered->peers, question->peer, &message);
    }
    peers_flush(offered->peers);
}

static void answer_ping(struct offered *offered, uint32_t peer, uint64_t token)
{
    struct wire_message place = {.type = WIRE_PLACE, .place = offered->said};
    struct wire_message pong = {.type = WIRE_PONG, .pong = offered->counters};

    place.place.state = offered_state(offered);
    for (unsigned i = 0; i < offered->bus->count; i++)
        place.place.engines |= (uint32_t)engine_link_is_up(offered->bus->engines[i]) << i;
    pong.pong.token = token;
    peers_send(offered->peers, peer, &place);
    tell(offered, peer, &pong);
}

/* --- peers --------------------------------------------------------------------------------- */

static void on_message(void *context, uint32_t peer, const struct wire_message *message)
{
    struct offered *offered = context;

    switch (message->type) {
    case WIRE_PING: answer_ping(offered, peer, message->token); break;
    case WIRE_CHECK: offered->ops->check(offered, peer, &message->check); break;
    case WIRE_CANCEL: offered->ops->cancel(offered, peer, message->job); break;
    default: break; /* peers.h passes no others */
    }
}

static void on_greeted(void *context, uint32_t peer)
{
    (void)context, (void)peer;
}

static void on_gone(void *context, uint32_t peer)
{
    struct offered *offered = context;

    offered->ops->gone(offered, peer);
}

/* The peers share an epoll instance, which is readable when any of them has an event. */
static void on_peers(void *context, bool readable, bool writable)
{
    struct offered *offered = context;
    struct epoll_event events[EVENTS];
    int count = epoll_wait(offered->epoll_fd, events, EVENTS, 0);

    (void)readable, (void)writable;
    for (int i = 0; i < count; i++)
        peers_event(offered->peers, events[i].data.u32, events[i].events);
    peers_flush(offered->peers);
    peers_sweep(offered->peers, clock_now_ns());
}

bool offered_open(struct offered *offered, struct loop *loop, const struct config *config,
                  gid_t group)
{
    const struct policy *policy = &config->policy;
    const struct peers_ops ops = {on_message, on_greeted, on_gone, offered};
    const struct wire_welcome welcome = {
        .max_ports = policy->max_ports,
        .timeout_ms = (uint16_t)policy->timeout_ms,
        .linger_ms = (uint16_t)(policy->linger_ms + LINK_EXTRA_MS),
    };
    char path[PLACE_PATH_LEN];
    int listener;

    if (!place_socket(config->fleet.directory, offered->place.name, path)) {
        log_warn("ask", "fleet.directory: with /%s.sock, too long for a socket's path",
                 offered->place.name);
        return false;
    }
    listener = peers_listen(path, group);
    if (listener < 0)
        return false;
    offered->peers = peers_new(listener, group, &welcome, &ops);
    offered->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (offered->peers == NULL || offered->epoll_fd < 0 ||
        !peers_watch(offered->peers, offered->epoll_fd, 0))
        return false;
    offered->watch = loop_watch_new(loop, offered->epoll_fd, on_peers, offered);
    if (offered->watch == NULL)
        return false;
    loop_watch_set(offered->watch, true, false);
    return true;
}

void offered_close(struct offered *offered)
{
    loop_watch_free(offered->watch);
    if (offered->peers != NULL) {
        peers_free(offered->peers);
        close(offered->epoll_fd);
    }
}
