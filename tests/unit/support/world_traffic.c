/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/support/world_traffic.h"

#include "common/base/clock.h"

#define SEARCH_NS (3050 * NS_PER_MS) /* Linux gives up looking for a neighbour */

enum { ERRORS_BURST = 6, ERRORS_PER_S = 1 };

const struct addr traffic_us[2] = {{ADDR_IPV4, {198, 18, 1, 2}},
                                   {ADDR_IPV6, {0x20, 1, 0, 2, [15] = 1}}};
const struct addr traffic_target[2] = {{ADDR_IPV4, {198, 18, 3, 2}},
                                       {ADDR_IPV6, {0x20, 1, 0, 2, [15] = 2}}};

/* One of our packets on its way. */
struct trip {
    struct world_traffic *traffic;
    const struct world_path *path;
    const struct world_port *port; /* NULL: an echo */
    struct world_packet ours;
    uint64_t flow, now_ns;
};

static const struct world_truth *truth_of(const struct world_port *port)
{
    return world_truth_of((enum world_kind)port->kind);
}

static bool is_kind(const struct trip *trip, enum world_kind kind)
{
    return trip->port != NULL && trip->port->kind == kind;
}

/* Of those that concern all packets to the target. */
static bool is_target_kind(const struct trip *trip, enum world_kind kind)
{
    return trip->traffic->world->ports[0].kind == kind;
}

static bool chance(struct world_traffic *traffic, unsigned percent)
{
    return !traffic->ideal && random_chance(&traffic->random, percent);
}

static bool limit_takes(const struct world_traffic *traffic, struct traffic_limit *limit,
                        unsigned burst, unsigned per_s, uint64_t now_ns)
{
    uint64_t one_ns = NS_PER_S / per_s;

    if (traffic->ideal)
        return true;
    if (limit->full_ns < now_ns)
        limit->full_ns = now_ns;
    if (limit->full_ns + one_ns > now_ns + burst * one_ns)
        return false;
    limit->full_ns += one_ns;
    return true;
}

/* --- answers ----------------------------------------------------------------------------- */

/* An answer leaves the node; after_ns: how long it was thought about. */
static void answer(struct trip *trip, unsigned node, struct packet packet, uint64_t after_ns)
{
    struct world_traffic *traffic = trip->traffic;
    const struct world_path *path = trip->path;
    bool lost = chance(traffic, path->loss_percent);
    uint64_t at_ns = trip->now_ns + after_ns + 2 * path_delay_ns(path, node);

    if (!traffic->ideal)
        at_ns += random_below(&traffic->random, 2 * path->jitter_ns + 1);
    packet.ttl = path_ttl_back(path, trip->flow, node, packet.ttl);
    packet.tos = path_tos_back(path, node, packet.tos);
    if (lost || packet.ttl == 0)
        return;
    if (packet.kind == PACKET_TCP && node > path->drops_low_ports &&
        (packet.tcp.dport < 32768 || packet.tcp.dport > 60999))
        return;
    traffic->arrive(traffic->context, &packet, at_ns);
}

static struct stack_chance draw_chance(struct world_traffic *traffic)
{
    uint64_t random = random_next(&traffic->random);

    return (struct stack_chance){
        .seq = (uint32_t)random,
        .label = (uint32_t)(random >> 32 & 0xfffff) | 1,
        .id = (uint16_t)(random >> 40) & 0xfffe, /* even: never ours */
    };
}

static uint8_t icmp_ttl(const struct trip *trip, unsigned node)
{
    const struct world_stack *host = &trip->traffic->world->host;

    if (node > trip->path->routers)
        return host->echo_ttl != 0 ? host->echo_ttl : host->ttl;
    return (trip->path->base_255 >> node & 1) != 0 ? 255 : 64;
}

static struct addr node_addr(const struct trip *trip, unsigned hop, unsigned node)
{
    struct addr addr = trip->ours.packet.src;

    if (node > trip->path->routers)
        return trip->ours.packet.dst;
    addr.bytes[addr.family == ADDR_IPV4 ? 3 : 15] = (uint8_t)(node != 0 ? 100 + node : 200 + hop);
    return addr;
}

static void send_error(struct trip *trip, unsigned node, const struct packet *error,
                       uint64_t after_ns)
{
    struct world_traffic *traffic = trip->traffic;

    if (traffic->world->errors_limited &&
        !limit_takes(traffic, &traffic->errors[node], ERRORS_BURST, ERRORS_PER_S, trip->now_ns))
        return;
    answer(trip, node, *error, after_ns);
}

