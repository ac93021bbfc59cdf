/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/support/world_run.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "tests/unit/support/world_traffic.h"

#define CAPTURE_NS (1000 * NS_PER_S) /* the capture's clock is another */
#define START_NS   (100 * NS_PER_S)
#define APART_NS   (50 * NS_PER_MS) /* the checks start within */

enum { EVENTS_MAX = 8192, CAPACITY = 128 };

struct event {
    uint64_t at_ns, number;
    struct packet packet;
};

struct run {
    const struct world *world;
    struct world_traffic traffic;
    struct engine *engine;
    struct policy policy;
    uint64_t now_ns, started_ns[WORLD_CHECKS_MAX], events_so_far;
    struct world_random random; /* the engine's */
    struct world_outcome *outcome;
    unsigned event_count;
    struct event events[EVENTS_MAX]; /* a heap */
};

/* --- what is on its way ------------------------------------------------------------------ */

static bool is_earlier(const struct event *a, const struct event *b)
{
    return a->at_ns != b->at_ns ? a->at_ns < b->at_ns : a->number < b->number;
}

static void swap(struct event *a, struct event *b)
{
    struct event kept = *a;

    *a = *b;
    *b = kept;
}

static void arrive(void *context, const struct packet *packet, uint64_t at_ns)
{
    struct run *run = context;
    unsigned at = run->event_count++;

    if (at == EVENTS_MAX)
        abort();
    run->events[at] = (struct event){at_ns, run->events_so_far++, *packet};
    run->events[at].packet.time_ns = at_ns + CAPTURE_NS;
    for (; at > 0 && is_earlier(&run->events[at], &run->events[(at - 1) / 2]); at = (at - 1) / 2)
        swap(&run->events[at], &run->events[(at - 1) / 2]);
}

static struct packet take_event(struct run *run)
{
    struct packet packet = run->events[0].packet;
    unsigned at = 0;

    run->events[0] = run->events[--run->event_count];
    for (;;) {
        unsigned least = at;
        for (unsigned child = 2 * at + 1; child <= 2 * at + 2; child++)
            if (child < run->event_count && is_earlier(&run->events[child], &run->events[least]))
                least = child;
        if (least == at)
            return packet;
        swap(&run->events[at], &run->events[least]);
        at = least;
    }
}

/* --- the engine's ops -------------------------------------------------------------------- */

static void count_segment(struct run *run, const struct segment *segment)
{
    for (unsigned i = 0; i < run->world->port_count; i++) {
        if (run->world->ports[i].port != segment->dport)
            continue;
        if (segment->flags == TCP_ACK)
            run->outcome->acks[i]++;
        else if ((segment->flags & TCP_SYN) != 0)
            (segment->ttl == OUR_SYN_TTL ? run->outcome->syns : run->outcome->small)[i]++;
    }
}

static void op_send(void *context, const struct segment *segment, uint64_t tag)
{
    struct run *run = context;
    struct packet packet = {
        .kind = PACKET_TCP,
        .outgoing = true,
        .src = segment->src,
        .dst = segment->dst,
        .ttl = segment->ttl,
        .tos = segment->tos,
        .ip_id = segment->src.family == ADDR_IPV4 ? segment->ip_id : 0,
        .flow_label = segment->src.family == ADDR_IPV6 ? segment->flow_label : 0,
        .tcp = {.sport = segment->sport,
                .dport = segment->dport,
                .seq = segment->seq,
                .ack = segment->ack,
                .flags = segment->flags,
                .ts_value = segment->ts_value},
    };

    (void)tag;
    count_segment(run, segment);
    if (run->world->ports[0].kind != WORLD_GATEWAY_DEAD)
        arrive(run, &packet, run->now_ns);
    packet.outgoing = false;
    if ((segment->flags & TCP_RST) == 0)
        traffic_send(&run->traffic, &packet, run->now_ns);
}

