/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/evidence/explanations.h"

#include <string.h>

#include "common/base/compiler.h"

enum { COMMON = 0, UNCOMMON = 1, RARE = 2, VERY_RARE = 3 };

#define TCP (REPLY_SYN_ACK | REPLY_RESET)
#define ANY ((value_set)~0)

/* One way the world can be.  can: the values of each observation that it can produce; 0 stands
 * for all. */
struct row {
    uint8_t id; /* enum verdict_explanation */
    uint8_t disposition, actor;
    uint8_t rarity;
    value_set can[OBS_COUNT];
};

/* What any path or host may do besides: it lets a row produce more.  only: where it holds. */
struct circumstance {
    uint8_t id;
    uint8_t rarity;
    value_set lets[OBS_COUNT];
    value_set only[OBS_COUNT];
};

/* As far as the echo reply, from the same hop on, and nothing expires in the target's name. */
#define AT_HOST                                                               \
    [OBS_TTL] = TTL_SAME, [OBS_REACH] = REACH_SAME, [OBS_NAT] = NAT_NOT_HERE, \
    [OBS_DELAY] = DELAY_AS_ECHO
#define BEFORE_HOST                                          \
    [OBS_TTL] = TTL_NEARER | TTL_OTHER_BASE | TTL_FIRST_HOP, \
    [OBS_REACH] = REACH_BEFORE | REACH_SAME, [OBS_NAT] = NAT_NOT_HERE | NAT_EARLY
#define BEHIND_HOST                                                       \
    [OBS_TTL] = TTL_FARTHER | TTL_OTHER_BASE, [OBS_REACH] = REACH_BEHIND, \
    [OBS_NAT] = NAT_AT_TARGET | NAT_NOT_HERE

