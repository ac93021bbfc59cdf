/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/http/inquiry.h"

#include <stdlib.h>
#include <string.h>

#include "frontend/result.h"

enum { BUCKETS = 4096 /* a power of two */ };

LIST_HEAD(inquiry_part_list, inquiry_part);

/* One job of the prober's. */
struct inquiry {
    LIST_ENTRY(inquiry) link; /* of its bucket */
    struct inquiries *owner;
    uint32_t job;
    bool trace, packets;
    bool over;       /* the prober says no more about it */
    bool is_telling; /* askers may leave meanwhile */
    struct result_target target;
    struct inquiry_part_list parts;
};

LIST_HEAD(inquiry_list, inquiry);

struct inquiries {
    struct prober_link *prober;
    uint8_t key[SIPHASH_KEY_LEN];
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

static unsigned bucket_of(const struct inquiries *inquiries, const struct addr *addr)
{
    return (unsigned)siphash(inquiries->key, addr, sizeof(*addr)) & (BUCKETS - 1);
}

/* Ends it when the prober has said all, or nobody listens any more. */
static void end_if_idle(struct inquiry *inquiry)
{
    if (inquiry->is_telling || (!inquiry->over && !LIST_EMPTY(&inquiry->parts)))
        return;
    if (!inquiry->over)
        prober_link_cancel(inquiry->owner->prober, inquiry->job);
    LIST_REMOVE(inquiry, link);
    for (unsigned i = 0; i < POLICY_PORTS_MAX; i++)
        trail_free(&inquiry->target.trails[i]);
    free(inquiry);
}

/* --- telling ------------------------------------------------------------------------ */

static void leave_part(struct inquiry_part *part)
{
    LIST_REMOVE(part, link);
    part->inquiry = NULL;
    part->waiting = 0;
}

static void tell_port(struct inquiry *inquiry, unsigned port)
{
    const struct result_target *target = &inquiry->target;
    struct inquiry_part_list told = LIST_HEAD_INITIALIZER(told);
    struct inquiry_part *part;

    while ((part = LIST_FIRST(&inquiry->parts)) != NULL) {
        struct inquiry_asker *asker = part->asker;
        unsigned index = part->port_index[port];
        LIST_REMOVE(part, link);
        LIST_INSERT_HEAD(&told, part, link);
        if ((part->waiting & 1U << port) == 0)
            continue;
        part->waiting &= (uint8_t) ~(1U << port);
        if (part->waiting == 0)
            leave_part(part);
        asker->ops->port(asker->context, index, &target->verdicts[port], &target->trails[port]);
    }
    while ((part = LIST_FIRST(&told)) != NULL) {
        LIST_REMOVE(part, link);
        LIST_INSERT_HEAD(&inquiry->parts, part, link);
    }
}

/* All who still wait hear the same: a refusal, or that it is lost. */
static void tell_failure(struct inquiry *inquiry, const struct wire_refused *refused)
{
    struct inquiry_part *part;

    while ((part = LIST_FIRST(&inquiry->parts)) != NULL) {
        struct inquiry_asker *asker = part->asker;
        leave_part(part);
        if (refused != NULL)
            asker->ops->refused(asker->context, refused);
        else
            asker->ops->lost(asker->context);
    }
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
        tell_failure(inquiry, NULL); /* to those whose port was left out */
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

/* Who is asking for the same just now; *port is the place among its ports. */
static struct inquiry *find(const struct inquiries *inquiries, const struct wire_check *check,
                            uint16_t wanted, unsigned *port)
{
    struct inquiry *inquiry;

    LIST_FOREACH(inquiry, &inquiries->buckets[bucket_of(inquiries, &check->addr)], link)
    {
        const struct result_target *target = &inquiry->target;
        if (inquiry->over || inquiry->trace != check->trace || inquiry->packets != check->packets ||
            !addr_equal(&target->addr, &check->addr))
            continue;
        for (*port = 0; *port < target->port_count; ++*port)
            if (target->verdicts[*port].port == wanted && !target->done[*port])
                return inquiry;
    }
    return NULL;
}

unsigned inquiry_new_ports(const struct inquiries *inquiries, const struct wire_check *check)
{
    unsigned count = 0, port;

    for (unsigned i = 0; i < check->port_count; i++)
        count += find(inquiries, check, check->ports[i], &port) == NULL;
    return count;
}

/* Becomes one of those who wait for the inquiry's port. */
static void join(struct inquiry *inquiry, unsigned port, struct inquiry_asker *asker,
                 unsigned port_index)
{
    struct inquiry_part *part = asker->parts;

    while (part->inquiry != NULL && part->inquiry != inquiry)
        part++; /* there are as many as ports */
    if (part->inquiry == NULL) {
        part->inquiry = inquiry;
        part->asker = asker;
        part->waiting = 0;
        LIST_INSERT_HEAD(&inquiry->parts, part, link);
    }
    part->waiting |= (uint8_t)(1U << port);
    part->port_index[port] = (uint8_t)port_index;
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
    struct wire_check rest = *check;
    uint8_t rest_index[POLICY_PORTS_MAX];
    enum prober_link_status status;
    struct inquiry *inquiry;

    memset(asker->parts, 0, sizeof(asker->parts));
    memset(rest.ports, 0, sizeof(rest.ports));
    rest.port_count = 0;
    for (unsigned i = 0; i < check->port_count; i++) {
        unsigned port;
        inquiry = find(inquiries, check, check->ports[i], &port);
        if (inquiry != NULL) {
            join(inquiry, port, asker, i);
            continue;
        }
        rest_index[rest.port_count] = (uint8_t)i;
        rest.ports[rest.port_count++] = check->ports[i];
    }
    if (rest.port_count == 0)
        return PROBER_LINK_OK;
    status = begin(inquiries, &rest, &inquiry);
    if (status != PROBER_LINK_OK) {
        inquiry_leave(asker);
        return status;
    }
    for (unsigned i = 0; i < rest.port_count; i++)
        join(inquiry, i, asker, rest_index[i]);
    return PROBER_LINK_OK;
}

void inquiry_leave(struct inquiry_asker *asker)
{
    for (unsigned i = 0; i < POLICY_PORTS_MAX; i++) {
        struct inquiry *inquiry = asker->parts[i].inquiry;
        if (inquiry == NULL)
            continue;
        leave_part(&asker->parts[i]);
        end_if_idle(inquiry);
    }
}
