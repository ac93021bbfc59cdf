/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/link/prober_link.h"

#include <assert.h>
#include <stdlib.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/contract/outbox.h"
#include "common/contract/seqpacket.h"
#include "common/contract/syn_schedule.h"
#include "frontend/link/redial.h"

enum {
    TICK_MS = 1000,
    IDLE_TICK_MS = 2000, /* without jobs: a ping and its answer are two wake-ups */
    READY_MS = 3000,     /* ready for this long after an answered ping */
    JOB_GRACE_MS = 1000, /* a job is lost this long after the prober's own deadline */
    QUEUE_LEN = 32768,   /* messages queued while the prober does not read */
    INBOXES_PER_TURN = 4,
};

#define NO_JOB UINT32_MAX

struct job {
    const struct prober_link_job_ops *ops; /* NULL: free */
    void *context;
    uint64_t deadline_ns;
    uint32_t serial;   /* counts the uses of this slot, so that old numbers don't match */
    uint32_t next;     /* the free list, or the next younger job under way */
    uint32_t previous; /* the next older one */
    uint8_t ports_left;
};

/* Jobs under way form a list by age, which is also the order of their deadlines. */
struct prober_link {
    struct loop *loop;
    const char *socket_path;
    struct redial *redial;
    bool greeted;
    uint32_t sessions; /* so far */
    struct loop_timer *tick, *send;
    struct wire_welcome welcome;
    struct wire_pong counters;
    struct wire_place place;
    uint64_t pong_ns;
    uint32_t jobs_max, slot_bits;
    struct job *jobs;
    uint32_t free, oldest, youngest;
    struct outbox *outbox;
    struct seqpacket_inbox inbox;
};

/* --- jobs ---------------------------------------------------------------------- */

/* The number on the wire: the slot in the lower bits, its use count above. */
static uint32_t job_number(const struct prober_link *link, uint32_t slot)
{
    return link->jobs[slot].serial << link->slot_bits | slot;
}

static uint32_t find_job(const struct prober_link *link, uint32_t number)
{
    uint32_t slot = number & ((UINT32_C(1) << link->slot_bits) - 1);

    return slot < link->jobs_max && link->jobs[slot].ops != NULL && job_number(link, slot) == number
               ? slot
               : NO_JOB;
}

static void end_job(struct prober_link *link, uint32_t slot)
{
    struct job *job = &link->jobs[slot];

    if (job->previous != NO_JOB)
        link->jobs[job->previous].next = job->next;
    else
        link->oldest = job->next;
    if (job->next != NO_JOB)
        link->jobs[job->next].previous = job->previous;
    else
        link->youngest = job->previous;
    job->ops = NULL;
    job->serial++;
    job->next = link->free;
    link->free = slot;
}

static void begin_job(struct prober_link *link, uint32_t slot)
{
    struct job *job = &link->jobs[slot];

    link->free = job->next;
    job->previous = link->youngest;
    job->next = NO_JOB;
    if (link->youngest != NO_JOB)
        link->jobs[link->youngest].next = slot;
    else
        link->oldest = slot;
    link->youngest = slot;
}

static void lose_job(struct prober_link *link, uint32_t slot)
{
    struct job job = link->jobs[slot];

    assert(job.ops != NULL);
    end_job(link, slot);
    job.ops->lost(job.context);
}

/* --- sending --------------------------------------------------------------------- */

static void flush(void *context)
{
    struct prober_link *link = context;
    int fd = redial_fd(link->redial);

    if (fd >= 0) /* if the peer is gone, reading will notice it, outside of any caller's call */
        redial_watch(link->redial, outbox_send(link->outbox, fd) == SEQPACKET_AGAIN);
}

static bool send_message(struct prober_link *link, const struct wire_message *message)
{
    if (outbox_is_full(link->outbox))
        flush(link);
    if (outbox_is_full(link->outbox))
        return false;
    outbox_add(link->outbox, message);
    loop_timer_now(link->send); /* together with whatever else this turn of the loop brings */
    return true;
}

/* --- receiving ------------------------------------------------------------------- */

