/* SPDX-License-Identifier: BSD-2-Clause */
/* What is true, kind by kind; written down apart from the prober's table of explanations. */
#include "tests/unit/support/worlds.h"

#define E(name) (UINT64_C(1) << EXPLANATION_##name)
#define SILENT  (E(DROPPED) | E(REPLIES_LOST) | E(LIMITER) | E(HOST_DOWN) | E(LISTENER_OVERLOADED))

enum { COMMON = 0, UNCOMMON = 1, RARE = 2, VERY_RARE = 3 };

/* clang-format off */
#define OPEN(words, place, actor, rarity, explanations) \
    {words, place, DISPOSITION_ACCEPT, actor, rarity, STATE_OPEN, false, explanations}
#define CLOSED(words, place, disposition, actor, rarity, explanations) \
    {words, place, disposition, actor, rarity, STATE_CLOSED, false, explanations}
#define FILTERED(words, place, disposition, actor, rarity, whole, explanations) \
    {words, place, disposition, actor, rarity, STATE_FILTERED, whole, explanations}

static const struct world_truth truths[WORLD_KINDS] = {
    [WORLD_HOST_ACCEPTS] =
        OPEN("the host accepts", PLACE_HOST, ACTOR_HOST, COMMON, E(HOST_ACCEPTS)),
    [WORLD_DEVICE_ACCEPTS] =
        OPEN("a device before the host accepts", PLACE_DEVICE, ACTOR_PATH, UNCOMMON, E(DEVICE_ACCEPTS)),
    [WORLD_FORWARDED_ACCEPTS] =
        OPEN("a machine behind accepts", PLACE_BEHIND, ACTOR_BEHIND_NAT, UNCOMMON, E(FORWARDED_ACCEPTS)),
    [WORLD_SYN_PROXY_ON_HOST] =
        OPEN("a SYN proxy on the host", PLACE_HOST, ACTOR_HOST_FIREWALL, UNCOMMON, E(SYN_PROXY_ON_HOST)),
    [WORLD_SYN_PROXY_BEFORE_HOST] =
        OPEN("a SYN proxy before the host", PLACE_DEVICE, ACTOR_PATH, UNCOMMON, E(SYN_PROXY_BEFORE_HOST)),
    [WORLD_SYN_PROXY_BEHIND_NAT] =
        OPEN("a SYN proxy behind the address", PLACE_BEHIND, ACTOR_BEHIND_NAT, RARE,
             E(SYN_PROXY_BEHIND_NAT)),
    [WORLD_HOST_REFUSES] =
        CLOSED("the host refuses", PLACE_HOST, DISPOSITION_REFUSE, ACTOR_HOST, COMMON,
               E(HOST_REFUSES) | E(HOST_REFUSES_PLAINLY)),
    [WORLD_NETFILTER_RESET] =
        CLOSED("netfilter resets", PLACE_HOST, DISPOSITION_REJECT, ACTOR_HOST_FIREWALL, UNCOMMON,
               E(NETFILTER_ON_HOST)),
    [WORLD_PF_RESET] =
        CLOSED("pf resets", PLACE_HOST, DISPOSITION_REJECT, ACTOR_HOST_FIREWALL, UNCOMMON, E(PF_ON_HOST)),
    [WORLD_OTHER_FILTER_RESET] =
        CLOSED("another filter of the host resets", PLACE_HOST, DISPOSITION_REJECT, ACTOR_HOST_FIREWALL,
               RARE, E(FILTER_ON_HOST) | E(NETFILTER_ON_HOST) | E(PF_ON_HOST)),
    [WORLD_FILTER_IN_PLACE] =
        CLOSED("an XDP program turns the SYN around", PLACE_HOST, DISPOSITION_REJECT, ACTOR_HOST_FIREWALL,
               UNCOMMON, E(FILTER_IN_PLACE)),
    [WORLD_DEVICE_IN_PLACE] =
        CLOSED("a device turns the SYN around", PLACE_DEVICE, DISPOSITION_REJECT, ACTOR_PATH, UNCOMMON,
               E(DEVICE_IN_PLACE)),
    [WORLD_DEVICE_RESETS] =
        CLOSED("a device before the host resets", PLACE_DEVICE, DISPOSITION_REJECT, ACTOR_PATH, UNCOMMON,
               E(DEVICE_REJECTS)),
    [WORLD_DEVICE_REFUSES] =
        CLOSED("a device's TCP refuses", PLACE_DEVICE, DISPOSITION_REFUSE, ACTOR_PATH, RARE,
               E(DEVICE_REFUSES)),
    [WORLD_FORWARDED_REFUSES] =
        CLOSED("a machine behind refuses", PLACE_BEHIND, DISPOSITION_REFUSE, ACTOR_BEHIND_NAT, UNCOMMON,
               E(FORWARDED_REFUSES)),
    [WORLD_FORWARDED_RESET] =
        CLOSED("a filter behind resets", PLACE_BEHIND, DISPOSITION_REJECT, ACTOR_BEHIND_NAT, RARE,
               E(FORWARDED_REJECTS)),
    [WORLD_RESET_INJECTED] =
        OPEN("the host accepts, a device injects a RST", PLACE_HOST, ACTOR_HOST, VERY_RARE,
             E(RESET_INJECTED) | E(HOST_ACCEPTS)),
    [WORLD_GROUP] =
        OPEN("a group accepts, but for one member", PLACE_HOST, ACTOR_HOST, VERY_RARE,
             E(GROUP_MEMBER) | E(HOST_ACCEPTS)),
    [WORLD_NETFILTER_ICMP] =
        FILTERED("netfilter rejects by ICMP", PLACE_HOST, DISPOSITION_REJECT, ACTOR_HOST_FIREWALL, COMMON,
                 false, E(NETFILTER_ON_HOST)),
    [WORLD_NETFILTER_UNREACHABLE] =
        FILTERED("netfilter rejects as unreachable", PLACE_HOST, DISPOSITION_REJECT, ACTOR_HOST_FIREWALL,
                 UNCOMMON, false, E(NETFILTER_ON_HOST)),
    [WORLD_DEVICE_ICMP] =
        FILTERED("a device rejects by ICMP in the host's name", PLACE_DEVICE, DISPOSITION_REJECT,
                 ACTOR_PATH, UNCOMMON, false, E(DEVICE_REJECTS)),
    [WORLD_FORWARDED_ICMP] =
        FILTERED("a filter behind rejects by ICMP", PLACE_BEHIND, DISPOSITION_REJECT, ACTOR_BEHIND_NAT,
                 UNCOMMON, false, E(FORWARDED_REJECTS)),
    [WORLD_ROUTER_REJECTS] =
        FILTERED("a router rejects", PLACE_ROUTER, DISPOSITION_REJECT, ACTOR_PATH, COMMON, false,
                 E(ROUTER_REJECTS)),
    [WORLD_ROUTER_UNREACHABLE] =
        FILTERED("a router's filter says unreachable", PLACE_ROUTER, DISPOSITION_REJECT, ACTOR_PATH,
                 VERY_RARE, false, E(ROUTER_REJECTS)),
    [WORLD_NO_ROUTE] =
        FILTERED("a router has no route", PLACE_ROUTER, DISPOSITION_UNREACHABLE, ACTOR_PATH, COMMON, true,
                 E(ROUTER_HAS_NO_WAY)),
    [WORLD_HOST_DOWN_REPORTED] =
        FILTERED("the host is down, its router says so", PLACE_ROUTER, DISPOSITION_UNREACHABLE, ACTOR_PATH,
                 COMMON, true, E(ROUTER_HAS_NO_WAY)),
    [WORLD_FORWARDED_TO_DEAD] =
        FILTERED("forwarded to a machine that is down", PLACE_BEHIND, DISPOSITION_UNREACHABLE,
                 ACTOR_BEHIND_NAT, COMMON, false, E(FORWARDED_TO_DEAD_HOST)),
    [WORLD_NO_TCP] =
        FILTERED("the host has no TCP", PLACE_HOST, DISPOSITION_UNREACHABLE, ACTOR_HOST, UNCOMMON, true,
                 E(HOST_WITHOUT_TCP)),
    [WORLD_LOOP] =
        FILTERED("a routing loop", PLACE_ROUTER, DISPOSITION_UNREACHABLE, ACTOR_PATH, COMMON, true,
                 E(ROUTING_LOOP)),
    [WORLD_TTL_SHORTENED] =
        FILTERED("a router shortens the TTL", PLACE_ROUTER, DISPOSITION_UNREACHABLE, ACTOR_PATH, UNCOMMON,
                 true, E(TTL_SHORTENED)),
    [WORLD_DROPPED_BY_HOST] =
        FILTERED("the host drops", PLACE_NOBODY, DISPOSITION_DROP, ACTOR_HOST_FIREWALL, COMMON, false,
                 SILENT),
    [WORLD_DROPPED_ON_WAY] =
        FILTERED("a router drops", PLACE_NOBODY, DISPOSITION_DROP, ACTOR_PATH, COMMON, false, SILENT),
    [WORLD_LISTENER_OVERLOADED] =
        FILTERED("the listener's queue is full", PLACE_NOBODY, DISPOSITION_DROP, ACTOR_HOST, COMMON, false,
                 E(LISTENER_OVERLOADED) | SILENT),
    [WORLD_HOST_DOWN] =
        FILTERED("the host is down, nobody says so", PLACE_NOBODY, DISPOSITION_DROP, ACTOR_UNKNOWN, COMMON,
                 true, E(HOST_DOWN)),
    [WORLD_GATEWAY_DEAD] =
        {"our own gateway is dead", PLACE_LOCAL, DISPOSITION_UNKNOWN, ACTOR_LOCAL, COMMON, STATE_UNKNOWN,
         true, 0},
};
/* clang-format on */

const struct world_truth *world_truth_of(enum world_kind kind)
{
    return &truths[kind];
}