static const struct row rows[] = {
    /* --- SYN-ACKs ---------------------------------------------------------------------- */
    {EXPLANATION_HOST_ACCEPTS,
     DISPOSITION_ACCEPT,
     ACTOR_HOST,
     COMMON,
     {[OBS_REPLY] = REPLY_SYN_ACK,
      AT_HOST,
      [OBS_WINDOW] = WINDOW_OPEN,
      [OBS_COMPANY] = COMPANY_ALIVE}},
    {EXPLANATION_DEVICE_ACCEPTS,
     DISPOSITION_ACCEPT,
     ACTOR_PATH,
     UNCOMMON,
     {[OBS_REPLY] = REPLY_SYN_ACK, BEFORE_HOST, [OBS_WINDOW] = WINDOW_OPEN}},
    {EXPLANATION_FORWARDED_ACCEPTS,
     DISPOSITION_ACCEPT,
     ACTOR_BEHIND_NAT,
     UNCOMMON,
     {[OBS_REPLY] = REPLY_SYN_ACK,
      BEHIND_HOST,
      [OBS_WINDOW] = WINDOW_OPEN,
      [OBS_COMPANY] = COMPANY_ALIVE | COMPANY_UNREACHABLE}},
    {EXPLANATION_SYN_PROXY_ON_HOST,
     DISPOSITION_ACCEPT,
     ACTOR_HOST_FIREWALL,
     UNCOMMON,
     {[OBS_REPLY] = REPLY_SYN_ACK,
      AT_HOST,
      [OBS_WINDOW] = WINDOW_ZERO,
      [OBS_COMPANY] = COMPANY_ALIVE}},
    {EXPLANATION_SYN_PROXY_BEFORE_HOST,
     DISPOSITION_ACCEPT,
     ACTOR_PATH,
     UNCOMMON,
     {[OBS_REPLY] = REPLY_SYN_ACK, BEFORE_HOST, [OBS_WINDOW] = WINDOW_ZERO}},
    {EXPLANATION_SYN_PROXY_BEFORE_HOST,
     DISPOSITION_ACCEPT,
     ACTOR_PATH,
     VERY_RARE, /* a bridge, which counts no hop */
     {[OBS_REPLY] = REPLY_SYN_ACK, AT_HOST, [OBS_WINDOW] = WINDOW_ZERO}},
    {EXPLANATION_SYN_PROXY_BEHIND_NAT,
     DISPOSITION_ACCEPT,
     ACTOR_BEHIND_NAT,
     RARE,
     {[OBS_REPLY] = REPLY_SYN_ACK, BEHIND_HOST, [OBS_WINDOW] = WINDOW_ZERO}},
    /* --- resets ------------------------------------------------------------------------ */
    {EXPLANATION_HOST_REFUSES,
     DISPOSITION_REFUSE,
     ACTOR_HOST,
     COMMON,
     {[OBS_REPLY] = REPLY_RESET,
      AT_HOST,
      [OBS_DSCP] = DSCP_FOLLOWS,
      [OBS_LABEL] = LABEL_SET | LABEL_COPIED | LABEL_ZERO,
      [OBS_IP_ID] = ID_ZERO | ID_OTHER}},
    {EXPLANATION_HOST_REFUSES_PLAINLY,
     DISPOSITION_REFUSE,
     ACTOR_HOST,
     COMMON,
     {[OBS_REPLY] = REPLY_RESET,
      AT_HOST,
      [OBS_DSCP] = DSCP_ZERO,
      [OBS_LABEL] = LABEL_SET | LABEL_COPIED | LABEL_ZERO,
      [OBS_IP_ID] = ID_ZERO | ID_OTHER}},
    {EXPLANATION_NETFILTER_ON_HOST,
     DISPOSITION_REJECT,
     ACTOR_HOST_FIREWALL,
     UNCOMMON,
     {[OBS_REPLY] = REPLY_RESET,
      AT_HOST,
      [OBS_DSCP] = DSCP_ZERO | DSCP_ZERO_UNLIKE_HOST,
      [OBS_LABEL] = LABEL_ZERO | LABEL_ZERO_UNLIKE_HOST,
      [OBS_IP_ID] = ID_ZERO,
      [OBS_WINDOW] = WINDOW_ZERO}},
    {EXPLANATION_PF_ON_HOST,
     DISPOSITION_REJECT,
     ACTOR_HOST_FIREWALL,
     UNCOMMON,
     {[OBS_REPLY] = REPLY_RESET,
      AT_HOST,
      [OBS_DSCP] = DSCP_LOW_DELAY,
      [OBS_LABEL] = LABEL_ZERO | LABEL_ZERO_UNLIKE_HOST,
      [OBS_IP_ID] = ID_ZERO | ID_OTHER,
      [OBS_WINDOW] = WINDOW_ZERO}},
    {EXPLANATION_FILTER_ON_HOST,
     DISPOSITION_REJECT,
     ACTOR_HOST_FIREWALL,
     RARE,
     {[OBS_REPLY] = REPLY_RESET,
      AT_HOST,
      [OBS_DSCP] = DSCP_ZERO | DSCP_ZERO_UNLIKE_HOST | DSCP_LOW_DELAY | DSCP_OTHER,
      [OBS_LABEL] = LABEL_ZERO | LABEL_ZERO_UNLIKE_HOST,
      [OBS_IP_ID] = ID_ZERO | ID_OTHER}},
    /* (what is left of a small TTL may not do for the way back: as if from farther away) */
    {EXPLANATION_FILTER_IN_PLACE,
     DISPOSITION_REJECT,
     ACTOR_HOST_FIREWALL,
     UNCOMMON,
     {[OBS_REPLY] = REPLY_RESET,
      [OBS_REACH] = REACH_SAME | REACH_BEHIND,
      [OBS_NAT] = NAT_NOT_HERE,
      [OBS_DSCP] = DSCP_FOLLOWS,
      [OBS_LABEL] = LABEL_COPIED,
      [OBS_IP_ID] = ID_COPIED}},
    {EXPLANATION_DEVICE_IN_PLACE,
     DISPOSITION_REJECT,
     ACTOR_PATH,
     UNCOMMON,
     {[OBS_REPLY] = REPLY_RESET,
      [OBS_NAT] = NAT_NOT_HERE | NAT_EARLY,
      [OBS_DSCP] = DSCP_FOLLOWS,
      [OBS_LABEL] = LABEL_COPIED,
      [OBS_IP_ID] = ID_COPIED}},
    {EXPLANATION_DEVICE_REJECTS,
     DISPOSITION_REJECT,
     ACTOR_PATH,
     UNCOMMON,
     {[OBS_REPLY] = REPLY_RESET,
      BEFORE_HOST,
      [OBS_DSCP] = DSCP_ZERO | DSCP_ZERO_UNLIKE_HOST | DSCP_LOW_DELAY | DSCP_OTHER,
      [OBS_LABEL] = LABEL_ZERO | LABEL_ZERO_UNLIKE_HOST,
      [OBS_IP_ID] = ID_ZERO | ID_OTHER}},
    {EXPLANATION_DEVICE_REFUSES,
     DISPOSITION_REFUSE,
     ACTOR_PATH,
     UNCOMMON,
     {[OBS_REPLY] = REPLY_RESET,
      BEFORE_HOST,
      [OBS_DSCP] = DSCP_FOLLOWS,
      [OBS_LABEL] = LABEL_SET | LABEL_COPIED | LABEL_ZERO | LABEL_ZERO_UNLIKE_HOST,
      [OBS_IP_ID] = ID_ZERO | ID_OTHER}},
    {EXPLANATION_FORWARDED_REFUSES,
     DISPOSITION_REFUSE,
     ACTOR_BEHIND_NAT,
     UNCOMMON,
     {[OBS_REPLY] = REPLY_RESET,
      BEHIND_HOST,
      [OBS_DSCP] = DSCP_FOLLOWS,
      [OBS_IP_ID] = ID_ZERO | ID_OTHER}},
    {EXPLANATION_FORWARDED_REFUSES,
     DISPOSITION_REFUSE,
     ACTOR_BEHIND_NAT,
     UNCOMMON,
     {[OBS_REPLY] = REPLY_RESET,
      BEHIND_HOST,
      [OBS_DSCP] = DSCP_ZERO | DSCP_ZERO_UNLIKE_HOST,
      [OBS_IP_ID] = ID_OTHER}},
    {EXPLANATION_FORWARDED_REFUSES,
     DISPOSITION_REFUSE,
     ACTOR_BEHIND_NAT,
     RARE,
     {[OBS_REPLY] = REPLY_RESET,
      BEHIND_HOST,
      [OBS_DSCP] = DSCP_ZERO | DSCP_ZERO_UNLIKE_HOST,
      [OBS_IP_ID] = ID_ZERO}},
    {EXPLANATION_FORWARDED_REJECTS,
     DISPOSITION_REJECT,
     ACTOR_BEHIND_NAT,
     RARE,
     {[OBS_REPLY] = REPLY_RESET,
      BEHIND_HOST,
      [OBS_DSCP] = DSCP_ZERO | DSCP_ZERO_UNLIKE_HOST | DSCP_LOW_DELAY | DSCP_OTHER,
      [OBS_LABEL] = LABEL_ZERO | LABEL_ZERO_UNLIKE_HOST,
      [OBS_IP_ID] = ID_ZERO | ID_OTHER}},
    {EXPLANATION_RESET_INJECTED,
     DISPOSITION_REJECT,
     ACTOR_PATH,
     VERY_RARE,
     {[OBS_REPLY] = REPLY_RESET,
      [OBS_REACH] = REACH_BEFORE | REACH_SAME,
      [OBS_DSCP] = DSCP_ZERO | DSCP_ZERO_UNLIKE_HOST | DSCP_LOW_DELAY | DSCP_OTHER}},
    {EXPLANATION_GROUP_MEMBER,
     DISPOSITION_REFUSE,
     ACTOR_UNKNOWN,
     VERY_RARE,
     {[OBS_REPLY] = REPLY_RESET, [OBS_IP_ID] = ID_ZERO | ID_OTHER}},
    /* --- ICMP errors -------------------------------------------------------------------- */
    {EXPLANATION_NETFILTER_ON_HOST,
     DISPOSITION_REJECT,
     ACTOR_HOST_FIREWALL,
     COMMON,
     {[OBS_REPLY] = REPLY_FILTER_BY_TARGET | REPLY_NO_PROTOCOL, AT_HOST}},
    {EXPLANATION_NETFILTER_ON_HOST,
     DISPOSITION_REJECT,
     ACTOR_HOST_FIREWALL,
     UNCOMMON,
     {[OBS_REPLY] = REPLY_UNREACHABLE_BY_TARGET, AT_HOST}},
    {EXPLANATION_DEVICE_REJECTS,
     DISPOSITION_REJECT,
     ACTOR_PATH,
     UNCOMMON,
     {[OBS_REPLY] = REPLY_FILTER_BY_TARGET | REPLY_NO_PROTOCOL | REPLY_UNREACHABLE_BY_TARGET,
      BEFORE_HOST,
      [OBS_DELAY] = DELAY_AS_ECHO | DELAY_EARLY}},
    {EXPLANATION_FORWARDED_REJECTS,
     DISPOSITION_REJECT,
     ACTOR_BEHIND_NAT,
     UNCOMMON,
     {[OBS_REPLY] = REPLY_FILTER_BY_TARGET, BEHIND_HOST}},
    {EXPLANATION_ROUTER_REJECTS,
     DISPOSITION_REJECT,
     ACTOR_PATH,
     COMMON,
     {[OBS_REPLY] = REPLY_FILTER_BY_OTHER}},
    {EXPLANATION_ROUTER_REJECTS,
     DISPOSITION_REJECT,
     ACTOR_PATH,
     VERY_RARE,
     {[OBS_REPLY] = REPLY_UNREACHABLE_BY_OTHER}},
    {EXPLANATION_ROUTER_HAS_NO_WAY,
     DISPOSITION_UNREACHABLE,
     ACTOR_PATH,
     COMMON,
     {[OBS_REPLY] = REPLY_UNREACHABLE_BY_OTHER}},
    {EXPLANATION_HOST_SAYS_UNREACHABLE,
     DISPOSITION_UNREACHABLE,
     ACTOR_UNKNOWN,
     COMMON,
     {[OBS_REPLY] = REPLY_UNREACHABLE_BY_TARGET, [OBS_DELAY] = DELAY_AS_ECHO}},
    {EXPLANATION_HOST_SAYS_UNREACHABLE,
     DISPOSITION_UNREACHABLE,
     ACTOR_UNKNOWN,
     RARE,
     {[OBS_REPLY] = REPLY_UNREACHABLE_BY_TARGET, [OBS_DELAY] = DELAY_GIVEN_UP}},
    {EXPLANATION_FORWARDED_TO_DEAD_HOST,
     DISPOSITION_UNREACHABLE,
     ACTOR_BEHIND_NAT,
     COMMON,
     {[OBS_REPLY] = REPLY_UNREACHABLE_BY_TARGET, [OBS_DELAY] = DELAY_GIVEN_UP}},
    {EXPLANATION_FORWARDED_TO_DEAD_HOST,
     DISPOSITION_UNREACHABLE,
     ACTOR_BEHIND_NAT,
     UNCOMMON, /* somebody else's packet had begun the search */
     {[OBS_REPLY] = REPLY_UNREACHABLE_BY_TARGET, [OBS_DELAY] = DELAY_AS_ECHO}},
    {EXPLANATION_HOST_WITHOUT_TCP,
     DISPOSITION_UNREACHABLE,
     ACTOR_HOST,
     UNCOMMON,
     {[OBS_REPLY] = REPLY_NO_PROTOCOL, AT_HOST}},
    {EXPLANATION_GROUP_MEMBER,
     DISPOSITION_UNREACHABLE,
     ACTOR_UNKNOWN,
     VERY_RARE,
     {[OBS_REPLY] = REPLY_UNREACHABLE_BY_OTHER | REPLY_UNREACHABLE_BY_TARGET}},
    {EXPLANATION_GROUP_MEMBER,
     DISPOSITION_REJECT,
     ACTOR_UNKNOWN,
     VERY_RARE,
     {[OBS_REPLY] = REPLY_FILTER_BY_OTHER | REPLY_FILTER_BY_TARGET}},
    {EXPLANATION_ROUTING_LOOP,
     DISPOSITION_UNREACHABLE,
     ACTOR_PATH,
     COMMON,
     {[OBS_REPLY] = REPLY_EXPIRED}},
    {EXPLANATION_TTL_SHORTENED,
     DISPOSITION_UNREACHABLE,
     ACTOR_PATH,
     UNCOMMON,
     {[OBS_REPLY] = REPLY_EXPIRED}},
    {EXPLANATION_GROUP_MEMBER,
     DISPOSITION_UNREACHABLE,
     ACTOR_UNKNOWN,
     VERY_RARE,
     {[OBS_REPLY] = REPLY_EXPIRED}},
};

