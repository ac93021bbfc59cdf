/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/host/host_answer.h"

#include "common/base/clock.h"

static void take_sources(struct host_answer *answer, const struct network_table *table)
{
    answer->source_count = table->source_count;
    for (uint32_t i = 0; i < table->source_count; i++) {
        const struct network_source from = network_table_source(table, i);
        struct host_source *to = &answer->sources[i];
        network_copy_text(to->name, from.name);
        network_copy_text(to->licence, from.licence);
        network_copy_text(to->attribution, from.attribution);
        to->date_s = from.date_s;
    }
}

static void add(struct host_answer *answer, const struct network_table *table,
                const struct addr *addr, uint32_t ttl_s, const struct network_aliases *aliases)
{
    struct host_address *address = &answer->addrs[answer->addr_count++];

    address->addr = *addr;
    address->ttl_s = ttl_s;
    network_describe(table, addr, aliases,
                     answer->client.family != ADDR_NONE ? &answer->client : NULL,
                     &address->network);
}

static void take_family(struct host_answer *answer, const struct network_table *table,
                        const struct lookup *lookup)
{
    for (unsigned i = 0; i < lookup->count; i++) {
        if (i < HOST_FAMILY_ADDRS_MAX)
            add(answer, table, &lookup->addrs[i], lookup->ttl_s, &lookup->aliases);
        else
            answer->left_out++;
    }
    if (lookup->aliases.count > answer->aliases.count)
        answer->aliases = lookup->aliases;
}

void host_answer_take_lookups(struct host_answer *answer, const struct lookups *lookups,
                              const struct network_table *table)
{
    answer->is_name = true;
    take_sources(answer, table);
    take_family(answer, table, &lookups->ipv4);
    take_family(answer, table, &lookups->ipv6);
}

void host_answer_take_address(struct host_answer *answer, const struct addr *addr,
                              const struct network_table *table)
{
    take_sources(answer, table);
    add(answer, table, addr, 0, NULL);
}

enum host_match host_answer_match(const struct host_answer *answer)
{
    enum host_match match = HOST_MATCH_OTHER_FAMILY;

    if (answer->client.family == ADDR_NONE)
        return HOST_MATCH_UNKNOWN;
    for (unsigned i = 0; i < answer->addr_count; i++) {
        if (answer->addrs[i].network.is_visitor == NETWORK_VISITOR_YES)
            return HOST_MATCH_YES;
        if (answer->addrs[i].addr.family == answer->client.family)
            match = HOST_MATCH_NO;
    }
    return match;
}

const struct host_address *host_answer_edge(const struct host_answer *answer)
{
    for (unsigned i = 0; i < answer->addr_count; i++)
        if (network_is_edge(&answer->addrs[i].network))
            return &answer->addrs[i];
    return NULL;
}

bool host_answer_is_old(const struct host_answer *answer)
{
    uint64_t now_s = answer->started_wall_ns / NS_PER_S;

    for (unsigned i = 0; i < answer->addr_count; i++)
        if (network_is_old(&answer->addrs[i].network, now_s, answer->max_age_s))
            return true;
    return false;
}

const char *host_match_name(enum host_match match)
{
    static const char *const names[] = {NULL, "yes", "no", "other-family"};

    return names[match];
}
