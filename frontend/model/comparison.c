/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/model/comparison.h"

#include <math.h>
#include <string.h>

#include "common/net/prefix.h"

/* Light in a vacuum, for a round trip; nothing on earth is faster, cables are half again slower. */
static const double KM_PER_MS = 299.792458 / 2;
static const double EARTH_KM = 6371;
static const double RADIANS = 0.017453292519943295;

_Static_assert(PLACES_ASKED_MAX <= 16, "a bit for each place");

/* --- what a place saw ---------------------------------------------------------------------- */

static const struct result_target *find_target(const struct place_answer *answer,
                                               const struct addr *addr)
{
    for (unsigned i = 0; i < answer->target_count; i++)
        if (addr_equal(&answer->targets[i].addr, addr))
            return &answer->targets[i];
    return NULL;
}

/* Where its port stands, or -1. */
static int find_port(const struct result_target *target, uint16_t port)
{
    for (unsigned i = 0; i < target->port_count; i++)
        if (target->done[i] && target->verdicts[i].port == port)
            return (int)i;
    return -1;
}

/* The verdict of a place about this address and port; NULL if it has none. */
static const struct verdict *verdict_of(const struct place_answer *answer, const struct addr *addr,
                                        uint16_t port)
{
    const struct result_target *target =
        answer->status == PLACE_STATUS_ANSWERED ? find_target(answer, addr) : NULL;
    int index = target != NULL ? find_port(target, port) : -1;

    return index >= 0 ? &target->verdicts[index] : NULL;
}

/* One that votes: NULL for none, and for "unknown". */
static const struct verdict *vote_of(const struct result *result, const struct comparison *c,
                                     unsigned place)
{
    const struct verdict *verdict = verdict_of(&result->places[place], &c->addr, c->port);

    return verdict != NULL && verdict->state != STATE_UNKNOWN ? verdict : NULL;
}

/* The last router that still forwarded our SYN, of a trace; false without one that has a name. */
static bool last_hop_of(const struct result *result, const struct comparison *c, unsigned place,
                        struct addr *hop)
{
    const struct verdict *verdict = vote_of(result, c, place);
    const struct result_target *target = find_target(&result->places[place], &c->addr);
    const struct probe_details *details;

    if (verdict == NULL || verdict->last_hop <= 0)
        return false;
    details = &target->trails[find_port(target, c->port)];
    if (verdict->last_hop > details->hop_count)
        return false;
    *hop = details->hops[verdict->last_hop - 1].addr;
    return hop->family != ADDR_NONE;
}

/* What one operator's routers at one site may well have in common: each shows the address of the
 * interface that faces whoever asks, so that the same router has several. */
static bool is_near(const struct addr *a, const struct addr *b)
{
    unsigned bits = a->family == ADDR_IPV4 ? 16 : 32;
    const struct addr left = addr_mask(a, bits), right = addr_mask(b, bits);

    return a->family == b->family && addr_equal(&left, &right);
}

/* --- the rules: each looks at a difference, and says how sure it is, or nothing ----------------
 */

struct difference {
    const struct result *result;
    const struct comparison *comparison;
};

static double distance_km(const struct place *a, const struct place *b)
{
    double phi = (b->latitude - a->latitude) * RADIANS / 2;
    double lambda = (b->longitude - a->longitude) * RADIANS / 2;
    double h = sin(phi) * sin(phi) +
               cos(a->latitude * RADIANS) * cos(b->latitude * RADIANS) * sin(lambda) * sin(lambda);

    return 2 * EARTH_KM * asin(sqrt(h < 1 ? h : 1));
}

/* Did the target itself answer, and no device before it, so that the time is that of the whole way?
 * And may the place be believed? */
static bool has_way_time(const struct difference *d, unsigned place)
{
    const struct verdict *verdict = vote_of(d->result, d->comparison, place);

    return verdict != NULL && verdict->rtt_ns != VERDICT_NO_RTT &&
           (verdict->state == STATE_OPEN || verdict->state == STATE_CLOSED) &&
           addr_equal(&verdict->responder, &d->comparison->addr) && verdict->actor != ACTOR_PATH &&
           !d->result->places[place].is_suspect;
}

/* Can no machine be as near to both as their round trips say? */
static bool are_faster_than_light(const struct difference *d, unsigned a, unsigned b)
{
    const struct place *left = &d->result->places[a].place;
    const struct place *right = &d->result->places[b].place;
    double rtt_ms;

    if (!left->has_position || !right->has_position || !has_way_time(d, a) || !has_way_time(d, b))
        return false;
    rtt_ms = ((double)vote_of(d->result, d->comparison, a)->rtt_ns +
              (double)vote_of(d->result, d->comparison, b)->rtt_ns) /
             1e6;
    return rtt_ms * KM_PER_MS < distance_km(left, right);
}

