/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/io/send_batch.h"

#include <errno.h>

_Static_assert((int)ECHO_REQUEST_MAX_LEN <= (int)BATCH_PACKET_MAX_LEN, "an echo request fits, too");

static void add(struct send_batch *batch, const struct send_batch_order *order, uint64_t tag)
{
    batch->tags[batch->count] = tag;
    batch->errors[batch->count] = 0;
    batch->orders[batch->count++] = *order;
}

void send_batch_add(struct send_batch *batch, const struct segment *segment, uint64_t tag)
{
    add(batch, &(struct send_batch_order){.segment = *segment}, tag);
}

void send_batch_add_echo(struct send_batch *batch, const struct echo_request *request, uint64_t tag)
{
    add(batch, &(struct send_batch_order){.is_echo = true, .echo = *request}, tag);
}

static void build(struct send_batch *batch, unsigned slot)
{
    const struct send_batch_order *order = &batch->orders[slot];

    batch->parts[slot] = (struct iovec){
        .iov_base = batch->packets[slot],
        .iov_len = order->is_echo ? echo_request_build(&order->echo, batch->packets[slot])
                                  : segment_build(&order->segment, batch->packets[slot]),
    };
    batch->messages[slot].msg_hdr = (struct msghdr){
        .msg_name = &batch->names[slot],
        .msg_namelen = addr_to_sockaddr(order->is_echo ? &order->echo.dst : &order->segment.dst, 0,
                                        &batch->names[slot]),
        .msg_iov = &batch->parts[slot],
        .msg_iovlen = 1,
    };
}

void send_batch_flush(struct send_batch *batch)
{
    unsigned done = 0;

    batch->refused = 0;
    for (unsigned i = 0; i < batch->count; i++)
        build(batch, i);
    while (done < batch->count) {
        int sent = -1;
        int error = EAFNOSUPPORT;

        if (batch->fd >= 0) {
            sent = sendmmsg(batch->fd, batch->messages + done, batch->count - done, MSG_NOSIGNAL);
            error = errno;
        }
        if (sent > 0) {
            done += (unsigned)sent;
        } else if (error != EINTR) {
            batch->errors[done++] = error;
            batch->refused++;
        }
    }
}
