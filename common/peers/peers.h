/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The serving end of the Unix socket (wire.h): connected peers and their messages.  An edge; the
 * prober, and portlight-fleet for each place.  A peer that sends anything malformed, or doesn't
 * read its replies, is dropped; the others don't notice.
 */
#ifndef PORTLIGHT_COMMON_PEERS_PEERS_H
#define PORTLIGHT_COMMON_PEERS_PEERS_H

#include <sys/types.h>

#include "common/contract/wire.h"

struct peers;

enum { PEERS_MAX = 8, PEERS_PER_UID_MAX = 6 /* so that no user locks the others out */ };

/* Callbacks.  Peers have numbers from 0 to PEERS_MAX - 1; a number is reused after `gone`. */
struct peers_ops {
    /* A well-formed message from a peer that has greeted. */
    void (*message)(void *context, uint32_t peer, const struct wire_message *message);
    /* A peer has greeted. */
    void (*greeted)(void *context, uint32_t peer);
    /* The peer was dropped or has disconnected. */
    void (*gone)(void *context, uint32_t peer);
    void *context;
};

/*
 * Listens on path.  Makes its directory if missing, replaces a socket that nobody serves any more,
 * and gives it to the group with mode 0660.  Call it before dropping privileges.
 * Returns the descriptor, or -1 after logging why.
 */
int peers_listen(const char *path, gid_t group);

/* Serves peers on this listening socket, which it then owns: root, our own user, and members of the
 * group.  NULL if out of memory; the socket is then still the caller's. */
struct peers *peers_new(int listener, gid_t group, const struct wire_welcome *welcome,
                        const struct peers_ops *ops);

/* Closes all sockets; no op is called. */
void peers_free(struct peers *peers);

/* The listening socket, or -1. */
int peers_listener(const struct peers *peers);

/* Registers its descriptors with this epoll instance.  data.u32 is event_base for the
 * listener, and event_base + 1 + n for peer n. */
bool peers_watch(struct peers *peers, int epoll_fd, uint32_t event_base);

/* Handles an epoll event of one of its descriptors. */
void peers_event(struct peers *peers, uint32_t event, uint32_t epoll_events);

/* Queues a message for the next flush and keeps it until the peer reads.  Does nothing if the peer
 * is gone. */
void peers_send(struct peers *peers, uint32_t index, const struct wire_message *message);

/* Sends what is queued.  Call it once per turn of the loop. */
void peers_flush(struct peers *peers);

/* Drops peers to which sending failed, and those that connected but sent no HELLO within two
 * seconds.  Calls `gone`.  Call it once per turn of the loop. */
void peers_sweep(struct peers *peers, uint64_t now_ns);

/* When the next sweep is due, or UINT64_MAX. */
uint64_t peers_next_ns(const struct peers *peers);

/* Are all queued messages sent? */
bool peers_are_flushed(const struct peers *peers);

/* Accepts no more connections. */
void peers_stop_listening(struct peers *peers);

#endif
