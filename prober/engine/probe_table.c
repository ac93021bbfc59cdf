/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/engine/probe_table.h"

#include <stdlib.h>
#include <string.h>

/* A pool hands out indices: returned ones first, then such as were never used. */
struct pool {
    uint32_t free;  /* first of the list of returned ones */
    uint32_t fresh; /* this one and all behind it were never used */
};

struct probe_table {
    uint8_t key[SIPHASH_KEY_LEN];
    uint32_t capacity, buckets, probe_count, serial;
    struct pool free_probes, free_checks;
    struct probe *probes;
    struct check *checks;
    struct observed_extra *rooms;           /* one for each probe, touched when it is needed */
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
    table->free_probes = table->free_checks = (struct pool){.free = PROBE_TABLE_NONE};
    table->probes = calloc(capacity, sizeof(*table->probes));
    table->checks = calloc(capacity, sizeof(*table->checks));
    table->rooms = calloc(capacity, sizeof(*table->rooms));
    table->by_target = malloc(table->buckets * sizeof(uint32_t));
    table->by_job = malloc(table->buckets * sizeof(uint32_t));
    table->by_addr = malloc(table->buckets * sizeof(uint32_t));
    if (table->probes == NULL || table->checks == NULL || table->rooms == NULL ||
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
    free(table->rooms);
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

struct probe *probe_table_probe(struct probe_table *table, uint32_t index)
{
    return &table->probes[index];
}

struct check *probe_table_check(struct probe_table *table, uint32_t index)
{
    return &table->checks[index];
}

const struct observed *probe_table_ends(const struct probe_table *table, const struct check *check)
{
    return &table->probes[check->probes[0]].observed;
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

uint32_t probe_table_add_probe(struct probe_table *table, const struct addr *dst, uint16_t dport)
{
    uint32_t index = table->free_probes.free;
    uint32_t *bucket = target_bucket(table, dst, dport);
    struct probe *probe;

    if (index != PROBE_TABLE_NONE)
        table->free_probes.free = table->probes[index].next;
    else if (table->free_probes.fresh < table->capacity)
        index = table->free_probes.fresh++;
    else
        return PROBE_TABLE_NONE;
    probe = &table->probes[index];
    memset(probe, 0, sizeof(*probe));
    probe->observed.extra = &table->rooms[index];
    probe->observed.dst = *dst;
    probe->observed.dport = dport;
    probe->check = PROBE_TABLE_NONE;
    probe->serial = table->serial++;
    probe->next = *bucket;
    *bucket = index;
    table->probe_count++;
    return index;
}

void probe_table_remove_probe(struct probe_table *table, uint32_t index)
{
    struct probe *probe = &table->probes[index];
    uint32_t *at = target_bucket(table, &probe->observed.dst, probe->observed.dport);

    while (*at != index)
        at = &table->probes[*at].next;
    *at = probe->next;
    probe->next = table->free_probes.free;
    table->free_probes.free = index;
    table->probe_count--;
}

static uint32_t skip_others(const struct probe_table *table, uint32_t index, const struct addr *dst,
                            uint16_t dport)
{
    while (index != PROBE_TABLE_NONE && !is_of(table, index, dst, dport))
        index = table->probes[index].next;
    return index;
}

uint32_t probe_table_first_of(const struct probe_table *table, const struct addr *dst,
                              uint16_t dport)
{
    return skip_others(table, *target_bucket(table, dst, dport), dst, dport);
}

uint32_t probe_table_next_of(const struct probe_table *table, uint32_t index)
{
    const struct probe *probe = &table->probes[index];

    return skip_others(table, probe->next, &probe->observed.dst, probe->observed.dport);
}

uint32_t probe_table_add_check(struct probe_table *table, uint8_t peer, uint32_t job,
                               const struct addr *dst)
{
    uint32_t index = table->free_checks.free;
    uint32_t *bucket = job_bucket(table, peer, job);
    uint32_t *target = addr_bucket(table, dst);
    struct check *check;

    if (index != PROBE_TABLE_NONE)
        table->free_checks.free = table->checks[index].next;
    else if (table->free_checks.fresh < table->capacity)
        index = table->free_checks.fresh++;
    else
        return PROBE_TABLE_NONE;
    check = &table->checks[index];
    memset(check, 0, sizeof(*check));
    check->peer = peer;
    check->job = job;
    check->next = *bucket;
    check->next_of_target = *target;
    check->used = true;
    memset(check->probes, 0xff, sizeof(check->probes));
    *bucket = *target = index;
    return index;
}

void probe_table_remove_check(struct probe_table *table, uint32_t index, const struct addr *dst)
{
    struct check *check = &table->checks[index];
    uint32_t *at = job_bucket(table, check->peer, check->job);

    while (*at != index)
        at = &table->checks[*at].next;
    *at = check->next;
    at = addr_bucket(table, dst);
    while (*at != index)
        at = &table->checks[*at].next_of_target;
    *at = check->next_of_target;
    check->used = false;
    check->next = table->free_checks.free;
    table->free_checks.free = index;
}

static uint32_t skip_other_checks(const struct probe_table *table, uint32_t index,
                                  const struct addr *dst)
{
    while (index != PROBE_TABLE_NONE &&
           !addr_equal(&probe_table_ends(table, &table->checks[index])->dst, dst))
        index = table->checks[index].next_of_target;
    return index;
}

uint32_t probe_table_first_check_of(const struct probe_table *table, const struct addr *dst)
{
    return skip_other_checks(table, *addr_bucket(table, dst), dst);
}

uint32_t probe_table_next_check_of(const struct probe_table *table, uint32_t index)
{
    const struct check *check = &table->checks[index];

    return skip_other_checks(table, check->next_of_target, &probe_table_ends(table, check)->dst);
}

uint32_t probe_table_find_check(const struct probe_table *table, uint32_t peer, uint32_t job)
{
    uint32_t index = *job_bucket(table, peer, job);

    while (index != PROBE_TABLE_NONE &&
           (table->checks[index].peer != peer || table->checks[index].job != job))
        index = table->checks[index].next;
    return index;
}

uint32_t probe_table_check_of(const struct probe_table *table, uint32_t peer, uint32_t from)
{
    for (uint32_t i = from; i < table->free_checks.fresh; i++)
        if (table->checks[i].used && table->checks[i].peer == peer)
            return i;
    return PROBE_TABLE_NONE;
}
