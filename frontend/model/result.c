/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/model/result.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/net/bogons.h"

void result_target_init(struct result_target *target, const struct addr *addr,
                        const uint16_t *ports, unsigned port_count, bool shows_packets)
{
    *target = (struct result_target){
        .addr = *addr, .port_count = (uint8_t)port_count, .shows_packets = shows_packets};
    for (unsigned i = 0; i < port_count; i++)
        verdict_init(&target->verdicts[i], ports[i]);
}

static void free_target(struct result_target *target)
{
    for (unsigned i = 0; i < POLICY_PORTS_MAX; i++) {
        probe_details_free(&target->trails[i]);
        free(target->services[i]);
        target->services[i] = NULL;
    }
}

void result_set_verdict(struct result_target *target, unsigned port_index,
                        const struct verdict *verdict)
{
    const uint64_t edge = UINT64_C(1) << EVIDENCE_CDN_EDGE;

    target->verdicts[port_index] = *verdict;
    target->verdicts[port_index].evidence &= ~edge;
    if (network_is_edge(&target->network))
        target->verdicts[port_index].evidence |= edge;
}

static uint16_t port_of(const struct wire_message *message)
{
    switch (message->type) {
    case WIRE_HOP: return message->hop.port;
    case WIRE_PACKET: return message->packet.port;
    default: return message->result.verdict.port;
    }
}

bool result_take(struct result_target *target, const struct wire_message *message,
                 unsigned *port_index)
{
    for (unsigned i = 0; i < target->port_count; i++) {
        if (target->verdicts[i].port != port_of(message) || target->done[i])
            continue;
        *port_index = i;
        if (message->type != WIRE_RESULT)
            return probe_details_add(&target->trails[i], message);
        result_set_verdict(target, i, &message->result.verdict);
        target->done[i] = true;
        return true;
    }
    return false;
}

static void free_targets(struct result_target targets[static RESULT_TARGETS_MAX])
{
    for (unsigned i = 0; i < RESULT_TARGETS_MAX; i++)
        free_target(&targets[i]);
}

void result_free(struct result *result)
{
    for (unsigned p = 0; p < result->place_count; p++)
        free_targets(result->places[p].targets);
    if (result->place_count == 0)
        free_targets(result->targets);
    free(result->places);
}

bool result_add_places(struct result *result, unsigned count)
{
    result->places = calloc(count, sizeof(*result->places));
    if (result->places == NULL)
        return false;
    result->place_count = (uint8_t)count;
    return true;
}

/* Copies the networks: a place sends only verdicts. */
static void keep_networks(struct result *result, const struct result_target *asked, unsigned count)
{
    for (unsigned i = 0; i < result->target_count; i++)
        for (unsigned j = 0; j < count; j++)
            if (addr_equal(&result->targets[i].addr, &asked[j].addr))
                result->targets[i].network = asked[j].network;
}

bool result_settle_places(struct result *result)
{
    unsigned asked_count = result->target_count;
    struct result_target asked[RESULT_TARGETS_MAX];

    memcpy(asked, result->targets, sizeof(asked));
    for (unsigned i = 0; i < result->place_count; i++) {
        const struct place_answer *answer = &result->places[i];
        if (answer->status != PLACE_STATUS_ANSWERED)
            continue;
        result->target_count = answer->target_count;
        memcpy(result->targets, answer->targets, sizeof(result->targets));
        keep_networks(result, asked, asked_count);
        return true;
    }
    return false;
}

const char *place_status_name(enum place_status status)
{
    static const char *const names[PLACE_STATUS_COUNT] = {
        "pending", "answered", "refused", "no-answer", "down", "other-version", "nonsense",
    };

    return names[status];
}

bool result_is_complete(const struct result *result)
{
    for (unsigned i = 0; i < result->target_count; i++)
        for (unsigned j = 0; j < result->targets[i].port_count; j++)
            if (!result->targets[i].done[j])
                return false;
    return true;
}

bool result_is_held(const struct result *result, unsigned target, unsigned port)
{
    return result->target_count > 1 &&
           result->targets[target].verdicts[port].reason == REASON_NO_ROUTE;
}

static bool is_out_of_reach(const struct result *result, unsigned target)
{
    unsigned count = 0;

    for (unsigned i = 0; i < result->targets[target].port_count; i++)
        count += result_is_held(result, target, i);
    return count > 0 && count == result->targets[target].port_count;
}

