/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The prober's end of the Unix socket: who is connected, and messages in and out (wire.h).
 * An edge; the prober.  A peer that sends anything malformed, or doesn't read its replies, is
 * dropped.  The others don't notice.
 */
#ifndef PORTLIGHT_COMMON_PEERS_PEERS_H
#define PORTLIGHT_COMMON_PEERS_PEERS_H

#include <sys/types.h>

#include "common/contract/wire.h"

struct peers;

enum { PEERS_MAX = 8, PEERS_PER_UID_MAX = 6 /* so that no user locks the others out */ };

/* Who takes messages.  Peers are numbered from 0 to PEERS_MAX - 1; a number is given again
 * after `gone`. */
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
 * Listens on path.  Makes its directory if missing, replaces a socket that nobody serves any
 * more, and gives it to the group with mode 0660.  Call it before privileges are dropped.
 * Returns the descriptor, or -1 after logging why.
 */
int peers_listen(const char *path, gid_t group);

/* Serves whoever connects to this listening socket, which it then owns, and is root, our own
 * user, or in the group.  Returns NULL without memory. */
struct peers *peers_new(int listener, gid_t group, const struct wire_welcome *welcome,
                        const struct peers_ops *ops);

/* Closes all sockets; no op is called. */
void peers_free(struct peers *peers);

/* The listening socket, or -1. */
int peers_listener(const struct peers *peers);

/* Registers its descriptors with this epoll instance.  data.u32 is event_base for the
 * listener, and event_base + 1 + n for peer n. */
bool peers_watch(struct peers *peers, int epoll_fd, uint32_t event_base);

/* Handles what epoll has reported about one of them. */
void peers_event(struct peers *peers, uint32_t event, uint32_t epoll_events);

/* Queues a message for the next flush, and keeps it until the peer reads.  Ignored if the peer
 * is gone. */
void peers_send(struct peers *peers, uint32_t index, const struct wire_message *message);

/* Sends what is queued.  Call it once per turn of the loop. */
void peers_flush(struct peers *peers);

/* Drops peers that turned out to be gone or stuck when something was sent to them, and those
 * that have connected but not greeted within two seconds.  Call it once per turn, outside
 * the engine: it calls `gone`. */
void peers_sweep(struct peers *peers, uint64_t now_ns);

/* When the next sweep is due, or UINT64_MAX. */
uint64_t peers_next_ns(const struct peers *peers);

/* Is all of what was queued for the peers sent? */
bool peers_are_flushed(const struct peers *peers);

/* Accepts no more connections. */
void peers_stop_listening(struct peers *peers);

#endif