static void take_result(struct prober_link *link, const struct wire_message *message)
{
    const struct wire_result *result = &message->result;
    uint32_t slot = find_job(link, result->job);
    struct job job;

    if (slot == NO_JOB)
        return; /* the job was cancelled or given up */
    job = link->jobs[slot];
    if (job.ports_left == 0 || result->last != (job.ports_left == 1)) {
        lose_job(link, slot);
        return;
    }
    link->jobs[slot].ports_left--;
    if (result->last)
        end_job(link, slot);
    if (!job.ops->message(job.context, message) && !result->last)
        lose_job(link, slot);
}

/* Handles a hop or packet, which precede a result. */
static void take_detail(struct prober_link *link, uint32_t number,
                        const struct wire_message *message)
{
    uint32_t slot = find_job(link, number);

    if (slot != NO_JOB && !link->jobs[slot].ops->message(link->jobs[slot].context, message))
        lose_job(link, slot);
}

static void take_refusal(struct prober_link *link, const struct wire_refused *refused)
{
    uint32_t slot = find_job(link, refused->job);
    struct job job;

    if (slot == NO_JOB)
        return;
    job = link->jobs[slot];
    end_job(link, slot);
    job.ops->refused(job.context, refused);
}

static void take_message(struct prober_link *link, const struct wire_message *message)
{
    switch (message->type) {
    case WIRE_WELCOME:
        link->greeted = true;
        link->sessions++;
        link->welcome = message->welcome;
        link->pong_ns = clock_now_ns();
        log_info("prober", "connected to %s", link->socket_path);
        break;
    case WIRE_PONG:
        redial_confirm(link->redial); /* it is a prober, and alive */
        link->counters = message->pong;
        link->pong_ns = clock_now_ns();
        break;
    case WIRE_PLACE: link->place = message->place; break;
    case WIRE_RESULT: take_result(link, message); break;
    case WIRE_HOP: take_detail(link, message->hop.job, message); break;
    case WIRE_PACKET: take_detail(link, message->packet.job, message); break;
    case WIRE_REFUSED: take_refusal(link, &message->refused); break;
    default: break; /* can't happen: wire_check_shape rejects clients' messages */
    }
}

/* False if a message was invalid and the connection is closed. */
static bool take_inbox(struct prober_link *link)
{
    for (unsigned i = 0; i < link->inbox.count; i++) {
        const struct seqpacket_message *next = &link->inbox.messages[i];
        enum wire_error error =
            wire_check_shape(next->bytes, next->len, WIRE_PROBER, link->greeted);
        struct wire_message message;
        if (error == WIRE_NOT_FOR_US)
            continue;
        if (error == WIRE_OK)
            error = wire_decode(next->bytes, next->len, &message);
        if (error != WIRE_OK) {
            redial_hang_up(link->redial, wire_error_text(error));
            return false;
        }
        take_message(link, &message);
    }
    return true;
}

static void on_ready(void *context, bool readable, bool writable)
{
    struct prober_link *link = context;

    if (writable)
        flush(link);
    for (int i = 0; readable && i < INBOXES_PER_TURN && redial_fd(link->redial) >= 0; i++) {
        enum seqpacket_status status =
            seqpacket_receive_some(redial_fd(link->redial), &link->inbox);
        if (!take_inbox(link))
            return;
        switch (status) {
        case SEQPACKET_OK: break;
        case SEQPACKET_AGAIN: return;
        case SEQPACKET_CLOSED:
            redial_hang_up(link->redial, "the prober closed the connection");
            return;
        case SEQPACKET_VIOLATION: redial_hang_up(link->redial, "oversized message"); return;
        }
    }
}

/* --- the connection ---------------------------------------------------------------- */

static void on_lost(void *context)
{
    struct prober_link *link = context;

    link->greeted = false;
    outbox_clear(link->outbox);
    /* the callbacks can't start a new job: the link is down */
    while (link->oldest != NO_JOB)
        lose_job(link, link->oldest);
}

static void on_connected(void *context)
{
    const struct wire_message hello = {.type = WIRE_HELLO};

    send_message(context, &hello);
}

