/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The raw sockets.  An edge; the prober.  Packets are queued and leave together
 * with one system call per family.  Raw IP sockets, not link-layer ones: the
 * kernel routes, its firewall applies, and its connection tracking knows our
 * SYNs, so that the answers and its RSTs pass.
 *
 * Sending is more than half of the cost of a check (docs/performance.md), so many packets at
 * once are left to a second thread.  It only hands finished batches to the kernel; whoever
 * calls these functions is always the first.
 */
#ifndef PORTLIGHT_PROBER_IO_RAW_SENDER_H
#define PORTLIGHT_PROBER_IO_RAW_SENDER_H

#include "prober/packet/echo_request.h"
#include "prober/packet/segment.h"

struct raw_sender;

/* What the kernel did not take: the tag given with the packet, and the errno. */
typedef void sender_failed_fn(void *context, uint64_t tag, int error);

/* Needs CAP_NET_RAW, once.  Without IPv6 in this kernel, sends on it fail with
 * EAFNOSUPPORT.  NULL with errno. */
struct raw_sender *raw_sender_open(sender_failed_fn *failed, void *context);
/* As long as there is no thread. */
void raw_sender_close(struct raw_sender *sender);

/* Starts the second thread, if there is a second processor.  After the privileges are gone,
 * which every thread has its own of, and before no thread may be made any more.  Returns when
 * it runs.  0 or an errno. */
int raw_sender_start_thread(struct raw_sender *sender);

void raw_sender_queue(struct raw_sender *sender, const struct segment *segment, uint64_t tag);
void raw_sender_queue_echo(struct raw_sender *sender, const struct echo_request *request,
                           uint64_t tag);

/* Sends all that is queued; reports failures from within.  So does raw_sender_queue when
 * there is no room for one more. */
void raw_sender_flush(struct raw_sender *sender);

/* Sends all that is queued and waits until it has left: what comes next is the end. */
void raw_sender_finish(struct raw_sender *sender);

/* For epoll, edge-triggered: when the thread has met failures, raw_sender_flush reports them. */
int raw_sender_wakeup_fd(const struct raw_sender *sender);

/* The raw socket of a family, or -1. */
int raw_sender_fd(const struct raw_sender *sender, enum addr_family family);

/* Packets the kernel took. */
uint64_t raw_sender_count(const struct raw_sender *sender);

#endif
