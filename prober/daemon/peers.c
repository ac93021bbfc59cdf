/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/daemon/peers.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/contract/seqpacket.h"

#define GREETING_NS (2 * NS_PER_S) /* the longest between connecting and HELLO */

#ifndef SO_PASSRIGHTS
#define SO_PASSRIGHTS 83 /* Linux 6.16 */
#endif

enum {
    QUEUE_LEN = 32768, /* messages kept for a client that does not read just now */
    GROUPS_MAX = 256,
};

struct queued {
    uint16_t len;
    uint8_t bytes[WIRE_MESSAGE_MAX_LEN];
};

struct client {
    int fd; /* -1: free */
    uid_t uid;
    uint64_t since_ns; /* it connected */
    bool greeted;
    bool waits_for_room;
    bool doomed;          /* to be dropped by the next sweep */
    uint32_t head, count; /* of its ring in the queues */
};

struct clients {
    int listener;
    int epoll_fd;
    uint32_t event_base;
    gid_t group;
    struct wire_welcome welcome;
    struct clients_ops ops;
    struct client all[CLIENTS_MAX];
    struct log_limit log;
    struct queued *queues; /* a ring of QUEUE_LEN for each */
    struct seqpacket_inbox inbox;
};

static struct queued *queue_slot(struct clients *clients, uint32_t index, uint32_t position)
{
    return &clients->queues[index * QUEUE_LEN + position % QUEUE_LEN];
}

/* The directory may be missing in /run after a boot; its parent may not. */
static bool make_directory_of(const char *path)
{
    char directory[sizeof(((struct sockaddr_un *)NULL)->sun_path)];
    const char *slash = strrchr(path, '/');
    size_t len = (size_t)(slash - path);

    if (len == 0)
        return true;
    memcpy(directory, path, len);
    directory[len] = '\0';
    if (mkdir(directory, 0755) == 0)
        return chmod(directory, 0755) == 0; /* whatever the umask */
    return errno == EEXIST;
}

/* A socket file without a server is a leftover; anything else is not ours. */
static bool remove_leftover(const char *path)
{
    struct stat info;
    int fd;

    if (lstat(path, &info) != 0)
        return errno == ENOENT;
    if (!S_ISSOCK(info.st_mode)) {
        errno = EEXIST;
        return false;
    }
    fd = seqpacket_connect(path);
    if (fd >= 0) {
        close(fd);
        errno = EADDRINUSE;
        return false;
    }
    return unlink(path) == 0;
}

static int bind_to(const char *path, gid_t group)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    int fd;
    mode_t mask;
    int rc;

    if (!make_directory_of(path) || !remove_leftover(path))
        return -1;
    memcpy(name.sun_path, path, strlen(path)); /* its length was checked with the configuration */
    fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    mask = umask(0777); /* nobody connects before owner and mode are right */
    rc = bind(fd, (struct sockaddr *)&name, sizeof(name));
    umask(mask);
    if (rc != 0 || (chown(path, (uid_t)-1, group) != 0 && geteuid() == 0) ||
        chmod(path, 0660) != 0 || listen(fd, CLIENTS_MAX) != 0) {
        int saved = errno;
        close(fd);
        errno = saved;
        return -1;
    }
    return fd;
}

int clients_listen(const char *path, gid_t group)
{
    int fd = bind_to(path, group);

    if (fd < 0 && errno == EADDRINUSE)
        log_warn("clients", "%s: another prober is serving there", path);
    else if (fd < 0)
        log_warn("clients", "%s: %s", path, strerror(errno));
    return fd;
}

struct clients *clients_new(int listener, gid_t group, const struct wire_welcome *welcome,
                            const struct clients_ops *ops)
{
    struct clients *clients = calloc(1, sizeof(*clients));

    if (clients == NULL)
        return NULL;
    clients->queues = calloc((size_t)CLIENTS_MAX * QUEUE_LEN, sizeof(struct queued));
    if (clients->queues == NULL) {
        free(clients);
        return NULL;
    }
    clients->listener = listener;
    clients->group = group;
    clients->welcome = *welcome;
    clients->ops = *ops;
    for (unsigned i = 0; i < CLIENTS_MAX; i++)
        clients->all[i].fd = -1;
    /* a descriptor that a client pushed on us could block us in closing it */
    (void)setsockopt(listener, SOL_SOCKET, SO_PASSRIGHTS, &(int){0}, sizeof(int));
    return clients;
}

