/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/inspector/inspection_shares.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"

enum { SHARES_MAX = 256 };

struct inspection_share {
    struct inspection_shares *all;
    struct inspect_ask ask;
    bool under_way;
    uint64_t until_ns; /* the stored answer is valid; 0: there is none */
    size_t len;
    uint8_t *bytes; /* the answer, as inspection_write encodes it */
    struct inspection_subscriber *first;
};

struct inspection_shares {
    struct inspector_link *link;
    struct loop_timer *deliver; /* delivers a stored answer, outside of inspection_shares_ask */
    uint64_t keep_ns;
    struct inspection read;
    uint8_t written[INSPECTION_MAX_LEN];
    struct inspection_share shares[SHARES_MAX];
};

static bool is_equal(const struct inspect_ask *a, const struct inspect_ask *b)
{
    return a->kind == b->kind && a->starttls == b->starttls && a->port == b->port &&
           a->survey == b->survey && a->text == b->text && a->patient == b->patient &&
           addr_equal(&a->addr, &b->addr) && strcmp(a->name, b->name) == 0;
}

static struct inspection_subscriber *pop(struct inspection_share *share)
{
    struct inspection_subscriber *one = share->first;

    if (one != NULL) {
        share->first = one->next;
        one->share = NULL;
        one->next = NULL;
    }
    return one;
}

static void forget_answer(struct inspection_share *share)
{
    free(share->bytes);
    share->bytes = NULL;
    share->until_ns = 0;
}

/* --- answers of the inspector ------------------------------------------------------- */

static void keep(struct inspection_share *share, const struct inspection *inspection)
{
    struct inspection_shares *all = share->all;
    struct writer writer = writer_of(all->written, sizeof(all->written));

    if (all->keep_ns == 0 || inspection_has(inspection, INSPECTION_PROBLEM_INSPECTOR))
        return;
    inspection_write(&writer, inspection);
    share->bytes = writer.failed ? NULL : malloc(writer.pos);
    if (share->bytes == NULL)
        return;
    memcpy(share->bytes, all->written, writer.pos);
    share->len = writer.pos;
    share->until_ns = clock_now_ns() + all->keep_ns;
}

static void on_answered(void *context, const struct inspection *inspection)
{
    struct inspection_share *share = context;
    struct inspection_subscriber *one;

    share->under_way = false;
    keep(share, inspection);
    while ((one = pop(share)) != NULL)
        one->ops->answered(one->context, inspection);
}

static void on_refused(void *context, enum inspect_refusal reason, uint32_t retry_after_ms)
{
    struct inspection_share *share = context;
    struct inspection_subscriber *one;

    share->under_way = false;
    while ((one = pop(share)) != NULL)
        one->ops->refused(one->context, reason, retry_after_ms);
}

static void on_lost(void *context)
{
    struct inspection_share *share = context;
    struct inspection_subscriber *one;

    share->under_way = false;
    while ((one = pop(share)) != NULL)
        one->ops->lost(one->context);
}

static const struct inspector_job_ops job_ops = {on_answered, on_refused, on_lost};

/* --- stored answers ----------------------------------------------------------------- */

static void on_deliver(void *context)
{
    struct inspection_shares *all = context;

    for (unsigned i = 0; i < SHARES_MAX; i++) {
        struct inspection_share *share = &all->shares[i];
        struct inspection_subscriber *one;
        while (!share->under_way && (one = pop(share)) != NULL) {
            struct reader reader = reader_of(share->bytes, share->bytes != NULL ? share->len : 0);
            if (inspection_read(&reader, &all->read))
                one->ops->answered(one->context, &all->read);
            else
                one->ops->lost(one->context);
        }
    }
}

struct inspection_shares *inspection_shares_new(struct loop *loop, struct inspector_link *link,
                                                uint32_t keep_s)
{
    struct inspection_shares *all = calloc(1, sizeof(*all));

    if (all == NULL)
        return NULL;
    all->link = link;
    all->keep_ns = keep_s * NS_PER_S;
    all->deliver = loop_timer_new(loop, on_deliver, all);
    for (unsigned i = 0; i < SHARES_MAX; i++)
        all->shares[i].all = all;
    if (all->deliver != NULL)
        return all;
    free(all);
    return NULL;
}

void inspection_shares_free(struct inspection_shares *shares)
{
    if (shares == NULL)
        return;
    for (unsigned i = 0; i < SHARES_MAX; i++)
        free(shares->shares[i].bytes);
    loop_timer_free(shares->deliver);
    free(shares);
}

/* --- asking ---------------------------------------------------------------------------------- */

static bool is_idle(const struct inspection_share *share)
{
    return !share->under_way && share->first == NULL;
}

/* The share that has or will have the answer; otherwise the oldest stored answer that nobody waits
 * for, to be replaced; NULL if there is none. */
static struct inspection_share *find(struct inspection_shares *all, const struct inspect_ask *ask,
                                     uint64_t now_ns)
{
    struct inspection_share *oldest = NULL;

    for (unsigned i = 0; i < SHARES_MAX; i++) {
        struct inspection_share *share = &all->shares[i];
        if (is_equal(&share->ask, ask) && (share->under_way || share->until_ns > now_ns))
            return share;
        if (is_idle(share) && (oldest == NULL || share->until_ns < oldest->until_ns))
            oldest = share;
    }
    return oldest;
}

static void join(struct inspection_share *share, struct inspection_subscriber *subscriber)
{
    struct inspection_subscriber **end = &share->first;

    while (*end != NULL)
        end = &(*end)->next;
    *end = subscriber;
    subscriber->next = NULL;
    subscriber->share = share;
}

enum inspector_link_status inspection_shares_ask(struct inspection_shares *shares,
                                                 const struct inspect_ask *ask,
                                                 struct inspection_subscriber *subscriber)
{
    uint64_t now_ns = clock_now_ns();
    struct inspection_share *share = find(shares, ask, now_ns);
    enum inspector_link_status status;

    if (share == NULL)
        return INSPECTOR_LINK_FULL;
    if (!share->under_way && (share->until_ns <= now_ns || !is_equal(&share->ask, ask))) {
        forget_answer(share);
        share->ask = *ask;
        status = inspector_link_ask(shares->link, ask, &job_ops, share);
        if (status != INSPECTOR_LINK_OK)
            return status;
        share->under_way = true;
    } else if (!share->under_way) {
        loop_timer_set(shares->deliver, 0);
    }
    join(share, subscriber);
    return INSPECTOR_LINK_OK;
}

void inspection_shares_leave(struct inspection_subscriber *subscriber)
{
    struct inspection_subscriber **at;

    if (subscriber->share == NULL)
        return;
    for (at = &subscriber->share->first; *at != subscriber;)
        at = &(*at)->next;
    *at = subscriber->next;
    subscriber->share = NULL;
    subscriber->next = NULL;
}
