/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/evidence/location.h"

#include "prober/packet/our_syn.h"

/* What is measured, put into one place. */
struct measure {
    bool comparable; /* there is a reference, and both TTLs started alike */
    int nearer;      /* by how many hops, by the TTL on arrival */
    int target;      /* the target's hop */
    int alone;       /* the sender's hop by its own TTL, whatever the target's */
    int first;       /* the first hop from which it is answered, 0: unknown */
    bool proven;     /* first is exact */
};

/* A SYN is counted down before or after it is stopped, so a router that stops it
 * at hop n answers for TTL n or n + 1. */
static bool stops_at(const struct measure *m, int hop)
{
    return m->proven && (m->first == hop || m->first == hop + 1);
}

/* A hop outside 1 to TTL_PROBE_HOPS_MAX is not known. */
static struct location make_location(enum place place, bool confirmed, int hop)
{
    return (struct location){
        .place = place,
        .confirmed = confirmed,
        .hop = hop >= 1 && hop <= TTL_PROBE_HOPS_MAX ? (int16_t)hop : VERDICT_UNKNOWN_HOP,
    };
}

static struct location compare(const struct measure *m, const struct host_profile *profile)
{
    bool at_target = m->proven && m->first == m->target;
    int hop = m->target - m->nearer;

    if (m->nearer == 0 && m->proven && m->first < m->target && profile->hops_confirmed)
        return make_location(PLACE_NEARER, true, VERDICT_UNKNOWN_HOP); /* m->first or one less */
    if (m->nearer == 0)
        return make_location(PLACE_SAME, at_target, m->target);
    if (m->nearer > 0 && stops_at(m, hop))
        return make_location(PLACE_NEARER, true, hop);
    if (at_target) /* it is the target: some programs choose a TTL of their own */
        return make_location(PLACE_SAME, false, m->target);
    if (m->nearer > 0 && m->proven && m->first > m->target) /* the two contradict each other */
        return make_location(PLACE_UNKNOWN, false, VERDICT_UNKNOWN_HOP);
    if (m->nearer > 0)
        return make_location(PLACE_NEARER, false, m->first == 0 ? hop : VERDICT_UNKNOWN_HOP);
    return make_location(PLACE_BEHIND, m->proven && m->first > m->target,
                         m->proven ? m->first : hop);
}

/* The TTLs started differently: the small TTLs tell, and the distance by the answer's
 * own TTL where it agrees with them. */
static struct location without_ttl(const struct measure *m, const struct host_profile *profile)
{
    int hop = stops_at(m, m->alone) ? m->alone : VERDICT_UNKNOWN_HOP;
    int place = hop != VERDICT_UNKNOWN_HOP ? hop : m->first;

    if (!m->proven || !profile->hops_confirmed)
        return make_location(PLACE_UNKNOWN, false, VERDICT_UNKNOWN_HOP);
    if (place < m->target)
        return make_location(PLACE_NEARER, true, hop);
    if (place > m->target)
        return make_location(PLACE_BEHIND, true, hop);
    return make_location(hop != VERDICT_UNKNOWN_HOP ? PLACE_SAME : PLACE_UNKNOWN, false, hop);
}

/* An ICMP error says itself how far our SYN came, by the TTL that it quotes. */
static void measure_quote(const struct observed_answer *answer, struct measure *m)
{
    m->proven = answer->quoted_ttl <= OUR_SYN_TTL && answer->quoted_ttl > 0;
    m->first = m->proven ? OUR_SYN_TTL - answer->quoted_ttl + 1 : 0;
}

static void measure_path(const struct ttl_probe *ttl_probe, struct measure *m)
{
    if (ttl_probe != NULL)
        m->first = ttl_probe_first_answered(ttl_probe, &m->proven);
    if (m->first == 0)
        m->proven = false;
}

struct location location_of(const struct observed *observed, const struct observed_answer *answer,
                            const struct ttl_probe *ttl_probe, const struct host_profile *profile)
{
    struct measure m = {.target = profile->hops, .alone = host_profile_hops_by_ttl(answer->ttl)};
    uint8_t nat_hop = ttl_probe != NULL ? ttl_probe_hop_of(ttl_probe, &observed->dst) : 0;
    struct location location;

    if (observed_is_own_address(observed))
        return (struct location){.place = PLACE_SAME, .confirmed = true, .hop = 0};
    m.comparable = profile->has_ttl &&
                   host_profile_ttl_base(answer->ttl) == host_profile_ttl_base(profile->ttl);
    m.nearer = answer->ttl - profile->ttl;
    if (answer->kind <= ANSWER_UNREACHABLE)
        measure_quote(answer, &m);
    else
        measure_path(ttl_probe, &m);

    if (nat_hop != 0) {
        location = make_location(PLACE_BEHIND, true, m.first > nat_hop ? m.first : nat_hop + 1);
        location.nat = true;
    } else if (m.comparable) {
        location = compare(&m, profile);
        location.confirmed = location.confirmed && !profile->ttl_is_weak;
    } else {
        location = without_ttl(&m, profile);
        location.base_differs = profile->has_ttl;
    }
    return location;
}

static uint32_t hop_bit(int hop)
{
    return hop >= 1 && hop <= TTL_PROBE_HOPS_MAX ? UINT32_C(1) << hop : 0;
}

uint32_t location_wanted_hops(const struct observed *observed, const struct observed_answer *answer,
                              const struct host_profile *profile)
{
    int target = profile->hops;
    int sender = target - (answer->ttl - profile->ttl);
    int alone = host_profile_hops_by_ttl(answer->ttl);
    uint32_t wanted = hop_bit(target - 1) | hop_bit(target);

    /* an ICMP error quotes what we would ask for */
    if (observed_is_own_address(observed) || answer->kind <= ANSWER_UNREACHABLE ||
        !profile->has_ttl)
        return 0;
    if (host_profile_ttl_base(answer->ttl) != host_profile_ttl_base(profile->ttl))
        return wanted | hop_bit(alone - 1) | hop_bit(alone) | hop_bit(alone + 1);
    if (sender != target)
        return wanted | hop_bit(sender - 1) | hop_bit(sender) | hop_bit(sender + 1);
    return answer->kind == ANSWER_RESET &&
                   !host_profile_is_reflected(answer->tos, observed->tos, NULL)
               ? wanted
               : 0;
}
