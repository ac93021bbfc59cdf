/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/support/worlds.h"

#include "common/base/clock.h"
#include "common/base/compiler.h"
#include "tests/unit/support/world_random.h"

enum { COMMON = 0, UNCOMMON = 1, RARE = 2, VERY_RARE = 3 };

static uint8_t pick(struct world_random *random, const uint8_t *values, unsigned count)
{
    return values[random_below(random, count)];
}

#define PICK(random, ...) \
    pick(random, (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))

static uint8_t usual_ttl(struct world_random *random)
{
    return PICK(random, 64, 64, 64, 64, 128, 128, 255, 255, 60, 30);
}

/* --- the way ----------------------------------------------------------------------------- */

static uint8_t some_node(struct world_random *random, const struct world_path *path)
{
    return (uint8_t)random_from(random, 1, path->routers);
}

static void draw_common_path(struct world_path *path, struct world_random *random)
{
    static const uint64_t jitters_ms[] = {0, 0, 1, 5, 20, 60};

    path->dscp_at_there = path->dscp_at_back = PATH_NO_NODE;
    path->drops_marked = path->drops_unmarked = path->drops_low_ports = PATH_NO_NODE;
    path->sets_ttl_there = path->sets_ttl_back = PATH_NO_NODE;
    path->impostor = PATH_NO_NODE;
    path->routers = random_chance(random, 8) ? 0 : (uint8_t)random_from(random, 1, 9);
    path->echo_node = (uint8_t)(path->routers + 1);
    path->base_255 = (uint32_t)random_next(random);
    path->quotes_less = (uint8_t)random_below(random, 2);
    path->rtt_ns = random_from(random, 1, random_chance(random, 30) ? 800 : 80) * NS_PER_MS;
    path->jitter_ns = jitters_ms[random_below(random, ARRAY_LEN(jitters_ms))] * NS_PER_MS;
}

/* What is no circumstance of the table, but common. */
static void draw_habits(struct world_path *path, struct world_random *random)
{
    if (random_chance(random, 30))
        path->mute_tcp = (uint32_t)random_next(random) & (uint32_t)random_next(random);
    if (random_chance(random, 20))
        path->mute_icmp = (uint32_t)random_next(random) & (uint32_t)random_next(random);
    if (random_chance(random, 15))
        path->echo_node = PATH_NO_NODE;
    if (random_chance(random, 25) && path->routers > 0)
        path->asymmetry = (int8_t)random_from(random, 1, 4);
    if (random_chance(random, 50))
        path->loss_percent = (uint8_t)random_from(random, 1, random_chance(random, 50) ? 10 : 30);
}

static unsigned draw_dscp(struct world_path *path, struct world_random *random)
{
    unsigned rarity = 0;

    path->mark = PICK(random, 0x20, 0x48, 0x88, 0xb8, 0xe0, 0x10);
    if (random_chance(random, 20)) {
        path->dscp_at_there = some_node(random, path);
        path->dscp_there =
            PICK(random, DSCP_CLEARED, DSCP_CLEARED, DSCP_HALF_CLEARED, DSCP_REMARKED);
        rarity += path->dscp_there == DSCP_REMARKED ? RARE : UNCOMMON;
    }
    if (random_chance(random, 10)) {
        path->dscp_at_back = some_node(random, path);
        path->dscp_back = PICK(random, DSCP_CLEARED, DSCP_HALF_CLEARED, DSCP_REMARKED);
        rarity += path->dscp_back == DSCP_CLEARED ? VERY_RARE : RARE;
    }
    return rarity;
}

static unsigned draw_filters(struct world_path *path, struct world_random *random)
{
    unsigned rarity = 0;

    if (random_chance(random, 5)) {
        path->drops_marked = some_node(random, path);
        rarity += UNCOMMON;
    }
    if (random_chance(random, 4)) {
        path->drops_unmarked = some_node(random, path);
        rarity += RARE;
    }
    if (random_chance(random, 5)) {
        path->drops_low_ports = some_node(random, path);
        rarity += UNCOMMON;
    }
    return rarity;
}

