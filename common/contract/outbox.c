/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/contract/outbox.h"

#include <assert.h>
#include <stdlib.h>

struct outbox_message {
    uint16_t len;
    uint8_t bytes[WIRE_MESSAGE_MAX_LEN];
};

struct outbox {
    uint32_t capacity, head, count;
    struct outbox_message *ring;
};

struct outbox *outbox_new(uint32_t capacity)
{
    struct outbox *outbox = calloc(1, sizeof(*outbox));

    if (outbox == NULL)
        return NULL;
    outbox->capacity = capacity;
    outbox->ring = calloc(capacity, sizeof(*outbox->ring));
    if (outbox->ring == NULL) {
        free(outbox);
        return NULL;
    }
    return outbox;
}

void outbox_free(struct outbox *outbox)
{
    if (outbox == NULL)
        return;
    free(outbox->ring);
    free(outbox);
}

bool outbox_is_empty(const struct outbox *outbox)
{
    return outbox->count == 0;
}

bool outbox_is_full(const struct outbox *outbox)
{
    return outbox->count == outbox->capacity;
}

static struct outbox_message *message_at(struct outbox *outbox, uint32_t position)
{
    return &outbox->ring[(outbox->head + position) % outbox->capacity];
}

void outbox_add(struct outbox *outbox, const struct wire_message *message)
{
    struct outbox_message *last;

    assert(!outbox_is_full(outbox));
    last = message_at(outbox, outbox->count++);
    last->len = (uint16_t)wire_encode(message, last->bytes);
}

static enum seqpacket_status send_batch(struct outbox *outbox, int fd)
{
    struct iovec parts[SEQPACKET_BATCH];
    enum seqpacket_status status;
    unsigned count = 0, sent;

    for (; count < SEQPACKET_BATCH && count < outbox->count; count++) {
        struct outbox_message *next = message_at(outbox, count);
        parts[count] = (struct iovec){next->bytes, next->len};
    }
    status = seqpacket_send_some(fd, parts, count, &sent);
    outbox->head = (outbox->head + sent) % outbox->capacity;
    outbox->count -= sent;
    if (outbox->count == 0)
        outbox->head = 0; /* so that most of the ring is never touched */
    return status;
}

enum seqpacket_status outbox_send(struct outbox *outbox, int fd)
{
    enum seqpacket_status status = SEQPACKET_OK;

    while (outbox->count > 0 && status == SEQPACKET_OK)
        status = send_batch(outbox, fd);
    return status;
}

void outbox_clear(struct outbox *outbox)
{
    outbox->head = outbox->count = 0;
}
