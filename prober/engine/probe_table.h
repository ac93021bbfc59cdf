/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The probes and checks under way: two tables of fixed size and two ways to
 * find things in them.  Pure; the prober.  Indices stay valid until removed;
 * nothing is allocated after probe_table_new, and memory that was never used is
 * never touched.
 */
#ifndef PORTLIGHT_PROBER_ENGINE_PROBE_TABLE_H
#define PORTLIGHT_PROBER_ENGINE_PROBE_TABLE_H

#include "common/base/siphash.h"
#include "common/contract/policy.h"
#include "prober/evidence/echo.h"
#include "prober/evidence/observed.h"

#define PROBE_TABLE_NONE UINT32_MAX

enum { CHECK_PROBES_MAX = POLICY_PORTS_MAX + 1, CHECK_CONTROL_PROBE = POLICY_PORTS_MAX };

enum probe_phase {
    PROBE_SENDING = 0, /* SYNs are left to be sent */
    PROBE_WAITING,     /* all sent, the time is not up */
    PROBE_LINGERING,   /* time is up, but a router may still report a dead host */
    PROBE_COLLECTING,  /* answered, but a weightier answer may be right behind */
    PROBE_SETTLING,    /* its own packets are in; others may make the verdict surer */
    PROBE_TEARDOWN,    /* reported open; watching that the connection is torn down */
    PROBE_DONE,        /* reported; kept for the other ports of its check */
};

/* One port of one check. */
struct probe {
    uint32_t next;  /* of the same target, or free */
    uint32_t check; /* PROBE_TABLE_NONE once its check is done */
    struct observed observed;
    struct ttl_probe *ttl_probe; /* SYNs with a small TTL, or NULL */
    uint64_t due_ns;             /* of its phase */
    uint64_t start_ns;           /* its first SYN was handed over */
    uint32_t losses;             /* of the capture, when it started, cut short */
    uint32_t serial;             /* counts the probes there were before it */
    uint16_t timeout_ms;
    uint8_t phase; /* enum probe_phase */
    uint8_t port_group;
    bool started : 1;
    bool slot_reserved : 1; /* due_ns is a reserved place in the packet rate */
    bool control : 1;       /* a port of our own choice, never reported */
};

/* What a peer asked under one job number. */
struct check {
    uint32_t job;
    uint32_t next;                     /* in its bucket, or free */
    uint32_t next_of_target;           /* in the other bucket */
    uint32_t probes[CHECK_PROBES_MAX]; /* the control port's is the last */
    uint8_t peer;
    uint8_t port_count; /* at least 1: the first probe knows the addresses */
    uint8_t unreported;
    bool used : 1;
    bool trace : 1;
    struct packet_log *log; /* NULL: not wanted */
    uint64_t echo_ns;       /* when the last echo with the full TTL was sent */
    struct echo echo;
};

struct probe_table;
struct packet_log;
struct ttl_probe;

/* Room for this many probes, and as many checks.  NULL without memory. */
struct probe_table *probe_table_new(uint32_t capacity, const uint8_t key[static SIPHASH_KEY_LEN]);
void probe_table_free(struct probe_table *table);

uint32_t probe_table_capacity(const struct probe_table *table);
uint32_t probe_table_probe_count(const struct probe_table *table);

struct probe *probe_table_probe(struct probe_table *table, uint32_t index);
struct check *probe_table_check(struct probe_table *table, uint32_t index);

/* The record of the check's first port: its addresses are the check's. */
const struct observed *probe_table_ends(const struct probe_table *table, const struct check *check);

/* A zeroed probe of this target, found by it from now on; PROBE_TABLE_NONE: full. */
uint32_t probe_table_add_probe(struct probe_table *table, const struct addr *dst, uint16_t dport);
void probe_table_remove_probe(struct probe_table *table, uint32_t index);

/* The probes of one target: the first, and from each the next, or PROBE_TABLE_NONE. */
uint32_t probe_table_first_of(const struct probe_table *table, const struct addr *dst,
                              uint16_t dport);
uint32_t probe_table_next_of(const struct probe_table *table, uint32_t index);

/* A zeroed check of this peer's job and target, without probes; PROBE_TABLE_NONE: full. */
uint32_t probe_table_add_check(struct probe_table *table, uint8_t peer, uint32_t job,
                               const struct addr *dst);
/* dst is what it was added with. */
void probe_table_remove_check(struct probe_table *table, uint32_t index, const struct addr *dst);
uint32_t probe_table_find_check(const struct probe_table *table, uint32_t peer, uint32_t job);

/* The checks of one target: the first, and from each the next, or PROBE_TABLE_NONE. */
uint32_t probe_table_first_check_of(const struct probe_table *table, const struct addr *dst);
uint32_t probe_table_next_check_of(const struct probe_table *table, uint32_t index);

/* The first check of the peer at index `from` or behind it, or PROBE_TABLE_NONE.
 * Slow: for a peer that left. */
uint32_t probe_table_check_of(const struct probe_table *table, uint32_t peer, uint32_t from);

#endif
