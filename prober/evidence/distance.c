/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/evidence/distance.h"

#include "common/base/compiler.h"
#include "prober/packet/our_syn.h"

enum { DISTANCE_MAX = 32 };

/* Initial TTLs, from the GNU inetutils manual, "TTL details", and SWITCH's list of default values.
 */
static const uint8_t initial_ttls[] = {30, 32, 60, 64, 128, 255};

static bool is_initial(unsigned ttl)
{
    for (size_t i = 0; i < ARRAY_LEN(initial_ttls); i++)
        if (initial_ttls[i] == ttl)
            return true;
    return false;
}

int16_t distance_by_ttl(uint8_t ttl)
{
    static const uint8_t usual[] = {32, 64, 128};

    for (size_t i = 0; i < ARRAY_LEN(usual); i++)
        if (ttl <= usual[i])
            return (int16_t)(usual[i] - ttl + 1);
    return (int16_t)(UINT8_MAX - ttl + 1);
}

/* Could both have come the same distance, from two usual initial TTLs? */
static bool is_other_initial(uint8_t ttl, uint8_t other)
{
    for (unsigned taken = 0; taken <= DISTANCE_MAX; taken++)
        if (is_initial(ttl + taken) && is_initial(other + taken))
            return true;
    return false;
}

value_set distance_compare(uint8_t ttl, uint8_t echo_ttl)
{
    if (ttl == echo_ttl)
        return TTL_SAME;
    if (is_other_initial(ttl, echo_ttl))
        return TTL_OTHER_BASE;
    return distance_by_ttl(ttl) < distance_by_ttl(echo_ttl) ? TTL_NEARER : TTL_FARTHER;
}

uint8_t distance_of_echo(const struct echo *echo)
{
    uint8_t nearest = ECHO_FULL_TTL;
    bool asked;

    for (unsigned i = 0; echo != NULL && i < echo->attempt_count; i++)
        if (echo->attempts[i].outcome == ECHO_REPLIED && echo->attempts[i].ttl < nearest)
            nearest = echo->attempts[i].ttl;
    if (nearest > TTL_PROBE_HOPS_MAX)
        return 0;
    return nearest == 1 || echo_at(echo, (uint8_t)(nearest - 1), &asked) == ECHO_EXPIRED ? nearest
                                                                                         : 0;
}

static uint8_t distance_quoted(const struct observed_answer *answer)
{
    return answer->quoted_ttl > 0 && answer->quoted_ttl <= OUR_SYN_TTL
               ? (uint8_t)(OUR_SYN_TTL - answer->quoted_ttl + 1)
               : 0;
}

uint8_t distance_of_syn(const struct observed_answer *answer, const struct ttl_probe *ttl_probe)
{
    bool proven = false;
    uint8_t hop;

    if (answer->kind <= ANSWER_UNREACHABLE)
        return distance_quoted(answer);
    if (ttl_probe == NULL)
        return 0;
    hop = ttl_probe_first_answered(ttl_probe, &proven);
    return proven ? hop : 0;
}

/* Compares the hops that got both kinds of packets. */
static value_set compare_hops(const struct ttl_probe *ttl_probe, const struct echo *echo)
{
    for (unsigned hop = 1; hop <= TTL_PROBE_HOPS_MAX; hop++) {
        bool asked;
        enum echo_outcome echoed = echo_at(echo, (uint8_t)hop, &asked);
        uint8_t answered = ttl_probe->hops[hop].outcome;
        if (echoed == ECHO_REPLIED && answered == TTL_PROBE_EXCEEDED)
            return REACH_BEHIND;
        if (echoed == ECHO_EXPIRED && answered == TTL_PROBE_ANSWERED)
            return REACH_BEFORE;
    }
    return NOT_SEEN;
}

value_set distance_reach(const struct observed_answer *answer, const struct ttl_probe *ttl_probe,
                         const struct echo *echo)
{
    uint8_t syn = distance_of_syn(answer, ttl_probe);
    uint8_t echoed = distance_of_echo(echo);

    if (syn != 0 && echoed != 0) {
        if (syn == echoed)
            return REACH_SAME;
        return syn < echoed ? REACH_BEFORE : REACH_BEHIND;
    }
    return ttl_probe != NULL && echo != NULL && answer->kind > ANSWER_UNREACHABLE
               ? compare_hops(ttl_probe, echo)
               : NOT_SEEN;
}