/* Regularly sends a ping, and gives up jobs whose deadline has passed. */
static void on_tick(void *context)
{
    struct prober_link *link = context;
    uint64_t now_ns = clock_now_ns();
    const struct wire_message ping = {.type = WIRE_PING, .token = now_ns};

    loop_timer_set(link->tick, link->oldest == NO_JOB ? IDLE_TICK_MS : TICK_MS);
    if (link->greeted)
        send_message(link, &ping);
    while (link->oldest != NO_JOB && link->jobs[link->oldest].deadline_ns <= now_ns) {
        const struct wire_message cancel = {.type = WIRE_CANCEL,
                                            .job = job_number(link, link->oldest)};
        if (link->greeted)
            send_message(link, &cancel);
        lose_job(link, link->oldest);
    }
}

static bool allocate(struct prober_link *link, uint32_t jobs_max)
{
    static const struct redial_ops ops = {on_connected, on_ready, on_lost};

    link->redial = redial_new(link->loop, "prober", link->socket_path, &ops, link);
    link->jobs = calloc(jobs_max, sizeof(*link->jobs));
    link->outbox = outbox_new(QUEUE_LEN);
    link->tick = loop_timer_new(link->loop, on_tick, link);
    link->send = loop_timer_new(link->loop, flush, link);
    if (link->jobs == NULL || link->outbox == NULL || link->redial == NULL || link->tick == NULL ||
        link->send == NULL)
        return false;
    link->jobs_max = jobs_max;
    while (UINT32_C(1) << link->slot_bits < jobs_max)
        link->slot_bits++;
    link->free = link->oldest = link->youngest = NO_JOB;
    for (uint32_t i = jobs_max; i-- > 0; link->free = i)
        link->jobs[i].next = link->free;
    return true;
}

struct prober_link *prober_link_new(struct loop *loop, const char *socket_path, uint32_t jobs_max)
{
    struct prober_link *link = calloc(1, sizeof(*link));

    if (link == NULL)
        return NULL;
    link->loop = loop;
    link->socket_path = socket_path;
    if (!allocate(link, jobs_max)) {
        prober_link_free(link);
        return NULL;
    }
    loop_timer_set(link->tick, TICK_MS);
    redial_now(link->redial);
    return link;
}

void prober_link_free(struct prober_link *link)
{
    redial_free(link->redial);
    loop_timer_free(link->tick);
    loop_timer_free(link->send);
    free(link->jobs);
    outbox_free(link->outbox);
    free(link);
}

enum prober_link_status prober_link_check(struct prober_link *link, const struct wire_check *check,
                                          const struct prober_link_job_ops *ops, void *context,
                                          uint32_t *job)
{
    struct wire_message message = {.type = WIRE_CHECK, .check = *check};
    uint64_t time_ms = (uint64_t)link->welcome.timeout_ms + link->welcome.linger_ms + JOB_GRACE_MS;
    uint32_t slot = link->free;

    time_ms += check->trace ? SYN_SCHEDULE_TRACE_EXTRA_MS : 0;
    if (!prober_link_is_ready(link))
        return PROBER_LINK_DOWN;
    if (slot == NO_JOB)
        return PROBER_LINK_FULL;
    *job = message.check.job = job_number(link, slot);
    if (!send_message(link, &message))
        return PROBER_LINK_FULL;
    begin_job(link, slot);
    link->jobs[slot].ops = ops;
    link->jobs[slot].context = context;
    link->jobs[slot].ports_left = check->port_count;
    link->jobs[slot].deadline_ns = clock_now_ns() + time_ms * NS_PER_MS;
    return PROBER_LINK_OK;
}

void prober_link_cancel(struct prober_link *link, uint32_t job)
{
    struct wire_message message = {.type = WIRE_CANCEL, .job = job};
    uint32_t slot = find_job(link, job);

    if (slot == NO_JOB)
        return;
    end_job(link, slot);
    if (link->greeted)
        send_message(link, &message);
}

bool prober_link_is_ready(const struct prober_link *link)
{
    return link->greeted && clock_now_ns() - link->pong_ns < READY_MS * NS_PER_MS;
}

uint32_t prober_link_sessions(const struct prober_link *link)
{
    return link->sessions;
}

const struct wire_place *prober_link_place(const struct prober_link *link)
{
    return &link->place;
}

const struct wire_pong *prober_link_counters(const struct prober_link *link)
{
    return &link->counters;
}
