/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Worlds drawn at random: what is true of a target, of the way to it and of the packets' luck.
 * A world never changes once it is drawn; world_run.h plays it, world_claims.h holds verdicts
 * against it.  The same seed draws the same world.
 */
#ifndef PORTLIGHT_TEST_WORLDS_H
#define PORTLIGHT_TEST_WORLDS_H

#include <stdio.h>

#include "common/contract/policy.h"
#include "common/contract/verdict.h"
#include "tests/unit/support/world_path.h"
#include "tests/unit/support/world_stack.h"

/* Who makes the answer. */
enum world_place {
    PLACE_NOBODY = 0,
    PLACE_HOST,   /* at the target's address */
    PLACE_DEVICE, /* on the way, in the target's name */
    PLACE_BEHIND, /* the target's address forwards to it */
    PLACE_ROUTER, /* on the way, in its own name */
    PLACE_LOCAL,  /* our own machine */
};

enum world_kind {
    WORLD_HOST_ACCEPTS = 0,
    WORLD_DEVICE_ACCEPTS,
    WORLD_FORWARDED_ACCEPTS,
    WORLD_SYN_PROXY_ON_HOST,
    WORLD_SYN_PROXY_BEFORE_HOST,
    WORLD_SYN_PROXY_BEHIND_NAT,
    WORLD_HOST_REFUSES, /* as its stack does: with our DSCP or plainly */
    WORLD_NETFILTER_RESET,
    WORLD_PF_RESET,
    WORLD_OTHER_FILTER_RESET,
    WORLD_FILTER_IN_PLACE,
    WORLD_DEVICE_IN_PLACE,
    WORLD_DEVICE_RESETS,
    WORLD_DEVICE_REFUSES,
    WORLD_FORWARDED_REFUSES,
    WORLD_FORWARDED_RESET,
    WORLD_RESET_INJECTED, /* before the host's SYN-ACK */
    WORLD_GROUP,          /* most members accept */
    WORLD_NETFILTER_ICMP,
    WORLD_NETFILTER_UNREACHABLE, /* with a code that routers use for other things */
    WORLD_DEVICE_ICMP,
    WORLD_FORWARDED_ICMP,
    WORLD_ROUTER_REJECTS,
    WORLD_ROUTER_UNREACHABLE, /* a filter with such a code */
    WORLD_NO_ROUTE,           /* of the whole target, as are the next ones */
    WORLD_HOST_DOWN_REPORTED,
    WORLD_FORWARDED_TO_DEAD,
    WORLD_NO_TCP,
    WORLD_LOOP,
    WORLD_TTL_SHORTENED,
    WORLD_DROPPED_BY_HOST,
    WORLD_DROPPED_ON_WAY,
    WORLD_LISTENER_OVERLOADED,
    WORLD_HOST_DOWN,
    WORLD_GATEWAY_DEAD,
    WORLD_KINDS,
};

/* What is true in it; written down apart from the table of explanations.  Rarity in the points
 * of explanations.h. */
struct world_truth {
    const char *words;
    uint8_t place; /* enum world_place */
    uint8_t disposition, actor;
    uint8_t rarity;
    uint8_t state;
    bool whole_target;
    uint64_t explanations; /* any of these must survive */
};

const struct world_truth *world_truth_of(enum world_kind kind);

enum world_member { MEMBER_DEAD = 0, MEMBER_REFUSES, MEMBER_FILTERED, MEMBER_UNREACHABLE, MEMBERS };

struct world_port {
    uint16_t port;
    uint8_t kind;     /* enum world_kind */
    uint8_t node;     /* of the device or router; machines behind: how far */
    bool after_count; /* it takes one off the TTL before it looks at the packet */
    uint8_t icmp_type, icmp_code;
    struct world_stack maker;                /* of the answer */
    uint8_t group_size, group_bad, bad_does; /* enum world_member */
    uint8_t rarity;                          /* of all about this port alone */
};

struct world {
    uint64_t seed;
    bool ipv6, trace;
    uint8_t port_count, checks; /* the checks start at about the same time */
    struct world_path path;
    struct world_stack host; /* what has the target's address */
    struct world_port ports[POLICY_PORTS_MAX];
    uint8_t rarity; /* of path and host */
    bool first_syn_dropped;
    uint8_t resets_per_s; /* 0: no limit */
    bool errors_limited;  /* as Linux does */
};

/* How much else than the plainest case a draw may have. */
enum world_variety { WORLD_PLAIN = 0, WORLD_ANY };

void world_draw(struct world *world, uint64_t seed, enum world_variety variety);

/* One with this kind at its first port. */
void world_draw_kind(struct world *world, uint64_t seed, enum world_variety variety,
                     enum world_kind kind);

/* Its port of this index becomes one of this kind. */
void world_set_port(struct world *world, unsigned index, enum world_kind kind);

void world_describe(const struct world *world, FILE *out);

/* All that is rare in it, as far as this port is concerned. */
unsigned world_rarity(const struct world *world, unsigned port);

/* The hops at which the port's answer may be made, as bits; more than one if ways differ. */
uint64_t world_hops(const struct world *world, unsigned port);

#endif
