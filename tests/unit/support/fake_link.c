/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/support/fake_link.h"

#include <assert.h>

enum prober_link_status prober_link_check(struct prober_link *link, const struct wire_check *check,
                                          const struct prober_link_job_ops *ops, void *context,
                                          uint32_t *job)
{
    if (link->status != PROBER_LINK_OK)
        return link->status;
    assert(link->count < FAKE_LINK_JOBS_MAX);
    *job = link->count++;
    link->jobs[*job] = (struct fake_job){.check = *check, .ops = ops, .context = context};
    return PROBER_LINK_OK;
}

void prober_link_cancel(struct prober_link *link, uint32_t job)
{
    assert(job < link->count && !link->jobs[job].cancelled);
    link->jobs[job].cancelled = true;
    link->jobs[job].ops = NULL;
}

/* The job, over from now on. */
static struct fake_job end(struct prober_link *link, uint32_t job)
{
    struct fake_job ended = link->jobs[job];

    assert(ended.ops != NULL);
    link->jobs[job].ops = NULL;
    return ended;
}

bool fake_link_result(struct prober_link *link, uint32_t job, uint16_t port,
                      enum verdict_state state, bool last)
{
    struct wire_message message = {.type = WIRE_RESULT, .result = {.job = job, .last = last}};
    const struct fake_job told = last ? end(link, job) : link->jobs[job];

    assert(told.ops != NULL);
    verdict_init(&message.result.verdict, port);
    message.result.verdict.state = state;
    return told.ops->message(told.context, &message);
}

void fake_link_refuse(struct prober_link *link, uint32_t job, enum wire_refusal reason)
{
    const struct wire_refused refused = {.job = job, .reason = reason, .port_index = WIRE_NO_PORT};
    const struct fake_job told = end(link, job);

    told.ops->refused(told.context, &refused);
}

void fake_link_lose(struct prober_link *link, uint32_t job)
{
    const struct fake_job told = end(link, job);

    told.ops->lost(told.context);
}

unsigned fake_link_pending(const struct prober_link *link)
{
    unsigned pending = 0;

    for (unsigned i = 0; i < link->count; i++)
        pending += link->jobs[i].ops != NULL;
    return pending;
}

bool prober_link_is_ready(const struct prober_link *link)
{
    return link->status != PROBER_LINK_DOWN;
}

const struct wire_place *prober_link_place(const struct prober_link *link)
{
    static const struct wire_place up = {.state = PLACE_UP, .round_trip_ns = FIELD_NO_TIME};

    (void)link;
    return &up;
}

/* Links to places: no test of these has any. */
struct prober_link *prober_link_new(struct loop *loop, const char *socket_path, uint32_t jobs_max)
{
    (void)loop, (void)socket_path, (void)jobs_max;
    return NULL;
}

void prober_link_free(struct prober_link *link)
{
    (void)link;
}