static void expire(struct trip *trip, unsigned hop, unsigned node)
{
    const struct world_path *path = trip->path;
    bool ipv6 = trip->traffic->world->ipv6;
    struct addr from = node_addr(trip, hop, node);
    struct packet error;

    if (((trip->port == NULL ? path->mute_icmp : path->mute_tcp) >> node & 1) != 0)
        return;
    if (node != 0 && node == path->impostor)
        from = trip->ours.packet.dst;
    trip->ours.packet.ttl = (uint8_t)(1 - path->quotes_less);
    error = stack_error(&from, icmp_ttl(trip, node), &trip->ours,
                        ipv6 ? ICMPV6_TIME_EXCEEDED : ICMP_TIME_EXCEEDED, ICMP_TTL_EXPIRED);
    send_error(trip, node != 0 ? node : path->split_there + 1U, &error, 0);
}

/* An ICMP error about the port, from this node, in its own name or the target's. */
static void reject(struct trip *trip, unsigned node, bool in_targets_name, uint8_t ttl,
                   uint64_t after_ns)
{
    const struct world_port *port =
        trip->port != NULL ? trip->port : &trip->traffic->world->ports[0];
    struct addr from = in_targets_name ? trip->ours.packet.dst : node_addr(trip, node, node);
    struct packet error = stack_error(&from, ttl, &trip->ours, port->icmp_type, port->icmp_code);

    send_error(trip, node, &error, after_ns);
}

/* The neighbour is looked for, and not found.  All that waits for it is answered then. */
static uint64_t search_left_ns(struct trip *trip)
{
    struct world_traffic *traffic = trip->traffic;

    if (traffic->search_ns == 0 || traffic->search_ns + SEARCH_NS < trip->now_ns)
        traffic->search_ns = trip->now_ns;
    return traffic->search_ns + SEARCH_NS - trip->now_ns;
}

static void send_reset(struct trip *trip, unsigned node, const struct world_stack *stack)
{
    answer(trip, node, stack_reset(stack, &trip->ours, draw_chance(trip->traffic)), 0);
}

static void send_syn_ack(struct trip *trip, unsigned node, const struct world_stack *stack,
                         bool proxy)
{
    answer(trip, node, stack_syn_ack(stack, &trip->ours, proxy, draw_chance(trip->traffic)), 0);
}

/* --- at the target ----------------------------------------------------------------------- */

static void host_refuses(struct trip *trip, unsigned node)
{
    struct world_traffic *traffic = trip->traffic;
    unsigned per_s = traffic->world->resets_per_s;

    if (per_s == 0 || limit_takes(traffic, &traffic->resets, per_s, per_s, trip->now_ns))
        send_reset(trip, node, &traffic->world->host);
}

static void group_answers(struct trip *trip, unsigned node)
{
    const struct world_port *port = trip->port;
    const struct world_stack *host = &trip->traffic->world->host;

    if ((trip->flow >> 40) % port->group_size != port->group_bad) {
        send_syn_ack(trip, node, host, false);
        return;
    }
    switch ((enum world_member)port->bad_does) {
    case MEMBER_REFUSES: host_refuses(trip, node); return;
    case MEMBER_FILTERED: reject(trip, node, true, icmp_ttl(trip, node), 0); return;
    case MEMBER_UNREACHABLE:
        if (node > 1)
            reject(trip, node - 1, false, icmp_ttl(trip, node - 1), 0);
        return;
    case MEMBER_DEAD:
    case MEMBERS: return;
    }
}

static bool is_first_syn(struct world_traffic *traffic, const struct packet *syn)
{
    uint32_t flow = (uint32_t)syn->tcp.sport << 16 | syn->tcp.dport;

    for (unsigned i = 0; i < traffic->first_count; i++)
        if (traffic->first[i] == flow)
            return false;
    if (traffic->first_count < TRAFFIC_FLOWS_MAX)
        traffic->first[traffic->first_count++] = flow;
    return true;
}

