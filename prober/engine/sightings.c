/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/engine/sightings.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "prober/evidence/icmp_codes.h"
#include "prober/evidence/observations.h"
#include "prober/evidence/observed_flows.h"

#define REMEMBERED_NS (10 * NS_PER_S)

enum {
    TARGETS = 2048,
    ROUTERS = 512,
    PATHS = 256,
    OPEN_PORTS_MAX = 4,
    /* Linux's default lets 6 ICMP errors go at once and one a second (icmp_ratelimit); its IPv4
     * routes fewer (route/error_burst). */
    ERRORS_MANY = 3,
    ERRORS_LEAK = 1,
    /* Limits on resets begin at 20 a second (D-Link NetDefend), FreeBSD's is 200. */
    RESETS_MANY = 10,
    RESETS_LEAK = 10,
    /* Ports that got their answer to a repeated SYN only.  A reset may come late because packets
     * were lost; two did hardly. */
    LATE_ERRORS_MANY = 1,
    LATE_RESETS_MANY = 2,
    LATE_LEAK = 1,
};

/* A count that leaks away, and when it was last at its limit. */
struct level {
    uint64_t at_ns, full_ns;
    uint32_t count;
};

/* What a target answered of one kind, resets or errors. */
struct sighted_kind {
    struct level all, late;
    uint64_t prompt_ns; /* the last SYN was sent that was answered at once */
};

struct sighted_target {
    struct addr addr;
    struct sighted_kind errors, resets;
    uint64_t unreachable_ns; /* a router said that there is no way */
    uint64_t foreign_ns;     /* a router said anything */
    struct {
        uint64_t at_ns;
        uint16_t port;
    } open[OPEN_PORTS_MAX];
    uint8_t next_open;
};

struct sighted_router {
    struct addr addr;
    struct level errors;
};

struct sighted_path {
    struct addr dst;
    struct addr hops[TTL_PROBE_HOPS_MAX + 1];
};

struct sightings {
    uint8_t key[SIPHASH_KEY_LEN];
    struct sighted_target targets[TARGETS];
    struct sighted_router routers[ROUTERS];
    struct sighted_path paths[PATHS];
};

struct sightings *sightings_new(const uint8_t key[static SIPHASH_KEY_LEN])
{
    struct sightings *sightings = calloc(1, sizeof(*sightings));

    if (sightings != NULL)
        memcpy(sightings->key, key, SIPHASH_KEY_LEN);
    return sightings;
}

void sightings_free(struct sightings *sightings)
{
    free(sightings);
}

static size_t place_of(const struct sightings *sightings, const struct addr *addr, size_t places)
{
    return (size_t)siphash(sightings->key, addr->bytes, sizeof(addr->bytes)) % places;
}

static void level_add(struct level *level, uint32_t leak, uint32_t many, uint64_t now_ns)
{
    uint64_t leaked = (now_ns - level->at_ns) * leak / NS_PER_S;

    if (leaked > 0) {
        level->count = leaked < level->count ? level->count - (uint32_t)leaked : 0;
        level->at_ns = now_ns;
    }
    level->count++;
    if (level->count >= many)
        level->full_ns = now_ns;
}

static struct sighted_target *target_of(struct sightings *sightings, const struct addr *addr)
{
    struct sighted_target *target = &sightings->targets[place_of(sightings, addr, TARGETS)];

    if (!addr_equal(&target->addr, addr))
        *target = (struct sighted_target){.addr = *addr};
    return target;
}

static const struct sighted_target *find_target(const struct sightings *sightings,
                                                const struct addr *addr)
{
    const struct sighted_target *target = &sightings->targets[place_of(sightings, addr, TARGETS)];

    return addr_equal(&target->addr, addr) ? target : NULL;
}

struct limits {
    uint32_t leak, many, late_many;
};

static const struct limits errors_limits = {ERRORS_LEAK, ERRORS_MANY, LATE_ERRORS_MANY};
static const struct limits resets_limits = {RESETS_LEAK, RESETS_MANY, LATE_RESETS_MANY};

static void note_kind(struct sighted_kind *kind, const struct limits *limits,
                      const struct probe *probe, uint64_t now_ns)
{
    const struct observed_answer *best = observed_best(&probe->observed);

    level_add(&kind->all, limits->leak, limits->many, now_ns);
    if (observed_is_late(&probe->observed, best))
        level_add(&kind->late, LATE_LEAK, limits->late_many, now_ns);
    else if (probe->start_ns > kind->prompt_ns)
        kind->prompt_ns = probe->start_ns;
}

