/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/sending/send_queue.h"

#include <stdlib.h>

#include "prober/sending/pacer.h"

#define NONE UINT32_MAX

/* An item's place in a line; next and previous count only while it waits. */
struct turn {
    uint32_t next, previous;
    uint8_t owner;
    bool waits;
};

struct line {
    uint32_t first, last;          /* of the turns */
    struct queued_packet *packets; /* a ring */
    uint32_t turn_count, head, count;
};

struct send_queue {
    struct pacer pacer;
    uint32_t capacity;
    uint32_t waiting; /* turns and packets of all */
    unsigned next;    /* whose turn it is */
    struct line lines[SEND_QUEUE_OWNERS];
    struct turn *turns; /* one per item, touched when it waits */
};

struct send_queue *send_queue_new(uint32_t packets_per_second, uint32_t capacity,
                                  uint32_t item_count)
{
    struct send_queue *queue = calloc(1, sizeof(*queue));

    if (queue == NULL)
        return NULL;
    queue->pacer = pacer_make(packets_per_second);
    queue->capacity = capacity;
    queue->turns = calloc(item_count, sizeof(*queue->turns));
    for (unsigned owner = 0; owner < SEND_QUEUE_OWNERS; owner++) {
        struct line *line = &queue->lines[owner];
        line->first = line->last = NONE;
        line->packets = calloc(capacity, sizeof(*line->packets));
        if (line->packets == NULL || queue->turns == NULL) {
            send_queue_free(queue);
            return NULL;
        }
    }
    return queue;
}

void send_queue_free(struct send_queue *queue)
{
    for (unsigned owner = 0; queue != NULL && owner < SEND_QUEUE_OWNERS; owner++)
        free(queue->lines[owner].packets);
    if (queue != NULL)
        free(queue->turns);
    free(queue);
}

bool send_queue_pass(struct send_queue *queue, uint64_t now_ns)
{
    return queue->waiting == 0 && pacer_take(&queue->pacer, now_ns);
}

void send_queue_wait(struct send_queue *queue, unsigned owner, uint32_t item)
{
    struct line *line = &queue->lines[owner];

    queue->turns[item] =
        (struct turn){.next = NONE, .previous = line->last, .owner = (uint8_t)owner, .waits = true};
    if (line->last != NONE)
        queue->turns[line->last].next = item;
    else
        line->first = item;
    line->last = item;
    line->turn_count++;
    queue->waiting++;
}

bool send_queue_waits(const struct send_queue *queue, uint32_t item)
{
    return queue->waiting > 0 && queue->turns[item].waits;
}

void send_queue_leave(struct send_queue *queue, uint32_t item)
{
    struct turn *turn = &queue->turns[item];
    struct line *line;

    if (!send_queue_waits(queue, item))
        return;
    line = &queue->lines[turn->owner];
    if (turn->previous != NONE)
        queue->turns[turn->previous].next = turn->next;
    else
        line->first = turn->next;
    if (turn->next != NONE)
        queue->turns[turn->next].previous = turn->previous;
    else
        line->last = turn->previous;
    turn->waits = false;
    line->turn_count--;
    queue->waiting--;
}

bool send_queue_add(struct send_queue *queue, unsigned owner, const struct queued_packet *packet)
{
    struct line *line = &queue->lines[owner];

    if (line->count == queue->capacity)
        return false;
    line->packets[(line->head + line->count++) % queue->capacity] = *packet;
    queue->waiting++;
    return true;
}

static bool is_empty(const struct line *line)
{
    return line->turn_count == 0 && line->count == 0;
}

bool send_queue_take(struct send_queue *queue, uint64_t now_ns, struct send_next *next)
{
    struct line *line;

    if (queue->waiting == 0 || !pacer_take(&queue->pacer, now_ns))
        return false;
    while (is_empty(&queue->lines[queue->next]))
        queue->next = (queue->next + 1) % SEND_QUEUE_OWNERS;
    line = &queue->lines[queue->next];
    *next = (struct send_next){.owner = queue->next, .item = line->first};
    queue->next = (queue->next + 1) % SEND_QUEUE_OWNERS;
    if (next->item != NONE) {
        send_queue_leave(queue, next->item);
        return true;
    }
    next->packet = &line->packets[line->head];
    line->head = (line->head + 1) % queue->capacity;
    line->count--;
    queue->waiting--;
    return true;
}

uint64_t send_queue_next_ns(const struct send_queue *queue)
{
    return queue->waiting > 0 ? queue->pacer.next_ns : UINT64_MAX;
}

/* Behind so many of its own, each after one of every other owner that waits, too. */
static uint64_t wait_ns(const struct send_queue *queue, unsigned owner, uint64_t before)
{
    unsigned others = 0;

    for (unsigned i = 0; i < SEND_QUEUE_OWNERS; i++)
        others += i != owner && !is_empty(&queue->lines[i]);
    return before * (others + 1) * queue->pacer.cell_ns;
}

uint64_t send_queue_turn_ns(const struct send_queue *queue, unsigned owner)
{
    return wait_ns(queue, owner, queue->lines[owner].turn_count);
}

uint64_t send_queue_packet_ns(const struct send_queue *queue, unsigned owner)
{
    const struct line *line = &queue->lines[owner];

    return wait_ns(queue, owner, (uint64_t)line->turn_count + line->count);
}
