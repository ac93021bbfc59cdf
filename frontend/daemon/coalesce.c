/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/daemon/coalesce.h"

#include <stdlib.h>
#include <string.h>

#include "frontend/model/result.h"

enum { BUCKETS = 4096 /* a power of two */ };

LIST_HEAD(asker_list, inquiry_asker);

/* One job of the prober's. */
struct inquiry {
    LIST_ENTRY(inquiry) link; /* of its bucket */
    struct inquiries *owner;
    uint32_t job;
    bool trace, packets;
    bool told;       /* somebody something */
    bool over;       /* the prober says no more about it */
    bool is_telling; /* askers may leave meanwhile */
    struct result_target target;
    struct asker_list askers;
};

LIST_HEAD(inquiry_list, inquiry);

struct inquiries {
    struct prober_link *prober;
    uint8_t key[SIPHASH_KEY_LEN];
    uint64_t shared;
    struct inquiry_list buckets[BUCKETS];
};

struct inquiries *inquiries_new(struct prober_link *link, const uint8_t key[static SIPHASH_KEY_LEN])
{
    struct inquiries *inquiries = calloc(1, sizeof(*inquiries));

    if (inquiries == NULL)
        return NULL;
    inquiries->prober = link;
    memcpy(inquiries->key, key, sizeof(inquiries->key));
    return inquiries;
}

void inquiries_free(struct inquiries *inquiries)
{
    free(inquiries);
}

uint64_t inquiries_shared(const struct inquiries *inquiries)
{
    return inquiries->shared;
}

static unsigned bucket_of(const struct inquiries *inquiries, const struct addr *addr)
{
    return (unsigned)siphash(inquiries->key, addr, sizeof(*addr)) & (BUCKETS - 1);
}

/* Ends it when the prober has said all, or nobody listens any more. */
static void end_if_idle(struct inquiry *inquiry)
{
    if (inquiry->is_telling || (!inquiry->over && !LIST_EMPTY(&inquiry->askers)))
        return;
    if (!inquiry->over)
        prober_link_cancel(inquiry->owner->prober, inquiry->job);
    LIST_REMOVE(inquiry, link);
    for (unsigned i = 0; i < POLICY_PORTS_MAX; i++)
        trail_free(&inquiry->target.trails[i]);
    free(inquiry);
}

/* --- telling ------------------------------------------------------------------------ */

static void detach(struct inquiry_asker *asker)
{
    LIST_REMOVE(asker, link);
    asker->inquiry = NULL;
}

/* Each of them may leave when he hears it. */
static void tell_port(struct inquiry *inquiry, unsigned port)
{
    const struct result_target *target = &inquiry->target;
    struct asker_list told = LIST_HEAD_INITIALIZER(told);
    struct inquiry_asker *asker;

    inquiry->told = true;
    while ((asker = LIST_FIRST(&inquiry->askers)) != NULL) {
        LIST_REMOVE(asker, link);
        LIST_INSERT_HEAD(&told, asker, link);
        asker->ops->port(asker->context, asker->port_index[port], &target->verdicts[port],
                         &target->trails[port]);
    }
    while ((asker = LIST_FIRST(&told)) != NULL) {
        LIST_REMOVE(asker, link);
        LIST_INSERT_HEAD(&inquiry->askers, asker, link);
    }
}

/* All hear the same: a refusal, or that it is lost. */
static void tell_failure(struct inquiry *inquiry, const struct wire_refused *refused)
{
    struct inquiry_asker *asker;

    while ((asker = LIST_FIRST(&inquiry->askers)) != NULL) {
        detach(asker);
        if (refused != NULL)
            asker->ops->refused(asker->context, refused);
        else
            asker->ops->lost(asker->context);
    }
}

/* The prober has said all: who has all his answers waits for nothing more of this. */
static void dismiss(struct inquiry *inquiry)
{
    const struct result_target *target = &inquiry->target;
    struct inquiry_asker *asker;

    for (unsigned i = 0; i < target->port_count; i++)
        if (!target->done[i])
            tell_failure(inquiry, NULL);
    while ((asker = LIST_FIRST(&inquiry->askers)) != NULL)
        detach(asker);
}