static const struct circumstance circumstances[] = {
    {EXPLANATION_UNEQUAL_PATHS,
     RARE,
     {[OBS_TTL] = TTL_NEARER | TTL_FARTHER | TTL_OTHER_BASE,
      [OBS_REACH] = ANY,
      [OBS_NAT] = NAT_EARLY,
      [OBS_DELAY] = DELAY_EARLY},
     {[OBS_FLOWS] = FLOWS_ONE | FLOWS_DIFFER}},
    {EXPLANATION_UNEQUAL_PATHS,
     VERY_RARE, /* not by flow, by protocol */
     {[OBS_TTL] = TTL_NEARER | TTL_FARTHER | TTL_OTHER_BASE,
      [OBS_REACH] = ANY,
      [OBS_NAT] = NAT_EARLY,
      [OBS_DELAY] = DELAY_EARLY},
     {[OBS_FLOWS] = FLOWS_AGREE}},
    {EXPLANATION_ECHO_ELSEWHERE,
     UNCOMMON, /* a balancer or an edge answers for the host */
     {[OBS_TTL] = TTL_FARTHER | TTL_OTHER_BASE,
      [OBS_REACH] = REACH_BEHIND,
      [OBS_DELAY] = DELAY_EARLY},
     {[OBS_REACH] = REACH_BEHIND}},
    {EXPLANATION_ECHO_IN_PLACE,
     UNCOMMON,
     {[OBS_TTL] = TTL_NEARER | TTL_OTHER_BASE | TTL_FIRST_HOP},
     {[OBS_ECHO] = ECHO_IN_PLACE}},
    {EXPLANATION_OTHER_INITIAL_TTL, UNCOMMON, {[OBS_TTL] = TTL_OTHER_BASE}, {0}},
    {EXPLANATION_OTHER_INITIAL_TTL,
     UNCOMMON, /* it is the echo reply that belies its distance */
     {[OBS_TTL] = TTL_NEARER | TTL_FARTHER},
     {[OBS_ECHO] = ECHO_OTHER_TTL}},
    {EXPLANATION_OTHER_INITIAL_TTL,
     RARE, /* a program may choose any */
     {[OBS_TTL] = TTL_NEARER | TTL_FARTHER},
     {[OBS_REPLY] = REPLY_SYN_ACK, [OBS_WINDOW] = WINDOW_OPEN}},
    {EXPLANATION_OTHER_INITIAL_TTL,
     VERY_RARE, /* a stack hardly */
     {[OBS_TTL] = TTL_NEARER | TTL_FARTHER},
     {0}},
    {EXPLANATION_ROUTER_REJECTS,
     RARE, /* of another port, with a word for dead hosts */
     {[OBS_COMPANY] = COMPANY_UNREACHABLE},
     {0}},
    {EXPLANATION_TTL_REWRITTEN, VERY_RARE, {[OBS_TTL] = ANY}, {0}},
    {EXPLANATION_DSCP_CLEARED, UNCOMMON, {[OBS_DSCP] = DSCP_ZERO}, {[OBS_WAY] = WAY_CLEARS}},
    {EXPLANATION_DSCP_CLEARED,
     RARE, /* behind what answers the echoes, or not of those */
     {[OBS_DSCP] = DSCP_ZERO},
     {[OBS_WAY] = WAY_KEEPS}},
    {EXPLANATION_DSCP_MARKED,
     RARE, /* the replies of one service get a class of their own */
     {[OBS_DSCP] = DSCP_LOW_DELAY | DSCP_OTHER},
     {0}},
    {EXPLANATION_DSCP_MARKED,
     VERY_RARE, /* or of all others */
     {[OBS_DSCP] = DSCP_ZERO | DSCP_ZERO_UNLIKE_HOST},
     {0}},
    {EXPLANATION_SPEAKS_IN_TARGETS_NAME, RARE, {[OBS_NAT] = NAT_EARLY}, {0}},
    {EXPLANATION_SPEAKS_IN_TARGETS_NAME,
     VERY_RARE, /* and from its very hop, or behind it */
     {[OBS_NAT] = NAT_AT_TARGET},
     {0}},
};

