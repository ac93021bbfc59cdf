/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/inspector/inspector_link.h"

#include <stdlib.h>

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/contract/seqpacket.h"
#include "frontend/link/redial.h"

enum {
    JOBS_MAX = 256,
    TICK_MS = 1000,
    READY_MS = 3000, /* ready for this long after an answered ping */
    GRACE_MS = 1000, /* a job is lost this long after the inspector's own deadline */
    MESSAGES_PER_TURN = 64,
};

struct link_job {
    const struct inspector_job_ops *ops; /* NULL: free */
    void *context;
    uint64_t deadline_ns;
    uint32_t serial; /* the upper part of the job's number; the lower one is the slot */
};

struct inspector_link {
    const char *socket_path;
    uint32_t longest_ms;
    struct redial *redial;
    bool greeted;
    struct loop_timer *tick;
    uint64_t pong_ns;
    struct inspect_pong counters;
    struct link_job jobs[JOBS_MAX];
    struct inspect_message message;
    uint8_t bytes[INSPECT_MESSAGE_MAX_LEN];
};

/* --- jobs ---------------------------------------------------------------------------- */

static struct link_job *find_job(struct inspector_link *link, uint32_t number)
{
    struct link_job *job = &link->jobs[number % JOBS_MAX];

    return job->ops != NULL && job->serial == number / JOBS_MAX ? job : NULL;
}

static struct link_job end_job(struct link_job *job)
{
    struct link_job ended = *job;

    job->ops = NULL;
    return ended;
}

static void lose_job(struct link_job *job)
{
    struct link_job ended = end_job(job);

    ended.ops->lost(ended.context);
}

/* --- the connection -------------------------------------------------------------------- */

static void on_lost(void *context)
{
    struct inspector_link *link = context;

    link->greeted = false;
    for (unsigned i = 0; i < JOBS_MAX; i++)
        if (link->jobs[i].ops != NULL)
            lose_job(&link->jobs[i]);
}

/* If the peer is gone, reading will notice it, outside of any caller's call. */
static bool send_message(struct inspector_link *link, const struct inspect_message *message)
{
    size_t len = inspect_encode(message, link->bytes);

    return seqpacket_send(redial_fd(link->redial), link->bytes, len) == SEQPACKET_OK;
}

static void take_message(struct inspector_link *link)
{
    const struct inspect_message *message = &link->message;
    struct link_job *job, ended;

    switch (message->type) {
    case INSPECT_WELCOME:
        link->greeted = true;
        redial_confirm(link->redial);
        link->pong_ns = clock_now_ns();
        log_info("inspector", "connected to %s", link->socket_path);
        break;
    case INSPECT_PONG:
        link->counters = message->pong;
        link->pong_ns = clock_now_ns();
        break;
    case INSPECT_NOT_FOR_US:   /* from a newer inspector */
    case INSPECT_CHAIN: break; /* never requested */
    case INSPECT_REFUSED:
        job = find_job(link, message->refused.job);
        if (job == NULL)
            break;
        ended = end_job(job);
        ended.ops->refused(ended.context, message->refused.reason, message->refused.retry_after_ms);
        break;
    default:
        job = find_job(link, message->answer.job);
        if (job == NULL)
            break;
        ended = end_job(job);
        ended.ops->answered(ended.context, &message->answer.inspection);
        break;
    }
}

static void on_ready(void *context, bool readable, bool writable)
{
    struct inspector_link *link = context;
    size_t len;

    (void)readable, (void)writable;
    for (int i = 0; i < MESSAGES_PER_TURN && redial_fd(link->redial) >= 0; i++) {
        switch (
            seqpacket_receive(redial_fd(link->redial), link->bytes, sizeof(link->bytes), &len)) {
        case SEQPACKET_OK: break;
        case SEQPACKET_AGAIN: return;
        case SEQPACKET_CLOSED:
            redial_hang_up(link->redial, "the inspector closed the connection");
            return;
        case SEQPACKET_VIOLATION: redial_hang_up(link->redial, "oversized message"); return;
        }
        if (!inspect_decode(link->bytes, len, INSPECT_INSPECTOR, &link->message) ||
            link->greeted != (link->message.type != INSPECT_WELCOME)) {
            redial_hang_up(link->redial, "malformed message");
            return;
        }
        take_message(link);
    }
}

static void on_connected(void *context)
{
    const struct inspect_message hello = {.type = INSPECT_HELLO};

    send_message(context, &hello);
}

static void on_tick(void *context)
{
    struct inspector_link *link = context;
    uint64_t now_ns = clock_now_ns();
    const struct inspect_message ping = {.type = INSPECT_PING, .token = now_ns};

    loop_timer_set(link->tick, TICK_MS);
    if (link->greeted)
        send_message(link, &ping);
    for (unsigned i = 0; i < JOBS_MAX; i++)
        if (link->jobs[i].ops != NULL && link->jobs[i].deadline_ns <= now_ns)
            lose_job(&link->jobs[i]);
}

struct inspector_link *inspector_link_new(struct loop *loop, const char *socket_path,
                                          uint32_t longest_ms)
{
    static const struct redial_ops ops = {on_connected, on_ready, on_lost};
    struct inspector_link *link = calloc(1, sizeof(*link));

    if (link == NULL)
        return NULL;
    link->socket_path = socket_path;
    link->longest_ms = longest_ms + GRACE_MS;
    for (unsigned i = 0; i < JOBS_MAX; i++)
        link->jobs[i].serial = 1; /* no job has number 0 */
    link->redial = redial_new(loop, "inspector", socket_path, &ops, link);
    link->tick = loop_timer_new(loop, on_tick, link);
    if (link->redial == NULL || link->tick == NULL) {
        inspector_link_free(link);
        return NULL;
    }
    loop_timer_set(link->tick, TICK_MS);
    redial_now(link->redial);
    return link;
}

void inspector_link_free(struct inspector_link *link)
{
    if (link == NULL)
        return;
    redial_free(link->redial);
    loop_timer_free(link->tick);
    free(link);
}

enum inspector_link_status inspector_link_ask(struct inspector_link *link,
                                              const struct inspect_ask *ask,
                                              const struct inspector_job_ops *ops, void *context)
{
    struct inspect_message message = {.type = INSPECT_ASK, .ask = *ask};
    unsigned slot = 0;

    if (!inspector_link_is_ready(link))
        return INSPECTOR_LINK_DOWN;
    while (slot < JOBS_MAX && link->jobs[slot].ops != NULL)
        slot++;
    if (slot == JOBS_MAX)
        return INSPECTOR_LINK_FULL;
    link->jobs[slot].serial = link->jobs[slot].serial % (UINT32_MAX / JOBS_MAX) + 1;
    message.ask.job = link->jobs[slot].serial * JOBS_MAX + slot;
    if (!send_message(link, &message))
        return INSPECTOR_LINK_FULL;
    link->jobs[slot].ops = ops;
    link->jobs[slot].context = context;
    link->jobs[slot].deadline_ns = clock_now_ns() + link->longest_ms * NS_PER_MS;
    return INSPECTOR_LINK_OK;
}

bool inspector_link_is_ready(const struct inspector_link *link)
{
    return link->greeted && clock_now_ns() - link->pong_ns < READY_MS * NS_PER_MS;
}

const struct inspect_pong *inspector_link_counters(const struct inspector_link *link)
{
    return &link->counters;
}
