/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/engine/send_queue.h"

#include <stdlib.h>

struct send_queue {
    struct queued_packet *packets;
    uint32_t capacity, head, count;
};

struct send_queue *send_queue_new(uint32_t capacity)
{
    struct send_queue *queue = calloc(1, sizeof(*queue));

    if (queue == NULL)
        return NULL;
    queue->packets = calloc(capacity, sizeof(*queue->packets));
    queue->capacity = capacity;
    if (queue->packets == NULL) {
        free(queue);
        return NULL;
    }
    return queue;
}

void send_queue_free(struct send_queue *queue)
{
    if (queue != NULL)
        free(queue->packets);
    free(queue);
}

bool send_queue_add(struct send_queue *queue, const struct queued_packet *packet)
{
    if (queue->count == queue->capacity)
        return false;
    queue->packets[(queue->head + queue->count++) % queue->capacity] = *packet;
    return true;
}

uint64_t send_queue_next_ns(const struct send_queue *queue)
{
    return queue->count > 0 ? queue->packets[queue->head].slot_ns : UINT64_MAX;
}

const struct queued_packet *send_queue_take(struct send_queue *queue, uint64_t now_ns)
{
    const struct queued_packet *first = &queue->packets[queue->head];

    if (queue->count == 0 || first->slot_ns > now_ns)
        return NULL;
    queue->head = (queue->head + 1) % queue->capacity;
    queue->count--;
    return first;
}
