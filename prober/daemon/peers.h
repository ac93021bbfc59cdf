/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The prober's side of the boundary: who is connected, and the messages to and
 * fro.  An edge; the prober.  A peer that says something malformed, or does
 * not read what it asked for, is dropped; the others don't notice.
 */
#ifndef PORTLIGHT_PROBER_DAEMON_PEERS_H
#define PORTLIGHT_PROBER_DAEMON_PEERS_H

#include <sys/types.h>

#include "common/contract/wire.h"

struct peers;

enum { PEERS_MAX = 8, PEERS_PER_UID_MAX = 6 /* so that one user can't lock the others out */ };

/* What to do with a peer's messages, other than the greeting. */
struct peers_ops {
    void (*message)(void *context, uint32_t peer, const struct wire_message *message);
    void (*gone)(void *context, uint32_t peer);
    void *context;
};

/*
 * Listens on path: makes its directory if need be, replaces a socket that nobody
 * serves any more, and gives it to the group with mode 0660.  Before the
 * privileges are dropped.  Returns the descriptor, or -1 after logging why.
 */
int peers_listen(const char *path, gid_t group);

/* Serves those who connect to this listening socket, if they are root, of our own
 * user, or of the group.  NULL without memory. */
struct peers *peers_new(int listener, gid_t group, const struct wire_welcome *welcome,
                        const struct peers_ops *ops);

/* Closes all sockets; no op is called. */
void peers_free(struct peers *peers);

/* The listening socket, or -1. */
int peers_listener(const struct peers *peers);

/* Registers its descriptors with this epoll instance, with data.u32 from
 * event_base on: event_base the listener, event_base + 1 + n peer n. */
bool peers_watch(struct peers *peers, int epoll_fd, uint32_t event_base);

/* What epoll said about one of them. */
void peers_event(struct peers *peers, uint32_t event, uint32_t epoll_events);

/* Queues a message for the next flush, and keeps it until the peer reads. */
void peers_send(struct peers *peers, uint32_t index, const struct wire_message *message);

/* Sends what is queued.  Once a turn. */
void peers_flush(struct peers *peers);

/* Drops the peers that turned out to be gone or stuck while something was sent
 * to them, and those that connected and then did not greet.  Once a turn, when
 * nobody is in the middle of anything. */
void peers_sweep(struct peers *peers, uint64_t now_ns);

/* When a sweep is wanted at the latest, or UINT64_MAX. */
uint64_t peers_next_ns(const struct peers *peers);

/* Takes no new connections from now on. */
void peers_stop_listening(struct peers *peers);

#endif
