/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/engine/probe_table.h"

#include <stdlib.h>
#include <string.h>

#include "prober/engine/state.h"

#define NONE UINT32_MAX /* ends a chain */

/* The parts of a tag, from the low bits on: attempt, index, serial number. */
enum { TAG_ATTEMPTS = SYN_SCHEDULE_ATTEMPTS, TAG_SERIAL_SHIFT = 32 };

/* Which slots are free: returned ones first, then those that were never used. */
struct free_slots {
    uint32_t returned; /* the first of a chain */
    uint32_t fresh;    /* this one and all later ones were never used */
};

struct probe_table {
    uint8_t key[SIPHASH_KEY_LEN];
    uint32_t capacity, buckets, probe_count, serial;
    struct free_slots free_probes, free_checks;
    struct probe *probes;
    struct check *checks;
    struct probe_answered *answered;        /* one per probe, touched when it is needed */
    uint32_t *by_target, *by_job, *by_addr; /* chains through next, next_of_target */
};

struct probe_table *probe_table_new(uint32_t capacity, const uint8_t key[static SIPHASH_KEY_LEN])
{
    struct probe_table *table = calloc(1, sizeof(*table));

    if (table == NULL)
        return NULL;
    memcpy(table->key, key, sizeof(table->key));
    table->capacity = capacity;
    for (table->buckets = 1; table->buckets < capacity;)
        table->buckets *= 2;
    table->free_probes = table->free_checks = (struct free_slots){.returned = NONE};
    table->probes = calloc(capacity, sizeof(*table->probes));
    table->checks = calloc(capacity, sizeof(*table->checks));
    table->answered = calloc(capacity, sizeof(*table->answered));
    table->by_target = malloc(table->buckets * sizeof(uint32_t));
    table->by_job = malloc(table->buckets * sizeof(uint32_t));
    table->by_addr = malloc(table->buckets * sizeof(uint32_t));
    if (table->probes == NULL || table->checks == NULL || table->answered == NULL ||
        table->by_target == NULL || table->by_job == NULL || table->by_addr == NULL) {
        probe_table_free(table);
        return NULL;
    }
    memset(table->by_target, 0xff, table->buckets * sizeof(uint32_t));
    memset(table->by_job, 0xff, table->buckets * sizeof(uint32_t));
    memset(table->by_addr, 0xff, table->buckets * sizeof(uint32_t));
    return table;
}

void probe_table_free(struct probe_table *table)
{
    if (table == NULL)
        return;
    free(table->probes);
    free(table->checks);
    free(table->answered);
    free(table->by_target);
    free(table->by_job);
    free(table->by_addr);
    free(table);
}

uint32_t probe_table_capacity(const struct probe_table *table)
{
    return table->capacity;
}

uint32_t probe_table_probe_count(const struct probe_table *table)
{
    return table->probe_count;
}

uint32_t probe_table_index(const struct probe_table *table, const struct probe *probe)
{
    return (uint32_t)(probe - table->probes);
}

struct probe *probe_table_probe(const struct probe_table *table, uint32_t index)
{
    return &table->probes[index];
}

uint64_t probe_table_tag(const struct probe_table *table, const struct probe *probe,
                         unsigned attempt)
{
    return (uint64_t)probe->serial << TAG_SERIAL_SHIFT |
           (probe_table_index(table, probe) * TAG_ATTEMPTS + attempt);
}

struct probe *probe_table_find_tag(const struct probe_table *table, uint64_t tag, unsigned *attempt)
{
    uint32_t index = (uint32_t)tag / TAG_ATTEMPTS;

    *attempt = (uint32_t)tag % TAG_ATTEMPTS;
    if (index >= table->capacity || table->probes[index].serial != tag >> TAG_SERIAL_SHIFT)
        return NULL;
    return &table->probes[index];
}

static struct probe *probe_or_null(const struct probe_table *table, uint32_t index)
{
    return index != NONE ? &table->probes[index] : NULL;
}

static struct check *check_or_null(const struct probe_table *table, uint32_t index)
{
    return index != NONE ? &table->checks[index] : NULL;
}

static uint32_t *target_bucket(const struct probe_table *table, const struct addr *dst,
                               uint16_t dport)
{
    uint8_t key[sizeof(*dst) + sizeof(dport)];

    memcpy(key, dst, sizeof(*dst));
    memcpy(key + sizeof(*dst), &dport, sizeof(dport));
    return &table->by_target[siphash(table->key, key, sizeof(key)) & (table->buckets - 1)];
}

static uint32_t *job_bucket(const struct probe_table *table, uint32_t peer, uint32_t job)
{
    uint32_t key[2] = {peer, job};

    return &table->by_job[siphash(table->key, key, sizeof(key)) & (table->buckets - 1)];
}

static uint32_t *addr_bucket(const struct probe_table *table, const struct addr *dst)
{
    return &table->by_addr[siphash(table->key, dst, sizeof(*dst)) & (table->buckets - 1)];
}