_Static_assert(OBS_COUNT <= 16, "a mask has a bit for each observation");

/* The observations that the circumstance explains; none, if it can't be at work. */
static uint16_t explains(const struct circumstance *besides, const value_set seen[static OBS_COUNT])
{
    uint16_t explained = 0;

    for (unsigned i = 0; i < OBS_COUNT; i++) {
        if (seen[i] == NOT_SEEN)
            continue;
        if (besides->only[i] != 0 && (besides->only[i] & seen[i]) == 0)
            return 0;
        if ((besides->lets[i] & seen[i]) != 0)
            explained |= (uint16_t)(1U << i);
    }
    return explained;
}

/* The observations that the row cannot produce by itself. */
static uint16_t lacks(const struct row *row, const value_set seen[static OBS_COUNT])
{
    uint16_t missing = 0;

    for (unsigned i = 0; i < OBS_COUNT; i++)
        if (seen[i] != NOT_SEEN && row->can[i] != 0 && (row->can[i] & seen[i]) == 0)
            missing |= (uint16_t)(1U << i);
    return missing;
}

static void lower(uint8_t *cost, unsigned rarity)
{
    if (rarity < *cost)
        *cost = (uint8_t)rarity;
}

/* The row stands if circumstances explain what it lacks, one or several at once: what each of
 * them is worth adds up.  explained: by each circumstance; with: those chosen already. */