/* The target's address forwards the port: the machine there, or what is between. */
static void forward(struct trip *trip, unsigned hop, unsigned node)
{
    const struct world_port *port = trip->port;
    unsigned machine = node + port->node;

    for (unsigned at = node; at < machine; at++)
        if (--trip->ours.packet.ttl == 0) {
            expire(trip, hop, node);
            return;
        }
    switch ((enum world_kind)port->kind) {
    case WORLD_FORWARDED_ACCEPTS: send_syn_ack(trip, machine, &port->maker, false); return;
    case WORLD_SYN_PROXY_BEHIND_NAT: send_syn_ack(trip, machine, &port->maker, true); return;
    case WORLD_FORWARDED_ICMP: reject(trip, machine, true, port->maker.ttl, 0); return;
    case WORLD_FORWARDED_TO_DEAD:
        reject(trip, node, true, icmp_ttl(trip, node), search_left_ns(trip));
        return;
    default: send_reset(trip, machine, &port->maker); return;
    }
}

static void ack_arrives(struct trip *trip, unsigned node)
{
    const struct world_stack *host = &trip->traffic->world->host;

    if (is_kind(trip, WORLD_LISTENER_OVERLOADED) ||
        (is_kind(trip, WORLD_DROPPED_BY_HOST) && trip->port->after_count))
        answer(trip, node, stack_reset_of_ack(host, &trip->ours), 0);
}

static void syn_arrives(struct trip *trip, unsigned hop, unsigned node)
{
    const struct world_port *port = trip->port;
    const struct world *world = trip->traffic->world;

    if (world->first_syn_dropped && is_first_syn(trip->traffic, &trip->ours.packet))
        return;
    switch ((enum world_kind)port->kind) {
    case WORLD_HOST_ACCEPTS:
    case WORLD_RESET_INJECTED: send_syn_ack(trip, node, &world->host, false); return;
    case WORLD_SYN_PROXY_ON_HOST: send_syn_ack(trip, node, &world->host, true); return;
    case WORLD_HOST_REFUSES: host_refuses(trip, node); return;
    case WORLD_NETFILTER_RESET:
    case WORLD_PF_RESET:
    case WORLD_OTHER_FILTER_RESET:
    case WORLD_FILTER_IN_PLACE: send_reset(trip, node, &port->maker); return;
    case WORLD_GROUP: group_answers(trip, node); return;
    case WORLD_NETFILTER_ICMP:
    case WORLD_NETFILTER_UNREACHABLE:
    case WORLD_NO_TCP: reject(trip, node, true, icmp_ttl(trip, node), 0); return;
    default: break;
    }
    if (truth_of(port)->place == PLACE_BEHIND)
        forward(trip, hop, node);
}

static void target_arrives(struct trip *trip, unsigned hop, unsigned node)
{
    if (is_target_kind(trip, WORLD_HOST_DOWN) || is_target_kind(trip, WORLD_HOST_DOWN_REPORTED))
        return;
    if (trip->port == NULL) {
        if (trip->path->echo_node == node)
            answer(trip, node, stack_echo_reply(&trip->traffic->world->host, &trip->ours), 0);
    } else if ((trip->ours.packet.tcp.flags & TCP_SYN) != 0) {
        syn_arrives(trip, hop, node);
    } else {
        ack_arrives(trip, node);
    }
}

/* --- on the way -------------------------------------------------------------------------- */

/* What stands at the node takes the packet; false: it lets it pass. */
static bool device_takes(struct trip *trip, unsigned node)
{
    const struct world_port *port = trip->port;

    if (port == NULL || (trip->ours.packet.tcp.flags & TCP_SYN) == 0)
        return port != NULL && truth_of(port)->place == PLACE_DEVICE;
    switch ((enum world_kind)port->kind) {
    case WORLD_DEVICE_ACCEPTS: send_syn_ack(trip, node, &port->maker, false); return true;
    case WORLD_SYN_PROXY_BEFORE_HOST: send_syn_ack(trip, node, &port->maker, true); return true;
    case WORLD_DEVICE_IN_PLACE:
    case WORLD_DEVICE_RESETS:
    case WORLD_DEVICE_REFUSES: send_reset(trip, node, &port->maker); return true;
    case WORLD_RESET_INJECTED: send_reset(trip, node, &port->maker); return false;
    case WORLD_DEVICE_ICMP: reject(trip, node, true, port->maker.ttl, 0); return true;
    case WORLD_ROUTER_REJECTS:
    case WORLD_ROUTER_UNREACHABLE: reject(trip, node, false, icmp_ttl(trip, node), 0); return true;
    case WORLD_DROPPED_ON_WAY: return true;
    default: return false;
    }
}

