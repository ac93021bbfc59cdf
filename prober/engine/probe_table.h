/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where probes and checks live, and how they are found: two arrays of fixed size, with hash
 * chains by target, by job and by address.  Pure; the prober.
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

/* For this many probes, and as many checks.  Returns NULL without memory. */
struct probe_table *probe_table_new(uint32_t capacity, const uint8_t key[static SIPHASH_KEY_LEN]);
void probe_table_free(struct probe_table *table);

uint32_t probe_table_capacity(const struct probe_table *table);
uint32_t probe_table_probe_count(const struct probe_table *table);

/* A probe's number, below the capacity, and the probe of a number. */
uint32_t probe_table_index(const struct probe_table *table, const struct probe *probe);
struct probe *probe_table_probe(const struct probe_table *table, uint32_t index);

/* A tag names one SYN of one probe: its attempt, its slot, and the probe's serial number,
 * because the slot may have been given to another probe since. */
uint64_t probe_table_tag(const struct probe_table *table, const struct probe *probe,
                         unsigned attempt);
/* Returns the probe and fills *attempt, or NULL: the tag names nothing, or what it named is
 * gone. */
struct probe *probe_table_find_tag(const struct probe_table *table, uint64_t tag,
                                   unsigned *attempt);

/* Adds a zeroed probe of this target.  Returns NULL if the table is full. */
struct probe *probe_table_add_probe(struct probe_table *table, const struct addr *dst,
                                    uint16_t dport);
void probe_table_remove_probe(struct probe_table *table, struct probe *probe);

/* The probes of one target: the first, which was added last, and from each the next, or NULL. */
struct probe *probe_table_first_of(const struct probe_table *table, const struct addr *dst,
                                   uint16_t dport);
struct probe *probe_table_next_of(const struct probe_table *table, const struct probe *probe);

/* Adds a zeroed check of this peer's job and target, without probes.  Returns NULL if the
 * table is full. */
struct check *probe_table_add_check(struct probe_table *table, uint8_t peer, uint32_t job,
                                    const struct addr *dst);
/* dst is what it was added with. */
void probe_table_remove_check(struct probe_table *table, struct check *check,
                              const struct addr *dst);
struct check *probe_table_find_check(const struct probe_table *table, uint32_t peer, uint32_t job);

/* The checks of one target: the first, and from each the next, or NULL.  All of them must
 * have a first probe. */
struct check *probe_table_first_check_of(const struct probe_table *table, const struct addr *dst);
struct check *probe_table_next_check_of(const struct probe_table *table, const struct check *check);

/* The peer's next check behind this one (NULL: its first), or NULL.  The one given may have
 * been removed.  Walks the table: for a peer that has disconnected. */
struct check *probe_table_next_check_of_peer(const struct probe_table *table, uint32_t peer,
                                             const struct check *check);

#endif
