/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/peers/peers.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/contract/outbox.h"
#include "common/contract/seqpacket.h"
#include "common/daemon/local_socket.h"

#define GREETING_NS (2 * NS_PER_S) /* HELLO must come within this time of connecting */

enum {
    QUEUE_LEN = 32768, /* messages kept for a peer that is slow to read */
};

struct peer {
    int fd; /* -1: free */
    uid_t uid;
    uint64_t since_ns; /* when it connected */
    bool greeted;
    bool is_full;
    bool doomed; /* the next sweep drops it */
    struct outbox *outbox;
};

struct peers {
    int listener;
    int epoll_fd;
    uint32_t event_base;
    gid_t group;
    struct wire_welcome welcome;
    struct peers_ops ops;
    struct peer all[PEERS_MAX];
    struct log_limit log;
    struct seqpacket_inbox inbox;
};

int peers_listen(const char *path, gid_t group)
{
    int fd = local_socket_listen(&(struct local_socket){
        .path = path, .type = SOCK_SEQPACKET, .group = group, .backlog = PEERS_MAX});

    if (fd < 0 && errno == EADDRINUSE)
        log_warn("peers", "%s: another process serves there", path);
    else if (fd < 0)
        log_warn("peers", "%s: %s", path, strerror(errno));
    return fd;
}

struct peers *peers_new(int listener, gid_t group, const struct wire_welcome *welcome,
                        const struct peers_ops *ops)
{
    struct peers *peers = calloc(1, sizeof(*peers));
    bool complete = true;

    if (peers == NULL)
        return NULL;
    for (unsigned i = 0; i < PEERS_MAX; i++) {
        peers->all[i] = (struct peer){.fd = -1, .outbox = outbox_new(QUEUE_LEN)};
        complete = complete && peers->all[i].outbox != NULL;
    }
    if (!complete) {
        peers->listener = -1; /* remains the caller's */
        peers_free(peers);
        return NULL;
    }
    peers->listener = listener;
    peers->group = group;
    peers->welcome = *welcome;
    peers->ops = *ops;
    local_socket_refuse_descriptors(listener);
    return peers;
}

void peers_free(struct peers *peers)
{
    for (unsigned i = 0; i < PEERS_MAX; i++) {
        if (peers->all[i].fd >= 0)
            close(peers->all[i].fd);
        outbox_free(peers->all[i].outbox);
    }
    peers_stop_listening(peers);
    free(peers);
}

int peers_listener(const struct peers *peers)
{
    return peers->listener;
}

static bool watch(const struct peers *peers, int fd, uint32_t events, uint32_t event, int how)
{
    struct epoll_event wanted = {.events = events, .data.u32 = peers->event_base + event};

    return epoll_ctl(peers->epoll_fd, how, fd, &wanted) == 0;
}

bool peers_watch(struct peers *peers, int epoll_fd, uint32_t event_base)
{
    peers->epoll_fd = epoll_fd;
    peers->event_base = event_base;
    return watch(peers, peers->listener, EPOLLIN, 0, EPOLL_CTL_ADD);
}

void peers_stop_listening(struct peers *peers)
{
    if (peers->listener >= 0)
        close(peers->listener);
    peers->listener = -1;
}

static void drop(struct peers *peers, uint32_t index)
{
    struct peer *peer = &peers->all[index];

    if (peer->fd < 0)
        return;
    close(peer->fd); /* also removes it from the epoll instance */
    peer->fd = -1;
    peer->doomed = false;
    peers->ops.gone(peers->ops.context, index);
}

/* Logs a line; rate-limited, so that no peer fills the log. */
static void PRINTF_LIKE(2, 3) complain(struct peers *peers, const char *format, ...)
{
    char text[LOG_LINE_MAX];
    va_list arguments;

    if (!log_allows(&peers->log, clock_now_ns()))
        return;
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    log_warn("peers", "%s", text);
}

static unsigned peers_of(const struct peers *peers, uid_t uid)
{
    unsigned count = 0;

    for (unsigned i = 0; i < PEERS_MAX; i++)
        count += peers->all[i].fd >= 0 && peers->all[i].uid == uid;
    return count;
}