static bool on_message(void *context, const struct wire_message *message)
{
    struct inquiry *inquiry = context;
    unsigned port;
    bool fits = result_take(&inquiry->target, message, &port);

    if (message->type != WIRE_RESULT)
        return fits;
    inquiry->is_telling = true;
    inquiry->over = message->result.last;
    if (fits)
        tell_port(inquiry, port);
    if (inquiry->over)
        dismiss(inquiry);
    inquiry->is_telling = false;
    end_if_idle(inquiry);
    return fits;
}

static void end_with(struct inquiry *inquiry, const struct wire_refused *refused)
{
    inquiry->is_telling = true;
    inquiry->over = true;
    tell_failure(inquiry, refused);
    inquiry->is_telling = false;
    end_if_idle(inquiry);
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

/* The port's place among the inquiry's, or POLICY_PORTS_MAX. */
static unsigned place_of(const struct inquiry *inquiry, uint16_t port)
{
    unsigned place = 0;

    while (place < inquiry->target.port_count && inquiry->target.verdicts[place].port != port)
        place++;
    return place < inquiry->target.port_count ? place : POLICY_PORTS_MAX;
}

static bool is_equal(const struct inquiry *inquiry, const struct wire_check *check)
{
    if (inquiry->trace != check->trace || inquiry->packets != check->packets ||
        inquiry->target.port_count != check->port_count ||
        !addr_equal(&inquiry->target.addr, &check->addr))
        return false;
    for (unsigned i = 0; i < check->port_count; i++)
        if (place_of(inquiry, check->ports[i]) == POLICY_PORTS_MAX)
            return false;
    return true;
}

/* The same question, of which nothing is known yet. */
static struct inquiry *find(const struct inquiries *inquiries, const struct wire_check *check)
{
    struct inquiry *inquiry;

    LIST_FOREACH(inquiry, &inquiries->buckets[bucket_of(inquiries, &check->addr)], link)
    if (!inquiry->told && !inquiry->over && is_equal(inquiry, check))
        return inquiry;
    return NULL;
}

unsigned inquiry_new_ports(const struct inquiries *inquiries, const struct wire_check *check)
{
    return find(inquiries, check) == NULL ? check->port_count : 0;
}

static enum prober_link_status begin(struct inquiries *inquiries, const struct wire_check *check,
                                     struct inquiry **out)
{
    struct inquiry *inquiry = calloc(1, sizeof(*inquiry));
    enum prober_link_status status;

    if (inquiry == NULL)
        return PROBER_LINK_FULL;
    status = prober_link_check(inquiries->prober, check, &job_ops, inquiry, &inquiry->job);
    if (status != PROBER_LINK_OK) {
        free(inquiry);
        return status;
    }
    inquiry->owner = inquiries;
    inquiry->trace = check->trace;
    inquiry->packets = check->packets;
    inquiry->target.addr = check->addr;
    inquiry->target.port_count = check->port_count;
    for (unsigned i = 0; i < check->port_count; i++)
        verdict_init(&inquiry->target.verdicts[i], check->ports[i]);
    LIST_INSERT_HEAD(&inquiries->buckets[bucket_of(inquiries, &check->addr)], inquiry, link);
    *out = inquiry;
    return PROBER_LINK_OK;
}

enum prober_link_status inquiry_ask(struct inquiries *inquiries, const struct wire_check *check,
                                    struct inquiry_asker *asker)
{
    struct inquiry *inquiry = find(inquiries, check);
    enum prober_link_status status;

    asker->inquiry = NULL;
    if (inquiry == NULL) {
        status = begin(inquiries, check, &inquiry);
        if (status != PROBER_LINK_OK)
            return status;
    } else {
        inquiries->shared++;
    }
    asker->inquiry = inquiry;
    LIST_INSERT_HEAD(&inquiry->askers, asker, link);
    for (unsigned i = 0; i < check->port_count; i++)
        asker->port_index[place_of(inquiry, check->ports[i])] = (uint8_t)i;
    return PROBER_LINK_OK;
}

void inquiry_leave(struct inquiry_asker *asker)
{
    struct inquiry *inquiry = asker->inquiry;

    if (inquiry == NULL)
        return;
    detach(asker);
    end_if_idle(inquiry);
}