static unsigned draw_ways(struct world_path *path, struct world_random *random)
{
    unsigned rarity = 0;

    if (random_chance(random, 15)) {
        unsigned which = (unsigned)random_from(random, 1, 3);
        path->split_there = (uint8_t)random_below(random, path->routers);
        path->split_back = (uint8_t)random_below(random, path->routers);
        path->more_there = (which & 1) != 0 ? (uint8_t)random_from(random, 1, 4) : 0;
        path->more_back = (which & 2) != 0 ? (uint8_t)random_from(random, 1, 4) : 0;
        rarity += VERY_RARE; /* for the case that the flows that are asked all go one way */
    }
    if (random_chance(random, 4)) {
        path->sets_ttl_back = some_node(random, path);
        path->ttl_set = PICK(random, 64, 128, 255, 40);
        rarity += VERY_RARE;
    }
    if (random_chance(random, 3)) {
        path->sets_ttl_there = some_node(random, path);
        path->ttl_set = 64;
        rarity += VERY_RARE;
    }
    if (random_chance(random, 10) && path->echo_node != PATH_NO_NODE) {
        path->echo_node = some_node(random, path);
        rarity += UNCOMMON;
    }
    if (random_chance(random, 5)) {
        path->impostor = some_node(random, path);
        rarity += path->impostor >= path->echo_node ? VERY_RARE : RARE;
    }
    if (random_chance(random, 5)) { /* the way back is shorter: from a device it need not be */
        path->asymmetry = (int8_t) - (int)random_from(random, 1, 2);
        rarity += path->asymmetry == -1 ? RARE : VERY_RARE;
    }
    return rarity;
}

static bool is_odd_ttl(uint8_t ttl)
{
    return ttl != 64 && ttl != 128 && ttl != 255;
}

/* --- hosts ------------------------------------------------------------------------------- */

static struct world_stack draw_stack(struct world_random *random)
{
    struct world_stack stack = {
        .ttl = usual_ttl(random),
        .dscp = random_chance(random, 60) ? STACK_DSCP_FOLLOWS : STACK_DSCP_ZERO,
        .id = PICK(random, STACK_ID_ZERO, STACK_ID_RANDOM),
        .label = PICK(random, STACK_LABEL_SET, STACK_LABEL_ZERO, STACK_LABEL_COPIED),
    };

    stack.echo_ttl = stack.ttl;
    return stack;
}

static unsigned draw_oddities(struct world_stack *stack, struct world_random *random)
{
    unsigned rarity = 0;

    if (random_chance(random, 8)) {
        stack->echo_ttl = 0;
        rarity += UNCOMMON;
    } else if (random_chance(random, 8)) {
        stack->echo_ttl = PICK(random, 64, 128, 255, 60);
        if (stack->echo_ttl != stack->ttl)
            rarity += is_odd_ttl(stack->echo_ttl) || is_odd_ttl(stack->ttl) ? VERY_RARE : UNCOMMON;
    } else if (random_chance(random, 4)) {
        stack->ttl = PICK(random, 200, 100, 48);
        rarity += VERY_RARE;
    }
    if (random_chance(random, 6)) {
        stack->window = true;
        rarity += UNCOMMON;
    }
    if (random_chance(random, 6)) {
        stack->bare = true;
        rarity += UNCOMMON;
    }
    return rarity;
}

/* --- ports ------------------------------------------------------------------------------- */

static struct world_stack filter_of(const struct world_stack *host, enum stack_dscp dscp,
                                    enum stack_id id)
{
    return (struct world_stack){
        .ttl = host->ttl,
        .echo_ttl = host->echo_ttl,
        .dscp = (uint8_t)dscp,
        .id = (uint8_t)id,
        .label = STACK_LABEL_ZERO,
    };
}

