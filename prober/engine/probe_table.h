/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Holds and finds probes and checks: two arrays of fixed size, with hash chains by target, by job
 * and by address.  Pure; the prober.
 *
 * Slots never move, so pointers stay valid until the slot is removed.  Nothing is allocated
 * after probe_table_new, and memory that was never used is never touched.
 */
#ifndef PORTLIGHT_PROBER_ENGINE_PROBE_TABLE_H
#define PORTLIGHT_PROBER_ENGINE_PROBE_TABLE_H

#include <stdint.h>

#include "common/base/siphash.h"
#include "common/net/addr.h"

struct check;
struct probe;
struct probe_table;

/* For this many probes, and as many checks.  Returns NULL if out of memory. */
struct probe_table *probe_table_new(uint32_t capacity, const uint8_t key[static SIPHASH_KEY_LEN]);
void probe_table_free(struct probe_table *table);

uint32_t probe_table_capacity(const struct probe_table *table);
uint32_t probe_table_probe_count(const struct probe_table *table);

/* A probe's index, below the capacity, and the probe with an index. */
uint32_t probe_table_index(const struct probe_table *table, const struct probe *probe);
struct probe *probe_table_probe(const struct probe_table *table, uint32_t index);

/* A tag identifies one SYN of one probe: by attempt, index, and serial number, because the slot may
 * be reused for another probe. */
uint64_t probe_table_tag(const struct probe_table *table, const struct probe *probe,
                         unsigned attempt);
/* Returns the probe and fills *attempt.  NULL if the tag is unknown, or its slot was reused. */
struct probe *probe_table_find_tag(const struct probe_table *table, uint64_t tag,
                                   unsigned *attempt);

/* Adds a zeroed probe of this target.  Returns NULL if the table is full. */
struct probe *probe_table_add_probe(struct probe_table *table, const struct addr *dst,
                                    uint16_t dport);
void probe_table_remove_probe(struct probe_table *table, struct probe *probe);

/* The probes of one target port: the first, which was added last, and the next after each, or
 * NULL. */
struct probe *probe_table_first_of(const struct probe_table *table, const struct addr *dst,
                                   uint16_t dport);
struct probe *probe_table_next_of(const struct probe_table *table, const struct probe *probe);

/* Adds a zeroed check of this peer's job and target, without probes.  Returns NULL if the
 * table is full. */
struct check *probe_table_add_check(struct probe_table *table, uint8_t peer, uint32_t job,
                                    const struct addr *dst);
/* dst as in probe_table_add_check. */
void probe_table_remove_check(struct probe_table *table, struct check *check,
                              const struct addr *dst);
struct check *probe_table_find_check(const struct probe_table *table, uint32_t peer, uint32_t job);

/* The checks of one target: the first, and the next after each, or NULL.  All of them must have a
 * first probe. */
struct check *probe_table_first_check_of(const struct probe_table *table, const struct addr *dst);
struct check *probe_table_next_check_of(const struct probe_table *table, const struct check *check);

/* The peer's next check after this one (NULL: its first), or NULL.  The given one may have been
 * removed.  Scans the whole table, so use it only for a peer that has disconnected. */
struct check *probe_table_next_check_of_peer(const struct probe_table *table, uint32_t peer,
                                             const struct check *check);

#endif