static int by_light(const struct difference *d)
{
    for (unsigned a = 0; a < d->result->place_count; a++)
        for (unsigned b = 0; b < a; b++)
            if (are_faster_than_light(d, a, b))
                return CONFIDENCE_LIKELY;
    return -1;
}

static const struct comparison_group *group_of(const struct comparison *c, enum verdict_state state)
{
    for (unsigned i = 0; i < c->group_count; i++)
        if (c->groups[i].state == state)
            return &c->groups[i];
    return NULL;
}

/* All others agree, and the one who does not was caught at what can't be true. */
static int by_suspect(const struct difference *d)
{
    const struct comparison *c = d->comparison;

    if (c->group_count != 2 || c->groups[1].count != 1 || c->groups[0].count < 2)
        return -1;
    for (unsigned i = 0; i < d->result->place_count; i++)
        if ((c->groups[1].places >> i & 1) != 0 && d->result->places[i].is_suspect)
            return CONFIDENCE_LIKELY;
    return -1;
}

/* Somebody said no: a packet filter to one of them, or in the host's own name. */
static bool is_rejected(const struct difference *d, const struct comparison_group *group)
{
    for (unsigned i = 0; i < d->result->place_count; i++)
        if ((group->places >> i & 1) != 0 &&
            vote_of(d->result, d->comparison, i)->disposition == DISPOSITION_REJECT)
            return true;
    return false;
}

/* An explicit no of a filter to some and the host's own answer to others: it knows who asks. */
static int by_reject(const struct difference *d)
{
    const struct comparison *c = d->comparison;
    const struct comparison_group *closed = group_of(c, STATE_CLOSED);
    const struct comparison_group *filtered = group_of(c, STATE_FILTERED);
    bool closes = closed != NULL && is_rejected(d, closed);
    bool rejects = closes || (filtered != NULL && is_rejected(d, filtered));
    bool answers = group_of(c, STATE_OPEN) != NULL || (closed != NULL && !closes);

    return rejects && answers ? CONFIDENCE_LIKELY : -1;
}

/* Is there an answer that no device on the way gave, told by a place that may be believed? */
static bool has_sound_answer(const struct difference *d, const struct comparison_group *group)
{
    for (unsigned i = 0; i < d->result->place_count; i++)
        if ((group->places >> i & 1) != 0 && !d->result->places[i].is_suspect &&
            vote_of(d->result, d->comparison, i)->actor != ACTOR_PATH)
            return true;
    return false;
}

/* One machine's port is either open or closed. */
static int by_open_and_closed(const struct difference *d)
{
    const struct comparison_group *open = group_of(d->comparison, STATE_OPEN);
    const struct comparison_group *closed = group_of(d->comparison, STATE_CLOSED);

    if (open == NULL || closed == NULL)
        return -1;
    return has_sound_answer(d, open) && has_sound_answer(d, closed) ? CONFIDENCE_LIKELY
                                                                    : CONFIDENCE_GUESS;
}

/* The last hops of the silent ones' traces; -1 without two, or one near the target. */
static int compare_last_hops(const struct difference *d, bool want_same)
{
    const struct comparison_group *silent = group_of(d->comparison, STATE_FILTERED);
    struct addr first = {.family = ADDR_NONE}, hop;
    bool has_all = true, same = true, near = true;

    for (unsigned i = 0; silent != NULL && i < d->result->place_count; i++) {
        if ((silent->places >> i & 1) == 0)
            continue;
        if (!last_hop_of(d->result, d->comparison, i, &hop)) {
            has_all = false;
            continue;
        }
        near = near && is_near(&hop, &d->comparison->addr);
        same = same && (first.family == ADDR_NONE || is_near(&first, &hop));
        if (first.family == ADDR_NONE)
            first = hop;
    }
    if (silent == NULL || !has_all || first.family == ADDR_NONE)
        return -1;
    /* one alone tells only whether it came as far as the target's own network */
    same = near || (same && silent->count > 1);
    if (same != want_same)
        return -1;
    return same ? CONFIDENCE_LIKELY : CONFIDENCE_GUESS;
}

static int by_same_last_hop(const struct difference *d)
{
    return compare_last_hops(d, true);
}

static int by_other_last_hop(const struct difference *d)
{
    return compare_last_hops(d, false);
}

