/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/base/clock.h"
#include "tests/unit/support/worlds.h"

static void say_node(FILE *out, const char *words, uint8_t node)
{
    if (node != PATH_NO_NODE)
        fprintf(out, ", %s at node %u", words, node);
}

static void describe_path(const struct world_path *path, FILE *out)
{
    static const char *const effects[] = {"kept", "cleared", "half cleared", "remarked"};

    fprintf(out, "  way: %u routers, RTT %llu ms, jitter %llu ms, loss %u %%", path->routers,
            (unsigned long long)(path->rtt_ns / NS_PER_MS),
            (unsigned long long)(path->jitter_ns / NS_PER_MS), path->loss_percent);
    if (path->more_there != 0)
        fprintf(out, ", %u hops more there for some flows behind node %u", path->more_there,
                path->split_there);
    if (path->more_back != 0)
        fprintf(out, ", %u hops more back for some flows before node %u", path->more_back,
                path->split_back);
    if (path->asymmetry != 0)
        fprintf(out, ", way back %+d hops", path->asymmetry);
    if (path->dscp_at_there != PATH_NO_NODE)
        fprintf(out, ", DSCP %s there at node %u (0x%02x)", effects[path->dscp_there],
                path->dscp_at_there, path->mark);
    if (path->dscp_at_back != PATH_NO_NODE)
        fprintf(out, ", DSCP %s back at node %u (0x%02x)", effects[path->dscp_back],
                path->dscp_at_back, path->mark);
    say_node(out, "marked packets dropped", path->drops_marked);
    say_node(out, "unmarked SYNs dropped", path->drops_unmarked);
    say_node(out, "replies to other than clients' ports dropped", path->drops_low_ports);
    say_node(out, "TTL set there", path->sets_ttl_there);
    say_node(out, "TTL set back", path->sets_ttl_back);
    say_node(out, "speaks in the target's name", path->impostor);
    if (path->echo_node == PATH_NO_NODE)
        fprintf(out, ", no echo");
    else if (path->echo_node <= path->routers)
        say_node(out, "echo answered", path->echo_node);
    fprintf(out, ", mute for TCP 0x%x, for echo 0x%x, quotes TTL %d\n",
            path->mute_tcp & ((4U << path->routers) - 1U),
            path->mute_icmp & ((4U << path->routers) - 1U), 1 - path->quotes_less);
}

static void describe_stack(const struct world_stack *stack, FILE *out)
{
    static const char *const dscp[] = {"follows", "0", "0x10", "other"};
    static const char *const id[] = {"0", "random", "copied"};
    static const char *const label[] = {"set", "0", "copied"};

    fprintf(out, "TTL %u, echo TTL %u, DSCP %s", stack->ttl, stack->echo_ttl, dscp[stack->dscp]);
    if (stack->dscp == STACK_DSCP_OTHER)
        fprintf(out, " 0x%02x", stack->other_tos);
    fprintf(out, ", IP ID %s, label %s%s%s", id[stack->id], label[stack->label],
            stack->window ? ", RSTs with a window" : "", stack->bare ? ", no options" : "");
}

static void describe_port(const struct world *world, unsigned index, FILE *out)
{
    static const char *const members[] = {"is dead", "refuses", "filters", "can't be reached"};
    const struct world_port *port = &world->ports[index];

    fprintf(out, "  port %u: %s", port->port, world_truth_of((enum world_kind)port->kind)->words);
    if (port->node != 0)
        fprintf(out, " (node %u, %s its TTL is counted)", port->node,
                port->after_count ? "after" : "before");
    fprintf(out, ", rarity %u, ICMP %u/%u; ", world_rarity(world, index), port->icmp_type,
            port->icmp_code);
    describe_stack(&port->maker, out);
    if (port->kind == WORLD_GROUP)
        fprintf(out, "; one of %u %s", port->group_size, members[port->bad_does]);
    fputc('\n', out);
}

void world_describe(const struct world *world, FILE *out)
{
    fprintf(out, "world %llu: IPv%u, %s trace, %u checks at once, rarity %u\n  host: ",
            (unsigned long long)world->seed, world->ipv6 ? 6 : 4, world->trace ? "with" : "no",
            world->checks, world->rarity);
    describe_stack(&world->host, out);
    if (world->first_syn_dropped)
        fprintf(out, ", drops each flow's first SYN");
    if (world->resets_per_s != 0)
        fprintf(out, ", %u RSTs a second", world->resets_per_s);
    if (world->errors_limited)
        fprintf(out, ", ICMP errors limited");
    fputc('\n', out);
    describe_path(&world->path, out);
    for (unsigned i = 0; i < world->port_count; i++)
        describe_port(world, i, out);
}