static void op_send_echo(void *context, const struct echo_request *request)
{
    struct run *run = context;
    struct packet packet = {
        .kind = PACKET_ECHO,
        .outgoing = true,
        .src = request->src,
        .dst = request->dst,
        .ttl = request->ttl,
        .tos = request->tos,
        .echo = {.id = request->id,
                 .seq = request->seq,
                 .has_cookie = true,
                 .cookie = request->cookie},
    };

    run->outcome->echoes++;
    if (run->world->ports[0].kind != WORLD_GATEWAY_DEAD)
        arrive(run, &packet, run->now_ns);
    packet.outgoing = false;
    traffic_send(&run->traffic, &packet, run->now_ns);
}

static int op_source(void *context, const struct addr *dst, struct addr *src)
{
    (void)context;
    *src = traffic_us[dst->family == ADDR_IPV6];
    return 0;
}

static enum route_kind op_route(void *context, const struct addr *dst)
{
    const struct run *run = context;

    (void)dst;
    return run->world->path.routers == 0 ? ROUTE_ATTACHED : ROUTE_FAR;
}

static void op_random(void *context, void *out, size_t len)
{
    struct run *run = context;
    uint8_t *bytes = out;

    for (size_t i = 0; i < len; i++)
        bytes[i] = (uint8_t)random_next(&run->random);
}

static uint64_t op_losses(void *context)
{
    (void)context;
    return 0;
}

static void op_reply(void *context, uint32_t peer, const struct wire_message *message)
{
    struct run *run = context;
    struct world_result *result;

    (void)peer;
    if (message->type == WIRE_REFUSED)
        run->outcome->refused = true;
    if (message->type != WIRE_RESULT)
        return;
    if (run->outcome->result_count == WORLD_RESULTS_MAX)
        abort();
    result = &run->outcome->results[run->outcome->result_count++];
    result->check = (uint8_t)message->result.job;
    result->verdict = message->result.verdict;
    result->taken_ns = run->now_ns - run->started_ns[message->result.job];
    for (uint8_t i = 0; i < run->world->port_count; i++)
        if (run->world->ports[i].port == result->verdict.port)
            result->port = i;
}

/* --- a run ------------------------------------------------------------------------------- */

static struct engine *make_engine(struct run *run)
{
    static const uint8_t key[SIPHASH_KEY_LEN] = {42};
    static struct prefix all[2] = {{{ADDR_IPV4, {198, 18}}, 15}, {{ADDR_IPV6, {0x20, 1}}, 16}};
    struct engine_config config = {
        .policy = &run->policy,
        .capacity = CAPACITY,
        .targets.key = key,
        .ops = {.send = op_send,
                .send_echo = op_send_echo,
                .source = op_source,
                .route = op_route,
                .random = op_random,
                .losses = op_losses,
                .reply = op_reply},
        .context = run,
    };

    policy_init(&run->policy);
    run->policy.any_port = true;
    run->policy.echo = true;
    run->policy.allow = (struct prefix_list){all, 2};
    for (uint16_t i = 0; i < ENGINE_SOURCE_PORTS; i++)
        config.source_ports[i] =
            (uint16_t)(our_syn_is_ephemeral(i % ENGINE_PORTS_PER_GROUP) ? 40000 + i : 61000 + i);
    return engine_new(&config, run->now_ns);
}

static void start_check(struct run *run, const struct world_play *play, uint32_t number)
{
    struct wire_check check = {
        .job = number,
        .addr = traffic_target[run->world->ipv6],
        .port_count = play->ports,
        .trace = play->trace,
    };

    for (unsigned i = 0; i < play->ports; i++)
        check.ports[i] = run->world->ports[i].port;
    run->started_ns[number] = run->now_ns;
    engine_check(run->engine, number % ENGINE_PEERS_MAX, &check, run->now_ns);
}