static bool is_of(const struct probe_table *table, uint32_t index, const struct addr *dst,
                  uint16_t dport)
{
    const struct observed *observed = &table->probes[index].observed;

    return observed->dport == dport && addr_equal(&observed->dst, dst);
}

struct probe *probe_table_add_probe(struct probe_table *table, const struct addr *dst,
                                    uint16_t dport)
{
    uint32_t index = table->free_probes.returned;
    uint32_t *bucket = target_bucket(table, dst, dport);
    struct probe *probe;

    if (index != NONE)
        table->free_probes.returned = table->probes[index].next;
    else if (table->free_probes.fresh < table->capacity)
        index = table->free_probes.fresh++;
    else
        return NULL;
    probe = &table->probes[index];
    memset(probe, 0, sizeof(*probe));
    probe->observed.extra = &table->answered[index].observed;
    probe->observed.dst = *dst;
    probe->observed.dport = dport;
    probe->serial = table->serial++;
    probe->next = *bucket;
    *bucket = index;
    table->probe_count++;
    return probe;
}

void probe_table_remove_probe(struct probe_table *table, struct probe *probe)
{
    uint32_t index = probe_table_index(table, probe);
    uint32_t *at = target_bucket(table, &probe->observed.dst, probe->observed.dport);

    while (*at != index)
        at = &table->probes[*at].next;
    *at = probe->next;
    probe->next = table->free_probes.returned;
    table->free_probes.returned = index;
    table->probe_count--;
}

static struct probe *skip_others(const struct probe_table *table, uint32_t index,
                                 const struct addr *dst, uint16_t dport)
{
    while (index != NONE && !is_of(table, index, dst, dport))
        index = table->probes[index].next;
    return probe_or_null(table, index);
}

struct probe *probe_table_first_of(const struct probe_table *table, const struct addr *dst,
                                   uint16_t dport)
{
    return skip_others(table, *target_bucket(table, dst, dport), dst, dport);
}

struct probe *probe_table_next_of(const struct probe_table *table, const struct probe *probe)
{
    return skip_others(table, probe->next, &probe->observed.dst, probe->observed.dport);
}

struct check *probe_table_add_check(struct probe_table *table, uint8_t peer, uint32_t job,
                                    const struct addr *dst)
{
    uint32_t index = table->free_checks.returned;
    uint32_t *bucket = job_bucket(table, peer, job);
    uint32_t *target = addr_bucket(table, dst);
    struct check *check;

    if (index != NONE)
        table->free_checks.returned = table->checks[index].next;
    else if (table->free_checks.fresh < table->capacity)
        index = table->free_checks.fresh++;
    else
        return NULL;
    check = &table->checks[index];
    memset(check, 0, sizeof(*check));
    check->peer = peer;
    check->job = job;
    check->next = *bucket;
    check->next_of_target = *target;
    check->used = true;
    *bucket = *target = index;
    return check;
}

void probe_table_remove_check(struct probe_table *table, struct check *check,
                              const struct addr *dst)
{
    uint32_t index = (uint32_t)(check - table->checks);
    uint32_t *at = job_bucket(table, check->peer, check->job);

    while (*at != index)
        at = &table->checks[*at].next;
    *at = check->next;
    at = addr_bucket(table, dst);
    while (*at != index)
        at = &table->checks[*at].next_of_target;
    *at = check->next_of_target;
    check->used = false;
    check->next = table->free_checks.returned;
    table->free_checks.returned = index;
}

static struct check *skip_other_checks(const struct probe_table *table, uint32_t index,
                                       const struct addr *dst)
{
    while (index != NONE && !addr_equal(&check_ends(&table->checks[index])->dst, dst))
        index = table->checks[index].next_of_target;
    return check_or_null(table, index);
}

struct check *probe_table_first_check_of(const struct probe_table *table, const struct addr *dst)
{
    return skip_other_checks(table, *addr_bucket(table, dst), dst);
}

struct check *probe_table_next_check_of(const struct probe_table *table, const struct check *check)
{
    return skip_other_checks(table, check->next_of_target, &check_ends(check)->dst);
}

struct check *probe_table_find_check(const struct probe_table *table, uint32_t peer, uint32_t job)
{
    uint32_t index = *job_bucket(table, peer, job);

    while (index != NONE && (table->checks[index].peer != peer || table->checks[index].job != job))
        index = table->checks[index].next;
    return check_or_null(table, index);
}

struct check *probe_table_next_check_of_peer(const struct probe_table *table, uint32_t peer,
                                             const struct check *check)
{
    uint32_t first = check != NULL ? (uint32_t)(check - table->checks) + 1 : 0;

    for (uint32_t i = first; i < table->free_checks.fresh; i++)
        if (table->checks[i].used && table->checks[i].peer == peer)
            return &table->checks[i];
    return NULL;
}