static struct world_stack odd_filter(struct world_random *random, uint8_t ttl)
{
    return (struct world_stack){
        .ttl = ttl,
        .dscp = PICK(random, STACK_DSCP_ZERO, STACK_DSCP_LOW_DELAY, STACK_DSCP_OTHER),
        .other_tos = PICK(random, 0x20, 0xe0, 0xb8),
        .id = PICK(random, STACK_ID_ZERO, STACK_ID_RANDOM),
        .label = STACK_LABEL_ZERO,
        .window = random_chance(random, 10),
    };
}

static const struct world_stack in_place = {
    .ttl = 0, .dscp = STACK_DSCP_FOLLOWS, .id = STACK_ID_COPIED, .label = STACK_LABEL_COPIED};

static void draw_maker(const struct world *world, struct world_port *port,
                       struct world_random *random)
{
    const struct world_stack *host = &world->host;

    switch ((enum world_kind)port->kind) {
    case WORLD_NETFILTER_RESET:
        port->maker = filter_of(host, STACK_DSCP_ZERO, STACK_ID_ZERO);
        break;
    case WORLD_PF_RESET:
        port->maker = filter_of(host, STACK_DSCP_LOW_DELAY,
                                random_chance(random, 50) ? STACK_ID_ZERO : STACK_ID_RANDOM);
        break;
    case WORLD_OTHER_FILTER_RESET: port->maker = odd_filter(random, host->ttl); break;
    case WORLD_FILTER_IN_PLACE:
    case WORLD_DEVICE_IN_PLACE: port->maker = in_place; break;
    case WORLD_DEVICE_RESETS:
    case WORLD_RESET_INJECTED:
    case WORLD_DEVICE_ICMP: port->maker = odd_filter(random, usual_ttl(random)); break;
    case WORLD_DEVICE_REFUSES:
        port->maker = draw_stack(random);
        port->maker.dscp = STACK_DSCP_FOLLOWS;
        break;
    case WORLD_FORWARDED_REFUSES:
        port->maker = draw_stack(random);
        if (port->maker.dscp == STACK_DSCP_ZERO && port->maker.id == STACK_ID_ZERO)
            port->rarity += RARE - UNCOMMON;
        break;
    case WORLD_FORWARDED_RESET:
        port->maker = random_chance(random, 50) ? filter_of(host, STACK_DSCP_ZERO, STACK_ID_ZERO)
                                                : odd_filter(random, usual_ttl(random));
        break;
    default:
        port->maker = world_truth_of((enum world_kind)port->kind)->place == PLACE_HOST
                          ? *host
                          : draw_stack(random);
        break;
    }
}

static void draw_icmp(const struct world *world, struct world_port *port,
                      struct world_random *random)
{
    bool ipv6 = world->ipv6;

    port->icmp_type = ipv6 ? ICMPV6_UNREACHABLE : ICMP_UNREACHABLE;
    switch ((enum world_kind)port->kind) {
    case WORLD_NO_ROUTE:
        port->icmp_code = ipv6 ? ICMPV6_NO_ROUTE
                               : PICK(random, ICMP_NET_UNREACHABLE, ICMP_HOST_UNREACHABLE,
                                      ICMP_NET_UNKNOWN, ICMP_HOST_UNKNOWN);
        break;
    case WORLD_NETFILTER_UNREACHABLE:
    case WORLD_ROUTER_UNREACHABLE:
        port->icmp_code = ipv6 ? PICK(random, ICMPV6_NO_ROUTE, ICMPV6_ADDRESS_UNREACHABLE)
                               : PICK(random, ICMP_NET_UNREACHABLE, ICMP_HOST_UNREACHABLE);
        break;
    case WORLD_HOST_DOWN_REPORTED:
    case WORLD_FORWARDED_TO_DEAD:
    case WORLD_GATEWAY_DEAD:
        port->icmp_code = ipv6 ? ICMPV6_ADDRESS_UNREACHABLE : ICMP_HOST_UNREACHABLE;
        break;
    case WORLD_NO_TCP:
        port->icmp_type = ipv6 ? ICMPV6_PARAMETER_PROBLEM : ICMP_UNREACHABLE;
        port->icmp_code = ipv6 ? ICMPV6_UNKNOWN_NEXT_HEADER : ICMP_PROTOCOL_UNREACHABLE;
        break;
    default:
        port->icmp_code = ipv6 ? PICK(random, ICMPV6_ADMIN_PROHIBITED, ICMPV6_PORT_UNREACHABLE,
                                      ICMPV6_SOURCE_POLICY, ICMPV6_REJECT_ROUTE)
                               : PICK(random, ICMP_PORT_UNREACHABLE, ICMP_NET_PROHIBITED,
                                      ICMP_HOST_PROHIBITED, ICMP_ADMIN_PROHIBITED);
        break;
    }
}