static void take_row(const struct row *row, uint16_t missing, unsigned rarity, uint64_t with,
                     const uint16_t explained[static ARRAY_LEN(circumstances)],
                     struct survivors *left)
{
    uint16_t first = (uint16_t)(missing & -missing);

    if (missing == 0) {
        left->rows |= UINT64_C(1) << row->id | with;
        lower(&left->disposition[row->disposition], rarity);
        lower(&left->actor[row->actor], rarity);
        return;
    }
    for (unsigned i = 0; i < ARRAY_LEN(circumstances); i++)
        if ((explained[i] & first) != 0 &&
            rarity + circumstances[i].rarity <= EXPLANATIONS_RARITY_MAX)
            take_row(row, (uint16_t)(missing & ~explained[i]), rarity + circumstances[i].rarity,
                     with | UINT64_C(1) << circumstances[i].id, explained, left);
}

void explanations_survive(const value_set seen[static OBS_COUNT], struct survivors *left)
{
    uint16_t explained[ARRAY_LEN(circumstances)];

    for (size_t i = 0; i < ARRAY_LEN(circumstances); i++)
        explained[i] = explains(&circumstances[i], seen);
    *left = (struct survivors){0};
    memset(left->disposition, EXPLANATIONS_NO_ROW, sizeof(left->disposition));
    memset(left->actor, EXPLANATIONS_NO_ROW, sizeof(left->actor));
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if ((rows[i].can[OBS_REPLY] & seen[OBS_REPLY]) != 0)
            take_row(&rows[i], lacks(&rows[i], seen), rows[i].rarity, 0, explained, left);
}