/* The other address of the same host shows none, to the same places. */
static int by_family(const struct difference *d)
{
    const struct result *result = d->result;
    const struct comparison *c = d->comparison;
    unsigned votes = 0, agree = 0, first = STATE_COUNT;

    for (unsigned i = 0; i < result->place_count; i++) {
        const struct place_answer *answer = &result->places[i];
        for (unsigned j = 0; vote_of(result, c, i) != NULL && j < answer->target_count; j++) {
            const struct verdict *verdict;
            if (answer->targets[j].addr.family == c->addr.family)
                continue;
            verdict = verdict_of(answer, &answer->targets[j].addr, c->port);
            if (verdict == NULL || verdict->state == STATE_UNKNOWN)
                continue;
            votes++;
            first = first == STATE_COUNT ? verdict->state : first;
            agree += verdict->state == first;
        }
    }
    return votes == c->answered && votes > 1 && agree == votes ? CONFIDENCE_GUESS : -1;
}

/* Without a trace: a filter at the target is what is usual. */
static int by_silence(const struct difference *d)
{
    return group_of(d->comparison, STATE_FILTERED) != NULL ? CONFIDENCE_GUESS : -1;
}

static const struct {
    int (*confidence)(const struct difference *difference);
    enum because because;
} rules[] = {
    {by_light, BECAUSE_DIFFERENT_HOSTS},
    {by_suspect, BECAUSE_PLACE_SUSPECT},
    {by_reject, BECAUSE_SOURCE_FILTER},
    {by_open_and_closed, BECAUSE_DIFFERENT_HOSTS},
    {by_same_last_hop, BECAUSE_SOURCE_FILTER},
    {by_other_last_hop, BECAUSE_PATH},
    {by_family, BECAUSE_FAMILY},
    {by_silence, BECAUSE_SOURCE_FILTER},
};

/* --- the comparison -------------------------------------------------------------------------- */

static void add_vote(struct comparison *c, enum verdict_state state, unsigned place)
{
    unsigned at = 0;

    while (at < c->group_count && c->groups[at].state != state)
        at++;
    if (at == c->group_count)
        c->groups[c->group_count++] = (struct comparison_group){.state = state};
    c->groups[at].places |= (uint16_t)(1U << place);
    c->groups[at].count++;
}

/* Largest first; what is equal stays as it came. */
static void sort_groups(struct comparison *c)
{
    for (unsigned i = 1; i < c->group_count; i++)
        for (unsigned j = i; j > 0 && c->groups[j].count > c->groups[j - 1].count; j--) {
            struct comparison_group group = c->groups[j];
            c->groups[j] = c->groups[j - 1];
            c->groups[j - 1] = group;
        }
}

static void explain(const struct result *result, struct comparison *c)
{
    const struct difference difference = {result, c};

    for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
        int confidence = rules[i].confidence(&difference);
        if (confidence < 0)
            continue;
        c->because = rules[i].because;
        c->confidence = (enum verdict_confidence)confidence;
        return;
    }
}

static void compare(const struct result *result, struct comparison *c)
{
    c->asked = result->place_count;
    for (unsigned i = 0; i < result->place_count; i++) {
        const struct verdict *vote = vote_of(result, c, i);
        if (vote == NULL)
            continue;
        c->answered++;
        add_vote(c, vote->state, i);
    }
    sort_groups(c);
    if (c->group_count > 1)
        explain(result, c);
}

static bool is_listed(const struct comparison *list, unsigned count, const struct addr *addr,
                      uint16_t port)
{
    for (unsigned i = 0; i < count; i++)
        if (list[i].port == port && addr_equal(&list[i].addr, addr))
            return true;
    return false;
}

unsigned comparison_make(const struct result *result, struct comparison out[static COMPARISONS_MAX])
{
    unsigned count = 0;

    for (unsigned p = 0; p < result->place_count; p++) {
        const struct place_answer *answer = &result->places[p];
        for (unsigned t = 0; answer->status == PLACE_STATUS_ANSWERED && t < answer->target_count;
             t++)
            for (unsigned i = 0; i < answer->targets[t].port_count; i++) {
                const struct result_target *target = &answer->targets[t];
                if (count == COMPARISONS_MAX ||
                    is_listed(out, count, &target->addr, target->verdicts[i].port))
                    continue;
                out[count] =
                    (struct comparison){.addr = target->addr, .port = target->verdicts[i].port};
                compare(result, &out[count]);
                count++;
            }
    }
    return count;
}

const char *because_name(enum because because)
{
    static const char *const names[BECAUSE_COUNT] = {
        NULL, "source-filter", "path", "different-hosts", "place-suspect", "family",
    };

    return names[because];
}