static enum world_kind draw_kind(struct world_random *random, bool whole)
{
    enum world_kind kind;

    do
        kind = (enum world_kind)random_below(random, WORLD_KINDS);
    while (world_truth_of(kind)->whole_target != whole);
    return kind;
}

/* The TTL with which a packet of the stack arrives from the node on the shorter or longer way. */
static uint8_t arriving(const struct world *world, unsigned node, uint8_t ttl, bool longer)
{
    return path_ttl_back(&world->path, longer ? UINT64_C(1) << 23 : 0, node,
                         ttl != 0 ? ttl : (uint8_t)(65 - node));
}

/* Two places tell themselves apart by the TTLs from there, unless these happen to be the same, or
 * start where few do. */
static bool is_coincidence(const struct world *world, const struct world_port *port)
{
    const struct world_stack *host = &world->host;
    unsigned echo = world->path.echo_node, target = world->path.routers + 1U;
    bool behind = world_truth_of((enum world_kind)port->kind)->place == PLACE_BEHIND;
    unsigned node = behind ? target + port->node : port->node;

    if (echo == PATH_NO_NODE || port->maker.ttl == 0)
        return false;
    for (unsigned ways = 0; ways < 4; ways++)
        if (arriving(world, node, port->maker.ttl, (ways & 1) != 0) ==
            arriving(world, echo, host->echo_ttl, (ways & 2) != 0))
            return true;
    return port->maker.ttl != host->echo_ttl &&
           (is_odd_ttl(port->maker.ttl) || is_odd_ttl(host->ttl) ||
            (host->echo_ttl != 0 && is_odd_ttl(host->echo_ttl)));
}

static void draw_port(const struct world *world, struct world_port *port, enum world_kind kind,
                      struct world_random *random)
{
    enum world_place place = (enum world_place)world_truth_of(kind)->place;
    bool on_way = place == PLACE_DEVICE || place == PLACE_ROUTER || kind == WORLD_RESET_INJECTED ||
                  kind == WORLD_DROPPED_ON_WAY;

    port->kind = (uint8_t)kind;
    if (on_way && world->path.routers == 0)
        port->kind = kind = world_truth_of(kind)->whole_target ? WORLD_NO_TCP : WORLD_HOST_ACCEPTS;
    if ((kind == WORLD_LOOP || kind == WORLD_TTL_SHORTENED) && world->path.routers < 2)
        port->kind = kind = WORLD_NO_TCP;
    if (kind == WORLD_GATEWAY_DEAD && world->path.routers == 0)
        port->kind = kind = WORLD_NO_TCP;
    port->rarity = world_truth_of(kind)->rarity;
    port->after_count = random_chance(random, 50);
    port->node = 0;
    if (kind == WORLD_HOST_DOWN_REPORTED)
        port->node = world->path.routers;
    else if (kind == WORLD_LOOP || kind == WORLD_TTL_SHORTENED)
        port->node = (uint8_t)random_from(random, 1, world->path.routers - 1U);
    else if (on_way && world->path.routers > 0)
        port->node = some_node(random, &world->path);
    if (world_truth_of(kind)->place == PLACE_BEHIND)
        port->node = (uint8_t)random_from(random, 1, 2);
    draw_maker(world, port, random);
    if ((place == PLACE_BEHIND || place == PLACE_DEVICE) && is_coincidence(world, port))
        port->rarity = (uint8_t)(port->rarity + VERY_RARE);
    draw_icmp(world, port, random);
    if (kind == WORLD_GROUP) {
        port->group_size = (uint8_t)random_from(random, 2, 4);
        port->group_bad = (uint8_t)random_below(random, port->group_size);
        port->bad_does = (uint8_t)random_below(random, MEMBERS);
    }
}

