/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sends packets through raw sockets.  An edge; the prober.  Packets are queued and sent together,
 * with one system call per family.  The sockets are raw IP, not link-layer: the kernel routes, its
 * firewall applies, and its connection tracking sees our SYNs, so that answers and its own RSTs
 * pass.
 *
 * Sending is more than half of the cost of a check (docs/performance.md), so a second thread builds
 * and sends large batches.  It does nothing else.  Only the first thread may call the functions
 * below, and failures are reported there.
 */
#ifndef PORTLIGHT_PROBER_IO_RAW_SENDER_H
#define PORTLIGHT_PROBER_IO_RAW_SENDER_H

#include "prober/packet/echo_request.h"
#include "prober/packet/segment.h"

struct raw_sender;

/* Reports a packet that the kernel refused: its tag and the errno. */
typedef void sender_failed_fn(void *context, uint64_t tag, int error);

/* Opens the sockets.  Only this call needs CAP_NET_RAW.  If the kernel lacks IPv6, packets of that
 * family fail with EAFNOSUPPORT.  Returns NULL with errno. */
struct raw_sender *raw_sender_open(sender_failed_fn *failed, void *context);

/* The same with given sockets that take whole IP packets, or -1.  The sender owns them, unless it
 * returns NULL (with errno). */
struct raw_sender *raw_sender_new(int ipv4_fd, int ipv6_fd, sender_failed_fn *failed,
                                  void *context);

/* Only if no thread was started. */
void raw_sender_close(struct raw_sender *sender);

/* Starts the second thread if there is a second processor, and returns when it runs.  Call it after
 * dropping privileges, because each thread has its own, and before the sandbox forbids threads.
 * Returns 0 or an errno. */
int raw_sender_start_thread(struct raw_sender *sender);

/* Queues a packet.  If the batch is full, sends it first, and may report its failures. */
void raw_sender_queue(struct raw_sender *sender, const struct segment *segment, uint64_t tag);
void raw_sender_queue_echo(struct raw_sender *sender, const struct echo_request *request,
                           uint64_t tag);

/* Sends all queued packets, and reports failures known so far. */
void raw_sender_flush(struct raw_sender *sender);

/* Sends all queued packets, waits until the kernel has them, and reports failures.  Call it at the
 * end. */
void raw_sender_finish(struct raw_sender *sender);

/* For epoll, edge-triggered: becomes readable when the thread has seen failures; raw_sender_flush
 * then reports them. */
int raw_sender_wakeup_fd(const struct raw_sender *sender);

/* The raw socket of a family, or -1. */
int raw_sender_fd(const struct raw_sender *sender, enum addr_family family);

/* The number of packets that the kernel has accepted. */
uint64_t raw_sender_count(const struct raw_sender *sender);

#endif
