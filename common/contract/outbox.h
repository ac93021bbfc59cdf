/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Messages waiting for a peer that reads slowly: a ring of fixed size, sent in order and in
 * batches.  An edge; portlightd, portlight-fleet and the prober.  One outbox serves one connection
 * at a time.
 */
#ifndef PORTLIGHT_COMMON_CONTRACT_OUTBOX_H
#define PORTLIGHT_COMMON_CONTRACT_OUTBOX_H

#include "common/contract/seqpacket.h"
#include "common/contract/wire.h"

struct outbox;

/* Room for `capacity` messages; memory that was never needed is never touched.  The caller frees
 * the result with outbox_free.  NULL if out of memory. */
struct outbox *outbox_new(uint32_t capacity);
void outbox_free(struct outbox *outbox); /* NULL is allowed */

bool outbox_is_empty(const struct outbox *outbox);
bool outbox_is_full(const struct outbox *outbox);

/* Queues a copy of the message at the end.  The outbox must not be full. */
void outbox_add(struct outbox *outbox, const struct wire_message *message);

/* Sends until the outbox is empty (SEQPACKET_OK), the socket is full (SEQPACKET_AGAIN: call again
 * once it is writable), or the peer is gone (SEQPACKET_CLOSED).  Unsent messages stay queued. */
enum seqpacket_status outbox_send(struct outbox *outbox, int fd);

/* Drops all queued messages, once their connection has ended. */
void outbox_clear(struct outbox *outbox);

#endif
