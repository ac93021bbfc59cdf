/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/check/coalesce.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "frontend/model/result.h"

enum { BUCKETS = 4096 /* a power of two */ };

LIST_HEAD(subscriber_list, coalesce_subscriber);

/* One job of the prober. */
struct shared_check {
    LIST_ENTRY(shared_check) link; /* in its bucket */
    struct coalesce *owner;
    uint32_t job;
    struct wire_check asked;
    struct addr client; /* who started it */
    uint64_t began_ns;
    bool has_answer;              /* some subscriber has got an answer */
    bool is_over;                 /* no more messages will come */
    bool is_notifying;            /* in a callback: subscribers may leave */
    struct result_target *target; /* NULL until the first message */
    struct subscriber_list subscribers;
};

LIST_HEAD(shared_check_list, shared_check);

struct coalesce {
    struct prober_link *prober;
    uint8_t key[SIPHASH_KEY_LEN];
    uint64_t shared;
    struct shared_check_list buckets[BUCKETS];
};

struct coalesce *coalesce_new(struct prober_link *link, const uint8_t key[static SIPHASH_KEY_LEN])
{
    struct coalesce *coalesce = calloc(1, sizeof(*coalesce));

    if (coalesce == NULL)
        return NULL;
    coalesce->prober = link;
    memcpy(coalesce->key, key, sizeof(coalesce->key));
    return coalesce;
}

void coalesce_free(struct coalesce *coalesce)
{
    free(coalesce);
}

uint64_t coalesce_shared(const struct coalesce *coalesce)
{
    return coalesce->shared;
}

static unsigned bucket_of(const struct coalesce *coalesce, const struct addr *addr)
{
    return (unsigned)siphash(coalesce->key, addr, sizeof(*addr)) & (BUCKETS - 1);
}

/* Frees it once no more messages will come or the last subscriber has left. */
static void end_if_idle(struct shared_check *shared)
{
    if (shared->is_notifying || (!shared->is_over && !LIST_EMPTY(&shared->subscribers)))
        return;
    if (!shared->is_over)
        prober_link_cancel(shared->owner->prober, shared->job);
    LIST_REMOVE(shared, link);
    for (unsigned i = 0; shared->target != NULL && i < POLICY_PORTS_MAX; i++)
        probe_details_free(&shared->target->trails[i]);
    free(shared->target);
    free(shared);
}

/* --- callbacks ---------------------------------------------------------------------- */

static void detach(struct coalesce_subscriber *subscriber)
{
    LIST_REMOVE(subscriber, link);
    subscriber->shared = NULL;
}

/* Any subscriber may leave during its callback. */
static void notify_port(struct shared_check *shared, unsigned port)
{
    const struct result_target *target = shared->target;
    struct subscriber_list notified = LIST_HEAD_INITIALIZER(notified);
    struct coalesce_subscriber *subscriber;

    shared->has_answer = true;
    while ((subscriber = LIST_FIRST(&shared->subscribers)) != NULL) {
        LIST_REMOVE(subscriber, link);
        LIST_INSERT_HEAD(&notified, subscriber, link);
        subscriber->ops->port(subscriber->context, subscriber->port_index[port],
                              &target->verdicts[port], &target->trails[port]);
    }
    while ((subscriber = LIST_FIRST(&notified)) != NULL) {
        LIST_REMOVE(subscriber, link);
        LIST_INSERT_HEAD(&shared->subscribers, subscriber, link);
    }
}

/* Gives all subscribers the same refusal, or reports the job as lost. */
static void notify_failure(struct shared_check *shared, const struct wire_refused *refused)
{
    struct coalesce_subscriber *subscriber;

    while ((subscriber = LIST_FIRST(&shared->subscribers)) != NULL) {
        detach(subscriber);
        if (refused != NULL)
            subscriber->ops->refused(subscriber->context, refused);
        else
            subscriber->ops->lost(subscriber->context);
    }
}

/* After the last message: releases the subscribers.  If a port has no answer, reports the job as
 * lost. */
static void finish(struct shared_check *shared)
{
    const struct result_target *target = shared->target;
    struct coalesce_subscriber *subscriber;

    for (unsigned i = 0; i < shared->asked.port_count; i++)
        if (target == NULL || !target->done[i])
            notify_failure(shared, NULL);
    while ((subscriber = LIST_FIRST(&shared->subscribers)) != NULL)
        detach(subscriber);
}

/* Stores the message in the target; false if it does not fit, or without memory. */
static bool take(struct shared_check *shared, const struct wire_message *message, unsigned *port)
{
    const struct wire_check *asked = &shared->asked;

    if (shared->target == NULL) {
        shared->target = malloc(sizeof(*shared->target));
        if (shared->target == NULL)
            return false;
        result_target_init(shared->target, &asked->addr, asked->ports, asked->port_count,
                           asked->packets);
    }
    return result_take(shared->target, message, port);
}

