/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The raw sockets.  An edge; the prober.  Packets are queued and leave together, with one
 * system call per family.  The sockets are raw IP, not link-layer: the kernel routes, its
 * firewall applies, and its connection tracking knows our SYNs, so that answers and its own
 * RSTs pass.
 *
 * Sending is more than half of the cost of a check (docs/performance.md), so a second thread
 * takes large batches.  It only hands finished batches to the kernel.  All functions here
 * are the first thread's, and failures are reported there.
 */
#ifndef PORTLIGHT_PROBER_IO_RAW_SENDER_H
#define PORTLIGHT_PROBER_IO_RAW_SENDER_H

#include "prober/packet/echo_request.h"
#include "prober/packet/segment.h"

struct raw_sender;

/* Reports a packet that the kernel refused: the tag it was queued with, and the errno. */
typedef void sender_failed_fn(void *context, uint64_t tag, int error);

/* Needs CAP_NET_RAW, here only.  If the kernel lacks IPv6, packets of that family fail with
 * EAFNOSUPPORT.  Returns NULL with errno. */
struct raw_sender *raw_sender_open(sender_failed_fn *failed, void *context);

/* The same on sockets that take whole IP packets, or -1; they are the sender's from now on.
 * Returns NULL with errno, and then they are still the caller's. */
struct raw_sender *raw_sender_new(int ipv4_fd, int ipv6_fd, sender_failed_fn *failed,
                                  void *context);

/* Only without a thread. */
void raw_sender_close(struct raw_sender *sender);

/* Starts the second thread if there is a second processor, and returns when it runs.  Call
 * it after the privileges are dropped, which each thread has for itself, and before the
 * sandbox forbids threads.  Returns 0 or an errno. */
int raw_sender_start_thread(struct raw_sender *sender);

/* Queues a packet.  Sends the full batch, and may report its failures, if there is no room. */
void raw_sender_queue(struct raw_sender *sender, const struct segment *segment, uint64_t tag);
void raw_sender_queue_echo(struct raw_sender *sender, const struct echo_request *request,
                           uint64_t tag);

/* Sends all that is queued, and reports what has failed so far. */
void raw_sender_flush(struct raw_sender *sender);

/* Sends all that is queued, waits until it has left, and reports what failed.  For the end. */
void raw_sender_finish(struct raw_sender *sender);

/* For epoll, edge-triggered: becomes readable when the thread has met failures, which
 * raw_sender_flush then reports. */
int raw_sender_wakeup_fd(const struct raw_sender *sender);

/* The raw socket of a family, or -1. */
int raw_sender_fd(const struct raw_sender *sender, enum addr_family family);

/* How many packets the kernel has taken. */
uint64_t raw_sender_count(const struct raw_sender *sender);

#endif