bool result_drop_missing_family(struct result *result)
{
    unsigned gone = is_out_of_reach(result, 0) ? 0 : 1;
    struct result_target *target = &result->targets[gone];

    if (result->target_count < 2 || !is_out_of_reach(result, gone) ||
        is_out_of_reach(result, 1 - gone))
        return false;
    result->warnings |=
        1U << (target->addr.family == ADDR_IPV4 ? WARNING_NO_IPV4_HERE : WARNING_NO_IPV6_HERE);
    free_target(target);
    if (gone == 0)
        result->targets[0] = result->targets[1];
    result->targets[1] = (struct result_target){.port_count = 0};
    result->target_count = 1;
    return true;
}

void result_compare_families(struct result *result)
{
    const struct result_target *a = &result->targets[0];
    const struct result_target *b = &result->targets[1];

    if (result->target_count < 2)
        return;
    for (unsigned i = 0; i < a->port_count; i++)
        if (a->done[i] && b->done[i] && a->verdicts[i].state != b->verdicts[i].state)
            result->warnings |= 1U << WARNING_FAMILIES_DIFFER;
}

/* Does the name have addresses of the client's family, but not the client's own? */
static bool points_elsewhere(const struct result *result)
{
    bool elsewhere = false;

    for (unsigned i = 0; i < result->target_count; i++) {
        if (result->targets[i].network.is_visitor == NETWORK_VISITOR_YES)
            return false;
        elsewhere |= result->targets[i].network.is_visitor == NETWORK_VISITOR_NO;
    }
    return elsewhere;
}

void result_judge_networks(struct result *result, const struct addr *client, uint64_t max_age_s)
{
    uint64_t now_s = result->started_wall_ns / NS_PER_S;

    for (unsigned i = 0; i < result->target_count; i++)
        if (network_is_old(&result->targets[i].network, now_s, max_age_s))
            result->warnings |= 1U << WARNING_DATA_OLD;
    /* a client with a private address has nothing to compare */
    if (client != NULL && bogon_kind_of(client) == BOGON_NONE && points_elsewhere(result) &&
        provider_is_dynamic_dns(result->host))
        result->warnings |= 1U << WARNING_NAME_IS_NOT_VISITOR;
}

const char *result_warning_text(enum result_warning warning)
{
    switch (warning) {
    case WARNING_IPV4_LOOKUP_FAILED:
        return "The name's IPv4 addresses could not be looked up; only IPv6 was checked.";
    case WARNING_IPV6_LOOKUP_FAILED:
        return "The name's IPv6 addresses could not be looked up; only IPv4 was checked.";
    case WARNING_MORE_ADDRESSES:
        return "The name has more addresses; only the first of each family was checked.";
    case WARNING_FAMILIES_DIFFER: return "IPv4 and IPv6 give different answers.";
    case WARNING_NO_IPV4_HERE:
        return "The name has IPv4 addresses, too, but this checker has no route to them; only "
               "IPv6 was checked.";
    case WARNING_NO_IPV6_HERE:
        return "The name has IPv6 addresses, too, but this checker has no route to them; only "
               "IPv4 was checked.";
    case WARNING_DNS64:
        return "A DNS64 resolver made the name's IPv6 addresses from its IPv4 addresses; only IPv4 "
               "was checked.";
    case WARNING_SRV:
        return "The name has an SRV record that sends clients of this service, such as Minecraft "
               "players, to another host or port; that one was not checked.";
    case WARNING_NOT_TRACED:
        return "Not traced: too little was left of your limit, or of this address's.";
    case WARNING_NAME_IS_NOT_VISITOR:
        return "This dynamic DNS name points to an address other than yours. If it is your name, "
               "its entry is out of date, or you are now coming through a VPN, a proxy or another "
               "line.";
    case WARNING_DATA_OLD: return "The network data is old and may no longer be right.";
    case WARNING_COUNT: break;
    }
    return "";
}

const char *result_warning_code(enum result_warning warning)
{
    switch (warning) {
    case WARNING_IPV4_LOOKUP_FAILED: return "ipv4-lookup-failed";
    case WARNING_IPV6_LOOKUP_FAILED: return "ipv6-lookup-failed";
    case WARNING_MORE_ADDRESSES: return "more-addresses";
    case WARNING_FAMILIES_DIFFER: return "families-differ";
    case WARNING_NO_IPV4_HERE: return "no-ipv4-here";
    case WARNING_NO_IPV6_HERE: return "no-ipv6-here";
    case WARNING_DNS64: return "dns64";
    case WARNING_NOT_TRACED: return "not-traced";
    case WARNING_NAME_IS_NOT_VISITOR: return "name-is-not-visitor";
    case WARNING_DATA_OLD: return "data-old";
    case WARNING_SRV: return "srv";
    case WARNING_COUNT: break;
    }
    return "";
}

const struct result_target *result_edge(const struct result *result)
{
    for (unsigned i = 0; i < result->target_count; i++)
        if (network_is_edge(&result->targets[i].network))
            return &result->targets[i];
    return NULL;
}