/* What the kernel does to a SYN-ACK that no socket knows. */
static void reset(struct run *run, const struct packet *syn_ack)
{
    const struct packet rst = {
        .kind = PACKET_TCP,
        .outgoing = true,
        .src = syn_ack->dst,
        .dst = syn_ack->src,
        .tcp = {.sport = syn_ack->tcp.dport,
                .dport = syn_ack->tcp.sport,
                .seq = syn_ack->tcp.ack,
                .flags = TCP_RST},
    };

    arrive(run, &rst, run->now_ns);
}

static void advance(struct run *run, uint64_t end_ns)
{
    for (;;) {
        uint64_t event_ns = run->event_count > 0 ? run->events[0].at_ns : UINT64_MAX;
        uint64_t next_ns = engine_next_ns(run->engine);
        struct packet packet;

        next_ns = event_ns < next_ns ? event_ns : next_ns;
        if (next_ns > end_ns)
            break;
        if (next_ns > run->now_ns)
            run->now_ns = next_ns;
        engine_tick(run->engine, run->now_ns);
        if (event_ns > run->now_ns)
            continue;
        packet = take_event(run);
        engine_packet(run->engine, &packet, run->now_ns);
        if (!packet.outgoing && packet.kind == PACKET_TCP &&
            packet.tcp.flags == (TCP_SYN | TCP_ACK))
            reset(run, &packet);
    }
    run->now_ns = end_ns;
}

/* One at a time: fresh memory for each would take longer than all the rest. */
static struct run *run_new(const struct world *world)
{
    static struct run room;
    struct run *run = &room;

    memset(run, 0, offsetof(struct run, events));
    run->world = world;
    run->now_ns = START_NS;
    run->random.state = world->seed + 1;
    run->traffic.world = world;
    run->traffic.random.state = world->seed + 2;
    run->traffic.arrive = arrive;
    run->traffic.context = run;
    return run;
}

void world_run(const struct world *world, const struct world_play *play,
               struct world_outcome *outcome)
{
    struct run *run = run_new(world);
    struct world_random starts = {world->seed + 3};

    memset(outcome, 0, sizeof(*outcome));
    run->outcome = outcome;
    run->engine = make_engine(run);
    outcome->longest_ns = engine_longest_check_ns(&run->policy);
    for (uint32_t i = 0; i < play->checks; i++) {
        if (i > 0)
            advance(run, run->now_ns + random_below(&starts, APART_NS / play->checks));
        start_check(run, play, i);
    }
    advance(run, run->now_ns + 7 * NS_PER_S);
    outcome->in_flight = engine_probes_in_flight(run->engine) > 0;
    engine_free(run->engine);
}

/* --- a plain client ---------------------------------------------------------------------- */

static enum verdict_state client_state(struct run *run)
{
    enum verdict_state state = STATE_FILTERED;

    while (run->event_count > 0) {
        struct packet packet = take_event(run);
        if (packet.kind != PACKET_TCP)
            continue;
        if (state == STATE_FILTERED) /* the first word counts */
            state = (packet.tcp.flags & TCP_SYN) != 0 ? STATE_OPEN : STATE_CLOSED;
    }
    return state;
}

unsigned world_client_states(const struct world *world, unsigned port)
{
    struct run *run = run_new(world);
    unsigned states = 0;

    run->traffic.ideal = true;
    for (uint16_t i = 0; i < 64; i++) {
        struct packet syn = {
            .kind = PACKET_TCP,
            .src = traffic_us[world->ipv6],
            .dst = traffic_target[world->ipv6],
            .ttl = 64,
            .tcp = {.sport = (uint16_t)(33000 + 251 * i),
                    .dport = world->ports[port].port,
                    .seq = i,
                    .flags = TCP_SYN},
        };
        traffic_send(&run->traffic, &syn, START_NS);
        traffic_send(&run->traffic, &syn, START_NS + NS_PER_S);
        states |= 1U << client_state(run);
    }
    return states;
}
