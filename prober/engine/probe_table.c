/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/engine/probe_table.h"

#include <stdlib.h>
#include <string.h>

/* A pool hands out indices: returned ones first, then such as were never used. */
struct pool {
    uint32_t free;  /* first of the list of returned ones */
    uint32_t fresh; /* this one and all behind it were never used */
};

struct flight {
    uint8_t key[SIPHASH_KEY_LEN];
    uint32_t capacity, buckets, probe_count, serial;
    struct pool free_probes, free_checks;
    struct probe *probes;
    struct check *checks;
    struct record_room *rooms;              /* one for each probe, touched when it is needed */
    uint32_t *by_target, *by_job, *by_addr; /* chains through next, next_of_target */
};

struct flight *flight_new(uint32_t capacity, const uint8_t key[static SIPHASH_KEY_LEN])
{
    struct flight *flight = calloc(1, sizeof(*flight));

    if (flight == NULL)
        return NULL;
    memcpy(flight->key, key, sizeof(flight->key));
    flight->capacity = capacity;
    for (flight->buckets = 1; flight->buckets < capacity;)
        flight->buckets *= 2;
    flight->free_probes = flight->free_checks = (struct pool){.free = FLIGHT_NONE};
    flight->probes = calloc(capacity, sizeof(*flight->probes));
    flight->checks = calloc(capacity, sizeof(*flight->checks));
    flight->rooms = calloc(capacity, sizeof(*flight->rooms));
    flight->by_target = malloc(flight->buckets * sizeof(uint32_t));
    flight->by_job = malloc(flight->buckets * sizeof(uint32_t));
    flight->by_addr = malloc(flight->buckets * sizeof(uint32_t));
    if (flight->probes == NULL || flight->checks == NULL || flight->rooms == NULL ||
        flight->by_target == NULL || flight->by_job == NULL || flight->by_addr == NULL) {
        flight_free(flight);
        return NULL;
    }
    memset(flight->by_target, 0xff, flight->buckets * sizeof(uint32_t));
    memset(flight->by_job, 0xff, flight->buckets * sizeof(uint32_t));
    memset(flight->by_addr, 0xff, flight->buckets * sizeof(uint32_t));
    return flight;
}

void flight_free(struct flight *flight)
{
    if (flight == NULL)
        return;
    free(flight->probes);
    free(flight->checks);
    free(flight->rooms);
    free(flight->by_target);
    free(flight->by_job);
    free(flight->by_addr);
    free(flight);
}

uint32_t flight_capacity(const struct flight *flight)
{
    return flight->capacity;
}

uint32_t flight_probe_count(const struct flight *flight)
{
    return flight->probe_count;
}

struct probe *flight_probe(struct flight *flight, uint32_t index)
{
    return &flight->probes[index];
}

struct check *flight_check(struct flight *flight, uint32_t index)
{
    return &flight->checks[index];
}

const struct record *flight_ends(const struct flight *flight, const struct check *check)
{
    return &flight->probes[check->probes[0]].record;
}

static uint32_t *target_bucket(const struct flight *flight, const struct addr *dst, uint16_t dport)
{
    uint8_t key[sizeof(*dst) + sizeof(dport)];

    memcpy(key, dst, sizeof(*dst));
    memcpy(key + sizeof(*dst), &dport, sizeof(dport));
    return &flight->by_target[siphash(flight->key, key, sizeof(key)) & (flight->buckets - 1)];
}

static uint32_t *job_bucket(const struct flight *flight, uint32_t client, uint32_t job)
{
    uint32_t key[2] = {client, job};

    return &flight->by_job[siphash(flight->key, key, sizeof(key)) & (flight->buckets - 1)];
}

static uint32_t *addr_bucket(const struct flight *flight, const struct addr *dst)
{
    return &flight->by_addr[siphash(flight->key, dst, sizeof(*dst)) & (flight->buckets - 1)];
}

static bool is_of(const struct flight *flight, uint32_t index, const struct addr *dst,
                  uint16_t dport)
{
    const struct record *record = &flight->probes[index].record;

    return record->dport == dport && addr_equal(&record->dst, dst);
}