static bool on_message(void *context, const struct wire_message *message)
{
    struct shared_check *shared = context;
    unsigned port;
    bool fits = take(shared, message, &port);

    if (message->type != WIRE_RESULT)
        return fits;
    shared->is_notifying = true;
    shared->is_over = message->result.last;
    if (fits)
        notify_port(shared, port);
    if (shared->is_over)
        finish(shared);
    shared->is_notifying = false;
    end_if_idle(shared);
    return fits;
}

static void end_with(struct shared_check *shared, const struct wire_refused *refused)
{
    shared->is_notifying = true;
    shared->is_over = true;
    notify_failure(shared, refused);
    shared->is_notifying = false;
    end_if_idle(shared);
}

static void on_refused(void *context, const struct wire_refused *refused)
{
    end_with(context, refused);
}

static void on_lost(void *context)
{
    end_with(context, NULL);
}

static const struct prober_link_job_ops job_ops = {on_message, on_refused, on_lost};

/* --- asking ------------------------------------------------------------------------- */

/* Sets *index to the port's index in the check; false and unchanged if it has none. */
static bool find_index(const struct shared_check *shared, uint16_t port, unsigned *index)
{
    for (unsigned i = 0; i < shared->asked.port_count; i++) {
        if (shared->asked.ports[i] != port)
            continue;
        *index = i;
        return true;
    }
    return false;
}

static bool is_equal(const struct shared_check *shared, const struct wire_check *check,
                     const struct addr *client)
{
    const struct wire_check *asked = &shared->asked;
    unsigned index;

    if ((check->packets && !addr_equal(&shared->client, client)) || asked->trace != check->trace ||
        asked->packets != check->packets || asked->port_count != check->port_count ||
        !addr_equal(&asked->addr, &check->addr))
        return false;
    for (unsigned i = 0; i < check->port_count; i++)
        if (!find_index(shared, check->ports[i], &index))
            return false;
    return true;
}

/* An equal check without any answer yet, or NULL. */
static struct shared_check *find(const struct coalesce *coalesce, const struct wire_check *check,
                                 const struct addr *client)
{
    struct shared_check *shared;

    LIST_FOREACH(shared, &coalesce->buckets[bucket_of(coalesce, &check->addr)], link)
    if (!shared->has_answer && !shared->is_over && is_equal(shared, check, client))
        return shared;
    return NULL;
}

unsigned coalesce_new_ports(const struct coalesce *coalesce, const struct wire_check *check,
                            const struct addr *client)
{
    return find(coalesce, check, client) == NULL ? check->port_count : 0;
}

static enum prober_link_status begin(struct coalesce *coalesce, const struct wire_check *check,
                                     const struct addr *client, struct shared_check **out)
{
    struct shared_check *shared = calloc(1, sizeof(*shared));
    enum prober_link_status status;

    if (shared == NULL)
        return PROBER_LINK_FULL;
    status = prober_link_check(coalesce->prober, check, &job_ops, shared, &shared->job);
    if (status != PROBER_LINK_OK) {
        free(shared);
        return status;
    }
    shared->owner = coalesce;
    shared->asked = *check;
    shared->client = *client;
    shared->began_ns = clock_now_ns();
    LIST_INSERT_HEAD(&coalesce->buckets[bucket_of(coalesce, &check->addr)], shared, link);
    *out = shared;
    return PROBER_LINK_OK;
}

enum prober_link_status coalesce_ask(struct coalesce *coalesce, const struct wire_check *check,
                                     const struct addr *client,
                                     struct coalesce_subscriber *subscriber)
{
    struct shared_check *shared = find(coalesce, check, client);
    enum prober_link_status status;
    unsigned index;

    subscriber->shared = NULL;
    subscriber->late_ns = 0;
    if (shared == NULL) {
        status = begin(coalesce, check, client, &shared);
        if (status != PROBER_LINK_OK)
            return status;
    } else {
        coalesce->shared++;
        subscriber->late_ns = clock_now_ns() - shared->began_ns;
    }
    subscriber->shared = shared;
    LIST_INSERT_HEAD(&shared->subscribers, subscriber, link);
    for (unsigned i = 0; i < check->port_count; i++)
        if (find_index(shared, check->ports[i], &index)) /* it has each: is_equal, begin */
            subscriber->port_index[index] = (uint8_t)i;
    return PROBER_LINK_OK;
}

void coalesce_leave(struct coalesce_subscriber *subscriber)
{
    struct shared_check *shared = subscriber->shared;

    if (shared == NULL)
        return;
    detach(subscriber);
    end_if_idle(shared);
}