static unsigned cheapest(const struct survivors *left)
{
    unsigned cost = EXPLANATIONS_NO_ROW;

    for (unsigned i = 0; i < DISPOSITION_COUNT; i++)
        if (left->disposition[i] < cost)
            cost = left->disposition[i];
    return cost;
}

/* The values of the observation that the rows for this reply tell apart. */
static value_set values_of(enum observation observation, value_set reply)
{
    value_set values = 0;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if ((rows[i].can[OBS_REPLY] & reply) != 0)
            values |= rows[i].can[observation];
    return values;
}

/* What a verdict would name: the actor only if it is likely. */
static void name(const struct survivors *left, enum verdict_disposition *disposition,
                 enum verdict_actor *actor)
{
    enum verdict_confidence confidence;

    explanations_disposition(left, disposition, &confidence);
    if (!explanations_actor(left, actor, &confidence) || confidence < CONFIDENCE_LIKELY)
        *actor = ACTOR_UNKNOWN;
}

/* With each value that the observation may have, would a verdict name something else? */
bool explanations_wants(const value_set seen[static OBS_COUNT], enum observation observation)
{
    value_set tried[OBS_COUNT], values;
    enum verdict_disposition disposition, then;
    enum verdict_actor actor, now;
    struct survivors left;
    unsigned cost;

    if (seen[observation] != NOT_SEEN)
        return false;
    explanations_survive(seen, &left);
    name(&left, &disposition, &actor);
    cost = cheapest(&left);
    memcpy(tried, seen, sizeof(tried));
    values = values_of(observation, seen[OBS_REPLY]);
    for (; values != 0; values &= (value_set)(values - 1)) { /* one bit after the other */
        tried[observation] = (value_set)(values & -values);
        explanations_survive(tried, &left);
        if (cheapest(&left) >= cost + RARE) /* hardly ever seen: not worth the packets */
            continue;
        name(&left, &then, &now);
        if (then != disposition || now != actor)
            return true;
    }
    return false;
}