uint32_t flight_add_probe(struct flight *flight, const struct addr *dst, uint16_t dport)
{
    uint32_t index = flight->free_probes.free;
    uint32_t *bucket = target_bucket(flight, dst, dport);
    struct probe *probe;

    if (index != FLIGHT_NONE)
        flight->free_probes.free = flight->probes[index].next;
    else if (flight->free_probes.fresh < flight->capacity)
        index = flight->free_probes.fresh++;
    else
        return FLIGHT_NONE;
    probe = &flight->probes[index];
    memset(probe, 0, sizeof(*probe));
    probe->record.room = &flight->rooms[index];
    probe->record.dst = *dst;
    probe->record.dport = dport;
    probe->check = FLIGHT_NONE;
    probe->serial = flight->serial++;
    probe->next = *bucket;
    *bucket = index;
    flight->probe_count++;
    return index;
}

void flight_remove_probe(struct flight *flight, uint32_t index)
{
    struct probe *probe = &flight->probes[index];
    uint32_t *at = target_bucket(flight, &probe->record.dst, probe->record.dport);

    while (*at != index)
        at = &flight->probes[*at].next;
    *at = probe->next;
    probe->next = flight->free_probes.free;
    flight->free_probes.free = index;
    flight->probe_count--;
}

static uint32_t skip_others(const struct flight *flight, uint32_t index, const struct addr *dst,
                            uint16_t dport)
{
    while (index != FLIGHT_NONE && !is_of(flight, index, dst, dport))
        index = flight->probes[index].next;
    return index;
}

uint32_t flight_first_of(const struct flight *flight, const struct addr *dst, uint16_t dport)
{
    return skip_others(flight, *target_bucket(flight, dst, dport), dst, dport);
}

uint32_t flight_next_of(const struct flight *flight, uint32_t index)
{
    const struct probe *probe = &flight->probes[index];

    return skip_others(flight, probe->next, &probe->record.dst, probe->record.dport);
}

uint32_t flight_add_check(struct flight *flight, uint8_t client, uint32_t job,
                          const struct addr *dst)
{
    uint32_t index = flight->free_checks.free;
    uint32_t *bucket = job_bucket(flight, client, job);
    uint32_t *target = addr_bucket(flight, dst);
    struct check *check;

    if (index != FLIGHT_NONE)
        flight->free_checks.free = flight->checks[index].next;
    else if (flight->free_checks.fresh < flight->capacity)
        index = flight->free_checks.fresh++;
    else
        return FLIGHT_NONE;
    check = &flight->checks[index];
    memset(check, 0, sizeof(*check));
    check->client = client;
    check->job = job;
    check->next = *bucket;
    check->next_of_target = *target;
    check->used = true;
    memset(check->probes, 0xff, sizeof(check->probes));
    *bucket = *target = index;
    return index;
}

void flight_remove_check(struct flight *flight, uint32_t index, const struct addr *dst)
{
    struct check *check = &flight->checks[index];
    uint32_t *at = job_bucket(flight, check->client, check->job);

    while (*at != index)
        at = &flight->checks[*at].next;
    *at = check->next;
    at = addr_bucket(flight, dst);
    while (*at != index)
        at = &flight->checks[*at].next_of_target;
    *at = check->next_of_target;
    check->used = false;
    check->next = flight->free_checks.free;
    flight->free_checks.free = index;
}

static uint32_t skip_other_checks(const struct flight *flight, uint32_t index,
                                  const struct addr *dst)
{
    while (index != FLIGHT_NONE &&
           !addr_equal(&flight_ends(flight, &flight->checks[index])->dst, dst))
        index = flight->checks[index].next_of_target;
    return index;
}

uint32_t flight_first_check_of(const struct flight *flight, const struct addr *dst)
{
    return skip_other_checks(flight, *addr_bucket(flight, dst), dst);
}

uint32_t flight_next_check_of(const struct flight *flight, uint32_t index)
{
    const struct check *check = &flight->checks[index];

    return skip_other_checks(flight, check->next_of_target, &flight_ends(flight, check)->dst);
}

uint32_t flight_find_check(const struct flight *flight, uint32_t client, uint32_t job)
{
    uint32_t index = *job_bucket(flight, client, job);

    while (index != FLIGHT_NONE &&
           (flight->checks[index].client != client || flight->checks[index].job != job))
        index = flight->checks[index].next;
    return index;
}

uint32_t flight_check_of(const struct flight *flight, uint32_t client, uint32_t from)
{
    for (uint32_t i = from; i < flight->free_checks.fresh; i++)
        if (flight->checks[i].used && flight->checks[i].client == client)
            return i;
    return FLIGHT_NONE;
}