int clients_listener(const struct clients *clients)
{
    return clients->listener;
}

static bool watch(const struct clients *clients, int fd, uint32_t events, uint32_t event, int how)
{
    struct epoll_event wanted = {.events = events, .data.u32 = clients->event_base + event};

    return epoll_ctl(clients->epoll_fd, how, fd, &wanted) == 0;
}

bool clients_watch(struct clients *clients, int epoll_fd, uint32_t event_base)
{
    clients->epoll_fd = epoll_fd;
    clients->event_base = event_base;
    return watch(clients, clients->listener, EPOLLIN, 0, EPOLL_CTL_ADD);
}

void clients_stop_listening(struct clients *clients)
{
    if (clients->listener >= 0)
        close(clients->listener);
    clients->listener = -1;
}

static void drop(struct clients *clients, uint32_t index)
{
    struct client *client = &clients->all[index];

    if (client->fd < 0)
        return;
    close(client->fd); /* leaves the epoll instance with it */
    client->fd = -1;
    client->doomed = false;
    clients->ops.gone(clients->ops.context, index);
}

/* Root, ourselves, and the members of the group, as the kernel knows the one
 * who connected (unix(7), SO_PEERCRED). */
static bool may_connect(const struct clients *clients, int fd, struct ucred *peer)
{
    gid_t groups[GROUPS_MAX];
    socklen_t len = sizeof(*peer);

    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, peer, &len) != 0)
        return false;
    if (peer->uid == 0 || peer->uid == geteuid() || peer->gid == clients->group)
        return true;
    len = sizeof(groups);
    if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &len) != 0)
        return false;
    for (size_t i = 0; i < len / sizeof(gid_t); i++)
        if (groups[i] == clients->group)
            return true;
    return false;
}

/* A line for the operator; a client gone bad can't fill the log. */
static void PRINTF_LIKE(2, 3) complain(struct clients *clients, const char *format, ...)
{
    char text[LOG_LINE_MAX];
    va_list arguments;

    if (!log_allows(&clients->log, clock_now_ns()))
        return;
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    log_warn("clients", "%s", text);
}

static unsigned clients_of(const struct clients *clients, uid_t uid)
{
    unsigned count = 0;

    for (unsigned i = 0; i < CLIENTS_MAX; i++)
        count += clients->all[i].fd >= 0 && clients->all[i].uid == uid;
    return count;
}

