/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The prober's side of the boundary: who is connected, and the messages to and
 * fro.  An edge; the prober.  A client that says something malformed, or does
 * not read what it asked for, is dropped; the others don't notice.
 */
#ifndef PORTLIGHT_PROBER_DAEMON_PEERS_H
#define PORTLIGHT_PROBER_DAEMON_PEERS_H

#include <sys/types.h>

#include "common/contract/wire.h"

struct clients;

enum { CLIENTS_MAX = 8, CLIENTS_PER_UID_MAX = 6 /* so that one user can't lock the others out */ };

/* What to do with a client's messages, other than the greeting. */
struct clients_ops {
    void (*message)(void *context, uint32_t client, const struct wire_message *message);
    void (*gone)(void *context, uint32_t client);
    void *context;
};

/*
 * Listens on path: makes its directory if need be, replaces a socket that nobody
 * serves any more, and gives it to the group with mode 0660.  Before the
 * privileges are dropped.  Returns the descriptor, or -1 after logging why.
 */
int clients_listen(const char *path, gid_t group);

/* Serves those who connect to this listening socket, if they are root, of our own
 * user, or of the group.  NULL without memory. */
struct clients *clients_new(int listener, gid_t group, const struct wire_welcome *welcome,
                            const struct clients_ops *ops);

/* The listening socket. */
int clients_listener(const struct clients *clients);

/* Registers its descriptors with this epoll instance, with data.u32 from
 * event_base on: event_base the listener, event_base + 1 + n client n. */
bool clients_watch(struct clients *clients, int epoll_fd, uint32_t event_base);

/* What epoll said about one of them. */
void clients_event(struct clients *clients, uint32_t event, uint32_t epoll_events);

/* Queues a message for the next flush, and keeps it until the client reads. */
void clients_send(struct clients *clients, uint32_t index, const struct wire_message *message);

/* Sends what is queued.  Once a turn. */
void clients_flush(struct clients *clients);

/* Drops the clients that turned out to be gone or stuck while something was sent
 * to them, and those that connected and then did not greet.  Once a turn, when
 * nobody is in the middle of anything. */
void clients_sweep(struct clients *clients, uint64_t now_ns);

/* When a sweep is wanted at the latest, or UINT64_MAX. */
uint64_t clients_next_ns(const struct clients *clients);

/* Takes no new connections from now on. */
void clients_stop_listening(struct clients *clients);

#endif