static void draw_company(struct world *world, enum world_kind first, struct world_random *random)
{
    bool whole = world_truth_of(first)->whole_target;

    world->port_count = (uint8_t)random_from(random, 1, POLICY_PORTS_MAX);
    for (unsigned i = 0; i < world->port_count; i++) {
        world->ports[i].port = (uint16_t)(80 + i);
        if (whole && i > 0) {
            world->ports[i] = world->ports[0];
            world->ports[i].port = (uint16_t)(80 + i);
            continue;
        }
        draw_port(world, &world->ports[i], i == 0 ? first : draw_kind(random, false), random);
    }
}

void world_draw_kind(struct world *world, uint64_t seed, enum world_variety variety,
                     enum world_kind kind)
{
    struct world_random random = {seed};
    bool odd = variety == WORLD_ANY && random_chance(&random, 55);

    *world = (struct world){.seed = seed, .checks = 1};
    world->ipv6 = random_chance(&random, 35);
    world->trace = random_chance(&random, 40);
    draw_common_path(&world->path, &random);
    world->host = draw_stack(&random);
    if (variety == WORLD_ANY) {
        draw_habits(&world->path, &random);
        world->errors_limited = random_chance(&random, 40);
        if (random_chance(&random, 10))
            world->resets_per_s = (uint8_t)random_from(&random, 5, 100);
        if (random_chance(&random, 25))
            world->checks = (uint8_t)random_from(&random, 2, random_chance(&random, 20) ? 12 : 5);
    }
    if (odd) {
        world->rarity += (uint8_t)draw_oddities(&world->host, &random);
        world->first_syn_dropped = random_chance(&random, 5);
        world->rarity = (uint8_t)(world->rarity + world->first_syn_dropped * UNCOMMON);
    }
    if (odd && world->path.routers > 0)
        world->rarity +=
            (uint8_t)(draw_dscp(&world->path, &random) + draw_filters(&world->path, &random) +
                      draw_ways(&world->path, &random));
    draw_company(world, kind, &random);
    if (world->ports[0].kind == WORLD_LOOP || world->ports[0].kind == WORLD_TTL_SHORTENED)
        world->path.mute_tcp = 0; /* or nothing is heard of it */
}

void world_draw(struct world *world, uint64_t seed, enum world_variety variety)
{
    struct world_random random = {~seed};

    world_draw_kind(world, seed, variety, draw_kind(&random, random_chance(&random, 20)));
}

void world_set_port(struct world *world, unsigned index, enum world_kind kind)
{
    struct world_random random = {world->seed + index};

    world->ports[index] = (struct world_port){.port = (uint16_t)(80 + index)};
    draw_port(world, &world->ports[index], kind, &random);
    if (index >= world->port_count)
        world->port_count = (uint8_t)(index + 1);
}

unsigned world_rarity(const struct world *world, unsigned port)
{
    return world->rarity + world->ports[port].rarity;
}

uint64_t world_hops(const struct world *world, unsigned port)
{
    const struct world_path *path = &world->path;
    const struct world_port *at = &world->ports[port];
    unsigned node = path->routers + 1U;
    uint64_t hops = 0;

    switch ((enum world_place)world_truth_of((enum world_kind)at->kind)->place) {
    case PLACE_LOCAL: return 1;
    case PLACE_DEVICE:
    case PLACE_ROUTER: node = at->node; break;
    case PLACE_BEHIND:
        /* the router before a dead machine speaks for it */
        node += at->node - (at->kind == WORLD_FORWARDED_TO_DEAD ? 1U : 0U);
        break;
    case PLACE_HOST:
    case PLACE_NOBODY: break;
    }
    for (uint64_t flow = 0; flow <= UINT64_C(1) << 7; flow += UINT64_C(1) << 7)
        hops |= UINT64_C(1) << path_hop(path, flow, node);
    return hops;
}