static void accept_one(struct clients *clients)
{
    struct ucred peer = {0};
    int fd = accept4(clients->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    uint32_t index = 0;

    if (fd < 0)
        return;
    while (index < CLIENTS_MAX && clients->all[index].fd >= 0)
        index++;
    if (!may_connect(clients, fd, &peer))
        complain(clients, "uid %u, pid %d may not connect", (unsigned)peer.uid, (int)peer.pid);
    else if (index == CLIENTS_MAX || clients_of(clients, peer.uid) == CLIENTS_PER_UID_MAX)
        complain(clients, "uid %u, pid %d: already %d clients, or %d of that user",
                 (unsigned)peer.uid, (int)peer.pid, CLIENTS_MAX, CLIENTS_PER_UID_MAX);
    else if (!watch(clients, fd, EPOLLIN, 1 + index, EPOLL_CTL_ADD))
        complain(clients, "pid %d: %s", (int)peer.pid, strerror(errno));
    else {
        clients->all[index] =
            (struct client){.fd = fd, .uid = peer.uid, .since_ns = clock_now_ns()};
        return;
    }
    close(fd);
}

/* Sends some of what is queued, as one. */
static enum seqpacket_status send_batch(struct clients *clients, uint32_t index)
{
    struct client *client = &clients->all[index];
    struct iovec parts[SEQPACKET_BATCH];
    enum seqpacket_status status;
    unsigned count = 0, sent;

    for (; count < SEQPACKET_BATCH && count < client->count; count++) {
        struct queued *next = queue_slot(clients, index, client->head + count);
        parts[count] = (struct iovec){next->bytes, next->len};
    }
    status = seqpacket_send_some(client->fd, parts, count, &sent);
    client->head = (client->head + sent) % QUEUE_LEN;
    client->count -= sent;
    if (client->count == 0)
        client->head = 0; /* so that most of the ring is never touched */
    return status;
}

/* Sends what is queued, until the client's socket is full. */
static void send_queued(struct clients *clients, uint32_t index)
{
    struct client *client = &clients->all[index];
    bool was_waiting = client->waits_for_room;

    client->waits_for_room = false;
    while (client->count > 0 && !client->waits_for_room) {
        switch (send_batch(clients, index)) {
        case SEQPACKET_OK: break;
        case SEQPACKET_AGAIN: client->waits_for_room = true; break;
        default: client->doomed = true; return;
        }
    }
    if (client->waits_for_room != was_waiting)
        watch(clients, client->fd, EPOLLIN | (client->waits_for_room ? EPOLLOUT : 0), 1 + index,
              EPOLL_CTL_MOD);
}

void clients_send(struct clients *clients, uint32_t index, const struct wire_message *message)
{
    struct client *client = &clients->all[index];
    struct queued *last;

    if (client->fd < 0 || client->doomed)
        return;
    if (client->count == QUEUE_LEN && !client->waits_for_room)
        send_queued(clients, index);
    if (client->count == QUEUE_LEN) {
        complain(clients, "client %u does not read its answers", index);
        client->doomed = true;
        return;
    }
    last = queue_slot(clients, index, client->head + client->count++);
    last->len = (uint16_t)wire_encode(message, last->bytes);
}

void clients_flush(struct clients *clients)
{
    for (uint32_t i = 0; i < CLIENTS_MAX; i++) {
        const struct client *client = &clients->all[i];
        if (client->fd >= 0 && !client->doomed && client->count > 0 && !client->waits_for_room)
            send_queued(clients, i);
    }
}

void clients_sweep(struct clients *clients, uint64_t now_ns)
{
    for (uint32_t i = 0; i < CLIENTS_MAX; i++) {
        const struct client *client = &clients->all[i];
        if (client->fd >= 0 &&
            (client->doomed || (!client->greeted && now_ns >= client->since_ns + GREETING_NS)))
            drop(clients, i);
    }
}

uint64_t clients_next_ns(const struct clients *clients)
{
    uint64_t next_ns = UINT64_MAX;

    for (uint32_t i = 0; i < CLIENTS_MAX; i++) {
        const struct client *client = &clients->all[i];
        if (client->fd >= 0 && !client->greeted && client->since_ns + GREETING_NS < next_ns)
            next_ns = client->since_ns + GREETING_NS;
    }
    return next_ns;
}

/* One message: length check, decode, act. */
static bool take_message(struct clients *clients, uint32_t index, const uint8_t *data, size_t len)
{
    struct client *client = &clients->all[index];
    struct wire_message message;
    enum wire_error error = wire_check_shape(data, len, WIRE_CLIENT, client->greeted);

    if (error == WIRE_OK)
        error = wire_decode(data, len, &message);
    if (error != WIRE_OK) {
        complain(clients, "client %u dropped: message type %u, %zu bytes: %s", index, data[0], len,
                 wire_error_text(error));
        return false;
    }
    if (message.type == WIRE_HELLO) {
        struct wire_message welcome = {.type = WIRE_WELCOME, .welcome = clients->welcome};
        client->greeted = true;
        clients_send(clients, index, &welcome);
    } else {
        clients->ops.message(clients->ops.context, index, &message);
    }
    return true;
}

static void read_from(struct clients *clients, uint32_t index)
{
    struct seqpacket_inbox *inbox = &clients->inbox;
    enum seqpacket_status status = seqpacket_receive_some(clients->all[index].fd, inbox);

    for (unsigned i = 0; i < inbox->count; i++)
        if (!take_message(clients, index, inbox->messages[i].bytes, inbox->messages[i].len)) {
            drop(clients, index);
            return;
        }
    if (status == SEQPACKET_VIOLATION)
        complain(clients, "client %u dropped: oversized message or descriptor", index);
    if (status == SEQPACKET_VIOLATION || status == SEQPACKET_CLOSED)
        drop(clients, index);
}

void clients_event(struct clients *clients, uint32_t event, uint32_t epoll_events)
{
    uint32_t index = event - clients->event_base - 1;

    if (event == clients->event_base) {
        accept_one(clients);
        return;
    }
    if (clients->all[index].fd < 0)
        return;
    if ((epoll_events & EPOLLOUT) != 0)
        send_queued(clients, index);
    if ((epoll_events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0)
        read_from(clients, index);
}
