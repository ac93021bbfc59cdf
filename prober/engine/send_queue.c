/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/engine/send_queue.h"

#include <stdlib.h>

#include "prober/engine/pacer.h"

TAILQ_HEAD(turn_list, send_turn);

struct line {
    struct turn_list turns;
    struct queued_packet *packets; /* a ring */
    uint32_t turn_count, head, count;
};

struct send_queue {
    struct pacer pacer;
    uint32_t capacity;
    uint32_t waiting; /* turns and packets of all */
    unsigned next;    /* whose turn it is */
    struct line lines[SEND_QUEUE_OWNERS];
};

struct send_queue *send_queue_new(uint32_t packets_per_second, uint32_t capacity)
{
    struct send_queue *queue = calloc(1, sizeof(*queue));

    if (queue == NULL)
        return NULL;
    queue->pacer = pacer_make(packets_per_second);
    queue->capacity = capacity;
    for (unsigned owner = 0; owner < SEND_QUEUE_OWNERS; owner++) {
        struct line *line = &queue->lines[owner];
        TAILQ_INIT(&line->turns);
        line->packets = calloc(capacity, sizeof(*line->packets));
        if (line->packets == NULL) {
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
    free(queue);
}

bool send_queue_pass(struct send_queue *queue, uint64_t now_ns)
{
    return queue->waiting == 0 && pacer_take(&queue->pacer, now_ns);
}

void send_queue_wait(struct send_queue *queue, unsigned owner, struct send_turn *turn)
{
    struct line *line = &queue->lines[owner];

    turn->owner = (uint8_t)owner;
    turn->waiting = true;
    TAILQ_INSERT_TAIL(&line->turns, turn, others);
    line->turn_count++;
    queue->waiting++;
}

void send_queue_leave(struct send_queue *queue, struct send_turn *turn)
{
    struct line *line = &queue->lines[turn->owner];

    if (!turn->waiting)
        return;
    turn->waiting = false;
    TAILQ_REMOVE(&line->turns, turn, others);
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
    *next = (struct send_next){.owner = queue->next, .turn = TAILQ_FIRST(&line->turns)};
    queue->next = (queue->next + 1) % SEND_QUEUE_OWNERS;
    if (next->turn != NULL) {
        send_queue_leave(queue, next->turn);
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