void sightings_note_answer(struct sightings *sightings, const struct probe *probe, uint64_t now_ns)
{
    const struct observed_answer *best = observed_best(&probe->observed);
    struct sighted_target *target = target_of(sightings, &probe->observed.dst);

    if (best->kind == ANSWER_SYN_ACK) {
        target->open[target->next_open].at_ns = now_ns;
        target->open[target->next_open].port = probe->observed.dport;
        target->next_open = (uint8_t)((target->next_open + 1) % OPEN_PORTS_MAX);
        return;
    }
    if (best->kind == ANSWER_RESET) {
        note_kind(&target->resets, &resets_limits, probe, now_ns);
        return;
    }
    note_kind(&target->errors, &errors_limits, probe, now_ns);
    if (addr_equal(&best->from, &probe->observed.dst))
        return;
    target->foreign_ns = now_ns;
    if (!icmp_code_find(best->from.family, best->icmp_type, best->icmp_code)->filter)
        target->unreachable_ns = now_ns;
}

void sightings_note_hop(struct sightings *sightings, const struct addr *dst, uint8_t hop,
                        const struct addr *router, uint64_t now_ns)
{
    struct sighted_path *path = &sightings->paths[place_of(sightings, dst, PATHS)];
    struct sighted_router *at = &sightings->routers[place_of(sightings, router, ROUTERS)];

    if (!addr_equal(&path->dst, dst))
        *path = (struct sighted_path){.dst = *dst};
    path->hops[hop] = *router;
    if (!addr_equal(&at->addr, router))
        *at = (struct sighted_router){.addr = *router};
    level_add(&at->errors, ERRORS_LEAK, ERRORS_MANY, now_ns);
}

static bool is_recent(uint64_t at_ns, uint64_t now_ns)
{
    return at_ns != 0 && now_ns - at_ns < REMEMBERED_NS;
}

const struct addr *sightings_busy_hop(const struct sightings *sightings, const struct addr *dst,
                                      uint8_t hop, uint64_t now_ns)
{
    const struct sighted_path *path = &sightings->paths[place_of(sightings, dst, PATHS)];
    const struct addr *router = &path->hops[hop];
    const struct sighted_router *at = &sightings->routers[place_of(sightings, router, ROUTERS)];

    if (!addr_equal(&path->dst, dst) || router->family == ADDR_NONE ||
        !addr_equal(&at->addr, router) || !is_recent(at->errors.full_ns, now_ns))
        return NULL;
    return router;
}

/* Since a moment before the probe began. */
static bool is_meanwhile(uint64_t at_ns, const struct probe *probe)
{
    return at_ns != 0 && at_ns + NS_PER_S >= probe->start_ns;
}

/* Some answers came late, or so many came that they may have used up all, and none came at once
 * to a SYN that was sent after the probe's first. */
static bool may_be_used_up(const struct sighted_kind *kind, const struct probe *probe)
{
    return is_meanwhile(kind->late.full_ns, probe) ||
           (is_meanwhile(kind->all.full_ns, probe) && kind->prompt_ns <= probe->start_ns);
}

/* Another port of the check was answered late. */
static bool has_late_company(const struct probe *probe)
{
    for (const struct probe *other = probe->check->first; other != NULL; other = other->sibling) {
        const struct observed_answer *best =
            other != probe ? observed_best(&other->observed) : NULL;
        if (best != NULL && best->kind <= ANSWER_RESET && observed_is_late(&other->observed, best))
            return true;
    }
    return false;
}

void sightings_gather(const struct sightings *sightings, const struct probe *probe,
                      struct findings *findings)
{
    const struct sighted_target *target = find_target(sightings, &probe->observed.dst);

    if (target == NULL)
        return;
    findings->limit_reached =
        may_be_used_up(&target->errors, probe) || may_be_used_up(&target->resets, probe) ||
        is_meanwhile(target->unreachable_ns, probe) || has_late_company(probe) ||
        /* whoever rejects all ports of a target has little to spend on each */
        (is_meanwhile(target->foreign_ns, probe) && !probe->check->echo.replied);
    for (unsigned i = 0; i < OPEN_PORTS_MAX; i++)
        if (target->open[i].port == probe->observed.dport && target->open[i].at_ns != 0 &&
            target->open[i].at_ns + REMEMBERED_NS >= probe->start_ns)
            findings->was_open = true;
}