/* The node's routing stops all packets to the target there. */
static bool routing_takes(struct trip *trip, unsigned hop, unsigned node)
{
    const struct world_port *first = &trip->traffic->world->ports[0];

    if (first->node != node || !truth_of(first)->whole_target)
        return false;
    switch ((enum world_kind)first->kind) {
    case WORLD_NO_ROUTE: reject(trip, node, false, icmp_ttl(trip, node), 0); return true;
    case WORLD_HOST_DOWN_REPORTED:
        reject(trip, node, false, icmp_ttl(trip, node), search_left_ns(trip));
        return true;
    case WORLD_LOOP: /* between this node and the next */
        node += trip->ours.packet.ttl % 2;
        expire(trip, hop + trip->ours.packet.ttl, node);
        return true;
    case WORLD_TTL_SHORTENED: trip->ours.packet.ttl = 1; return false;
    default: return false;
    }
}

static bool is_dropped(const struct trip *trip, unsigned node)
{
    const struct world_path *path = trip->path;
    bool marked = (trip->ours.packet.tos & 0xfc) != 0;

    return (node == path->drops_marked && marked) ||
           (node == path->drops_unmarked && !marked && trip->port != NULL);
}

/* One hop on; false: here it ends. */
static bool pass_router(struct trip *trip, unsigned hop, unsigned node)
{
    const struct world_path *path = trip->path;
    struct packet *ours = &trip->ours.packet;
    bool device = trip->port != NULL && node != 0 && trip->port->node == node &&
                  truth_of(trip->port)->place != PLACE_BEHIND &&
                  !truth_of(trip->port)->whole_target;

    if (node != 0 && trip->port == NULL && node == path->echo_node) {
        answer(trip, node, stack_echo_reply(&trip->traffic->world->host, &trip->ours), 0);
        return false;
    }
    if (node != 0 && is_dropped(trip, node))
        return false;
    if (device && !trip->port->after_count && device_takes(trip, node))
        return false;
    if (--ours->ttl == 0) {
        expire(trip, hop, node);
        return false;
    }
    if (node == path->sets_ttl_there)
        ours->ttl = path->ttl_set;
    if (device && trip->port->after_count && device_takes(trip, node))
        return false;
    return node == 0 || !routing_takes(trip, hop, node);
}

/* Our own machine finds no gateway, and says so to itself. */
static void gateway_is_dead(struct trip *trip)
{
    const struct world_port *port = &trip->traffic->world->ports[0];
    struct packet error;

    if (trip->port == NULL || (trip->ours.packet.tcp.flags & TCP_SYN) == 0)
        return;
    error = stack_error(&trip->ours.packet.src, 64, &trip->ours, port->icmp_type, port->icmp_code);
    error.loopback = true;
    trip->traffic->arrive(trip->traffic->context, &error, trip->now_ns + search_left_ns(trip));
}

static const struct world_port *port_of(const struct world *world, const struct packet *packet)
{
    static const struct world_port nobody = {.kind = WORLD_DROPPED_BY_HOST};

    if (packet->kind != PACKET_TCP)
        return NULL;
    for (unsigned i = 0; i < world->port_count; i++)
        if (world->ports[i].port == packet->tcp.dport)
            return &world->ports[i];
    return &nobody;
}

void traffic_send(struct world_traffic *traffic, const struct packet *packet, uint64_t now_ns)
{
    const struct world *world = traffic->world;
    struct trip trip = {
        .traffic = traffic,
        .path = &world->path,
        .port = port_of(world, packet),
        .ours = {*packet, packet->kind == PACKET_ECHO},
        .now_ns = now_ns,
    };
    unsigned target = trip.path->routers + 1U, lost_at = 0;

    trip.flow = path_flow(world->seed, packet->tcp.sport, packet->tcp.dport, trip.ours.echo);
    if (is_target_kind(&trip, WORLD_GATEWAY_DEAD)) {
        gateway_is_dead(&trip);
        return;
    }
    if (chance(traffic, trip.path->loss_percent))
        lost_at =
            (unsigned)random_from(&traffic->random, 1, path_hop(trip.path, trip.flow, target));
    for (unsigned hop = 1; hop != lost_at; hop++) {
        unsigned node = path_node(trip.path, trip.flow, hop);
        trip.ours.packet.tos =
            path_tos_there(trip.path, node != 0 ? node : trip.path->split_there + 1U, packet->tos);
        if (node == target)
            target_arrives(&trip, hop, node);
        if (node == target || !pass_router(&trip, hop, node))
            return;
    }
}