static void accept_one(struct peers *peers)
{
    struct ucred peer = {0};
    int fd = accept4(peers->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    uint32_t index = 0;

    if (fd < 0)
        return;
    while (index < PEERS_MAX && peers->all[index].fd >= 0)
        index++;
    if (!local_socket_admits(fd, peers->group, &peer))
        complain(peers, "uid %u, pid %d may not connect", (unsigned)peer.uid, (int)peer.pid);
    else if (index == PEERS_MAX || peers_of(peers, peer.uid) == PEERS_PER_UID_MAX)
        complain(peers, "uid %u, pid %d: already %d peers, or %d of that user", (unsigned)peer.uid,
                 (int)peer.pid, PEERS_MAX, PEERS_PER_UID_MAX);
    else if (!watch(peers, fd, EPOLLIN, 1 + index, EPOLL_CTL_ADD))
        complain(peers, "pid %d: %s", (int)peer.pid, strerror(errno));
    else {
        outbox_clear(peers->all[index].outbox);
        peers->all[index] = (struct peer){
            .fd = fd,
            .uid = peer.uid,
            .since_ns = clock_now_ns(),
            .outbox = peers->all[index].outbox,
        };
        return;
    }
    close(fd);
}

/* Sends what is queued, until the peer's socket is full. */
static void send_queued(struct peers *peers, uint32_t index)
{
    struct peer *peer = &peers->all[index];
    bool was_full = peer->is_full;

    switch (outbox_send(peer->outbox, peer->fd)) {
    case SEQPACKET_OK: peer->is_full = false; break;
    case SEQPACKET_AGAIN: peer->is_full = true; break;
    default: peer->doomed = true; return;
    }
    if (peer->is_full != was_full)
        watch(peers, peer->fd, EPOLLIN | (peer->is_full ? EPOLLOUT : 0), 1 + index, EPOLL_CTL_MOD);
}

void peers_send(struct peers *peers, uint32_t index, const struct wire_message *message)
{
    struct peer *peer = &peers->all[index];

    if (peer->fd < 0 || peer->doomed)
        return;
    if (outbox_is_full(peer->outbox) && !peer->is_full)
        send_queued(peers, index);
    if (outbox_is_full(peer->outbox)) {
        complain(peers, "peer %u does not read its answers", index);
        peer->doomed = true;
        return;
    }
    outbox_add(peer->outbox, message);
}

void peers_flush(struct peers *peers)
{
    for (uint32_t i = 0; i < PEERS_MAX; i++) {
        const struct peer *peer = &peers->all[i];
        if (peer->fd >= 0 && !peer->doomed && !outbox_is_empty(peer->outbox) && !peer->is_full)
            send_queued(peers, i);
    }
}

void peers_sweep(struct peers *peers, uint64_t now_ns)
{
    for (uint32_t i = 0; i < PEERS_MAX; i++) {
        const struct peer *peer = &peers->all[i];
        if (peer->fd >= 0 &&
            (peer->doomed || (!peer->greeted && now_ns >= peer->since_ns + GREETING_NS)))
            drop(peers, i);
    }
}

uint64_t peers_next_ns(const struct peers *peers)
{
    uint64_t next_ns = UINT64_MAX;

    for (uint32_t i = 0; i < PEERS_MAX; i++) {
        const struct peer *peer = &peers->all[i];
        if (peer->fd >= 0 && !peer->greeted && peer->since_ns + GREETING_NS < next_ns)
            next_ns = peer->since_ns + GREETING_NS;
    }
    return next_ns;
}

/* Checks, decodes and handles one message.  Returns false if the peer must be dropped. */
static bool take_message(struct peers *peers, uint32_t index, const uint8_t *data, size_t len)
{
    struct peer *peer = &peers->all[index];
    struct wire_message message;
    enum wire_error error = wire_check_shape(data, len, WIRE_CLIENT, peer->greeted);

    if (error == WIRE_OK)
        error = wire_decode(data, len, &message);
    if (error != WIRE_OK) {
        complain(peers, "peer %u dropped: message type %u, %zu bytes: %s", index, data[0], len,
                 wire_error_text(error));
        return false;
    }
    if (message.type == WIRE_HELLO) {
        struct wire_message welcome = {.type = WIRE_WELCOME, .welcome = peers->welcome};
        peer->greeted = true;
        peers->ops.greeted(peers->ops.context, index);
        peers_send(peers, index, &welcome);
    } else {
        peers->ops.message(peers->ops.context, index, &message);
    }
    return true;
}

static void read_from(struct peers *peers, uint32_t index)
{
    struct seqpacket_inbox *inbox = &peers->inbox;
    enum seqpacket_status status = seqpacket_receive_some(peers->all[index].fd, inbox);

    for (unsigned i = 0; i < inbox->count; i++)
        if (!take_message(peers, index, inbox->messages[i].bytes, inbox->messages[i].len)) {
            drop(peers, index);
            return;
        }
    if (status == SEQPACKET_VIOLATION)
        complain(peers, "peer %u dropped: oversized message or descriptor", index);
    if (status == SEQPACKET_VIOLATION || status == SEQPACKET_CLOSED)
        drop(peers, index);
}

bool peers_are_flushed(const struct peers *peers)
{
    for (uint32_t i = 0; i < PEERS_MAX; i++) {
        const struct peer *peer = &peers->all[i];
        if (peer->fd >= 0 && !peer->doomed && !outbox_is_empty(peer->outbox))
            return false;
    }
    return true;
}

void peers_event(struct peers *peers, uint32_t event, uint32_t epoll_events)
{
    uint32_t index = event - peers->event_base - 1;

    if (event == peers->event_base) {
        accept_one(peers);
        return;
    }
    if (peers->all[index].fd < 0)
        return;
    if ((epoll_events & EPOLLOUT) != 0)
        send_queued(peers, index);
    if ((epoll_events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0)
        read_from(peers, index);
}
