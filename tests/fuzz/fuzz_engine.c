/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The whole engine.  The input is a list of orders, one byte each and what it takes: messages of
 * peers, frames, answers to what was sent, echoes of our own packets, refused sends, time.
 * Whatever comes, each check ends in time and once, and nothing is left behind.
 */
#include <errno.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/compiler.h"
#include "common/base/cursor.h"
#include "prober/engine/engine.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/support/frames.h"

enum order {
    ORDER_CHECK = 0, /* peer and job, target, ports, flags, timeout */
    ORDER_MESSAGE,   /* peer, length, bytes of a peer's */
    ORDER_CANCEL,    /* peer and job */
    ORDER_FORGET,    /* peer */
    ORDER_TIME,      /* in units of 5 ms */
    ORDER_FRAME,     /* length, bytes as of the capture */
    ORDER_COPY,      /* which: one of our packets, seen on its way out */
    ORDER_TCP,       /* which, flags, TTL, TOS, ack's error, traits: an answer to it */
    ORDER_ICMP,      /* which, type, code, TTL, the TTL that it quotes, sender */
    ORDER_ECHO,      /* which, TTL, TOS, kind: an answer to an echo */
    ORDER_REFUSE,    /* which: the kernel did not take it */
    ORDER_WEATHER,   /* what the machine is like from now on */
    ORDERS,
};

enum { SENT_MAX = 256, CAPACITY = 64, PEERS = 3, JOBS = 16, REPLIES_MAX = 4096 };

/* Of one job of one peer: ports asked for and not yet reported. */
struct job {
    bool open;
    uint8_t ports;
};

struct world {
    struct engine *engine;
    struct policy policy;
    uint64_t now_ns, random, losses;
    struct {
        bool is_echo;
        struct segment segment;
        struct echo_request echo;
        uint64_t tag;
    } sent[SENT_MAX];
    unsigned sent_count, replies;
    bool refuses;
    enum route_kind route;
    int source_error;
    bool was_syn_ack;
    bool asks_anew; /* the check at hand is no other's job */
    struct job jobs[PEERS][JOBS];
};

static void op_send(void *context, const struct segment *segment, uint64_t tag)
{
    struct world *world = context;
    unsigned place = world->sent_count++ % SENT_MAX;

    FUZZ_REQUIRE(segment->ttl >= 1 && segment->ttl <= OUR_SYN_TTL);
    world->sent[place].is_echo = false;
    world->sent[place].segment = *segment;
    world->sent[place].tag = tag;
    if (world->refuses && tag != ENGINE_NO_TAG)
        engine_send_failed(world->engine, tag, EPERM, world->now_ns);
}

static void op_send_echo(void *context, const struct echo_request *request)
{
    struct world *world = context;
    unsigned place = world->sent_count++ % SENT_MAX;

    FUZZ_REQUIRE(request->ttl >= 1 && request->ttl <= OUR_SYN_TTL);
    world->sent[place].is_echo = true;
    world->sent[place].echo = *request;
}

static int op_source(void *context, const struct addr *dst, struct addr *src)
{
    const struct world *world = context;

    *src = dst->family == ADDR_IPV4 ? frame_us4 : frame_us6;
    return world->source_error;
}

static enum route_kind op_route(void *context, const struct addr *dst)
{
    const struct world *world = context;

    (void)dst;
    return world->route;
}

static void op_random(void *context, void *out, size_t len)
{
    struct world *world = context;

    for (size_t i = 0; i < len; i++) {
        world->random = world->random * UINT64_C(6364136223846793005) + 1442695040888963407U;
        ((uint8_t *)out)[i] = (uint8_t)(world->random >> 33);
    }
}

static uint64_t op_losses(void *context)
{
    const struct world *world = context;

    return world->losses;
}

static void take_result(struct world *world, struct job *job, const struct wire_result *result)
{
    const struct verdict *verdict = &result->verdict;

    FUZZ_REQUIRE(job->open && job->ports > 0);
    job->ports--;
    FUZZ_REQUIRE(result->last == (job->ports == 0));
    job->open = job->ports > 0;
    FUZZ_REQUIRE(verdict_state_name(verdict->state) != NULL &&
                 verdict_reason_name(verdict->reason) != NULL &&
                 verdict_actor_name(verdict->actor) != NULL);
    FUZZ_REQUIRE(verdict->state != STATE_OPEN || world->was_syn_ack);
    FUZZ_REQUIRE(verdict->explanations >> EXPLANATION_COUNT == 0);
    FUZZ_REQUIRE(verdict->actor_hop <= OUR_SYN_TTL && verdict->last_hop <= VERDICT_HOPS_MAX);
}

static void op_reply(void *context, uint32_t peer, const struct wire_message *message)
{
    struct world *world = context;

    world->replies++;
    FUZZ_REQUIRE(peer < PEERS);
    switch (message->type) {
    case WIRE_RESULT:
        take_result(world, &world->jobs[peer][message->result.job % JOBS], &message->result);
        break;
    case WIRE_REFUSED:
        if (world->asks_anew)
            world->jobs[peer][message->refused.job % JOBS].open = false;
        break;
    case WIRE_HOP:
        FUZZ_REQUIRE(message->hop.hop >= 1 && message->hop.hop <= VERDICT_HOPS_MAX);
        break;
    default: FUZZ_REQUIRE(message->type == WIRE_PACKET);
    }
}

/* --- orders --------------------------------------------------------------------------- */

/* Job numbers are few, so that some are in use. */
static void ask(struct world *world, uint32_t peer, struct wire_check check)
{
    struct job *job;

    check.job %= JOBS;
    job = &world->jobs[peer][check.job];
    world->asks_anew = !job->open;
    if (world->asks_anew)
        *job = (struct job){true, check.port_count};
    engine_check(world->engine, peer, &check, world->now_ns);
}

static void order_check(struct world *world, struct reader *in)
{
    uint8_t who = read_u8(in), where = read_u8(in), flags = read_u8(in);
    struct wire_check check = {
        .job = who / PEERS,
        .addr = (where & 1) != 0 ? frame_them6 : frame_them4,
        .trace = (flags & 1) != 0,
        .packets = (flags & 2) != 0,
        .timeout_ms = (uint16_t)(((flags & 4) != 0) * 1000),
    };

    if ((where & 2) != 0) /* ourselves */
        check.addr = (where & 1) != 0 ? frame_us6 : frame_us4;
    check.port_count = (uint8_t)(1 + (flags >> 3) % POLICY_PORTS_MAX);
    for (unsigned i = 0; i < check.port_count; i++)
        check.ports[i] = (uint16_t)(FRAME_DPORT + (where >> 4) + i);
    ask(world, who % PEERS, check);
}

static void order_message(struct world *world, struct reader *in)
{
    uint32_t peer = read_u8(in) % PEERS;
    size_t len = read_u8(in);
    struct wire_message message;
    const uint8_t *bytes = in->data + in->pos;

    if (len > read_remaining(in))
        len = read_remaining(in);
    read_skip(in, len);
    if (wire_check_shape(bytes, len, WIRE_CLIENT, true) != WIRE_OK ||
        wire_decode(bytes, len, &message) != WIRE_OK)
        return;
    if (message.type == WIRE_CHECK)
        ask(world, peer, message.check);
    if (message.type == WIRE_CANCEL) {
        world->jobs[peer][message.job % JOBS].open &= message.job >= JOBS;
        engine_cancel(world->engine, peer, message.job);
    }
}

static void run(struct world *world, uint64_t duration_ns)
{
    uint64_t end_ns = world->now_ns + duration_ns;
    uint64_t next_ns;

    while ((next_ns = engine_next_ns(world->engine)) <= end_ns) {
        if (next_ns > world->now_ns)
            world->now_ns = next_ns;
        engine_tick(world->engine, world->now_ns);
    }
    world->now_ns = end_ns;
    engine_tick(world->engine, end_ns);
}

static void deliver(struct world *world, struct packet *packet)
{
    static const uint8_t bytes[IPV6_HEADER_LEN] = {0x60};

    if (packet->bytes == NULL) { /* made here; what peers see of it is not judged */
        packet->bytes = bytes;
        packet->len = sizeof(bytes);
    }
    packet->time_ns = world->now_ns + 1000 * NS_PER_S;
    world->was_syn_ack |= packet->kind == PACKET_TCP && (packet->tcp.flags & TCP_SYN) != 0 &&
                          (packet->tcp.flags & TCP_ACK) != 0;
    engine_packet(world->engine, packet, world->now_ns);
}

static void order_frame(struct world *world, struct reader *in)
{
    size_t len = read_u8(in);
    const uint8_t *bytes = in->data + in->pos;
    struct packet packet;

    if (len > read_remaining(in))
        len = read_remaining(in);
    read_skip(in, len);
    if (packet_parse_frame(bytes, len, &packet))
        deliver(world, &packet);
}

/* Which of the packets sent lately; 0 is the last. */
static int which(const struct world *world, struct reader *in)
{
    unsigned back = read_u8(in);
    unsigned known = world->sent_count < SENT_MAX ? world->sent_count : SENT_MAX;

    return back < known ? (int)((world->sent_count - 1 - back) % SENT_MAX) : -1;
}

static struct packet copy_of(const struct segment *segment)
{
    return (struct packet){
        .kind = PACKET_TCP,
        .outgoing = true,
        .src = segment->src,
        .dst = segment->dst,
        .ttl = segment->ttl,
        .tos = segment->tos,
        .ip_id = segment->ip_id,
        .tcp = {.sport = segment->sport,
                .dport = segment->dport,
                .seq = segment->seq,
                .ack = segment->ack,
                .flags = segment->flags,
                .ts_value = segment->ts_value},
    };
}

/* By a NAT of our own, too. */
static void order_copy(struct world *world, struct reader *in)
{
    int index = which(world, in);
    uint8_t nat = read_u8(in);
    struct packet packet;

    if (index < 0 || world->sent[index].is_echo)
        return;
    packet = copy_of(&world->sent[index].segment);
    if ((nat & 1) != 0)
        packet.tcp.sport = (uint16_t)(packet.tcp.sport + nat);
    if ((nat & 2) != 0)
        packet.src = packet.src.family == ADDR_IPV4 ? frame_router4 : frame_router6;
    packet.loopback = (nat & 4) != 0;
    deliver(world, &packet);
}

static void order_tcp(struct world *world, struct reader *in)
{
    int index = which(world, in);
    uint8_t flags = read_u8(in), ttl = read_u8(in), tos = read_u8(in), wrong = read_u8(in);
    uint8_t traits = read_u8(in);
    const struct segment *syn = &world->sent[index < 0 ? 0 : index].segment;
    struct packet packet = {
        .kind = PACKET_TCP,
        .src = syn->dst,
        .dst = syn->src,
        .ttl = ttl,
        .tos = tos,
        .ip_id = (traits & 1) != 0 ? syn->ip_id : 0,
        .dont_fragment = (traits & 2) != 0,
        .flow_label = (traits & 4) != 0 ? syn->flow_label : 0,
        .loopback = (traits & 32) != 0,
        .tcp = {.sport = syn->dport,
                .dport = syn->sport,
                .seq = syn->ack,
                .ack = syn->seq + 1 + wrong,
                .flags = flags,
                .window = (traits & 8) != 0 ? 65160 : 0,
                .has_options = (traits & 16) != 0,
                .has_timestamps = (traits & 16) != 0,
                .ts_echo = syn->ts_value},
    };

    if (index >= 0 && !world->sent[index].is_echo)
        deliver(world, &packet);
}

static struct packet error_about(const struct addr *from, const struct addr *to, uint8_t ttl)
{
    return (struct packet){.kind = PACKET_ICMP_ERROR, .src = *from, .dst = *to, .ttl = ttl};
}

static void order_icmp(struct world *world, struct reader *in)
{
    int index = which(world, in);
    uint8_t type = read_u8(in), code = read_u8(in), ttl = read_u8(in), quoted = read_u8(in);
    uint8_t sender = read_u8(in);
    const struct segment *syn = &world->sent[index < 0 ? 0 : index].segment;
    struct addr from = syn->dst.family == ADDR_IPV4 ? frame_router4 : frame_router6;
    struct packet packet;

    if (index < 0 || world->sent[index].is_echo)
        return;
    if (sender == 0)
        from = syn->dst;
    else if (sender == 1)
        from = syn->src;
    else
        from.bytes[1] ^= sender;
    packet = error_about(&from, &syn->src, ttl);
    packet.icmp.type = type;
    packet.icmp.code = code;
    packet.loopback = sender == 1;
    packet.quote = (struct packet_quote){.src = syn->src,
                                         .dst = syn->dst,
                                         .kind = PACKET_TCP,
                                         .sport = syn->sport,
                                         .dport = syn->dport,
                                         .seq = syn->seq,
                                         .ttl = quoted,
                                         .tos = syn->tos,
                                         .ip_id = syn->ip_id};
    deliver(world, &packet);
}

static void order_echo(struct world *world, struct reader *in)
{
    int index = which(world, in);
    uint8_t ttl = read_u8(in), tos = read_u8(in), expired = read_u8(in);
    const struct echo_request *echo = &world->sent[index < 0 ? 0 : index].echo;
    struct packet packet = {
        .kind = PACKET_ECHO,
        .src = echo->dst,
        .dst = echo->src,
        .ttl = ttl,
        .tos = tos,
        .echo = {.id = echo->id,
                 .seq = echo->seq,
                 .reply = true,
                 .has_cookie = true,
                 .cookie = echo->cookie},
    };

    if (index < 0 || !world->sent[index].is_echo)
        return;
    if (expired != 0) {
        bool ipv4 = echo->dst.family == ADDR_IPV4;
        packet = error_about(ipv4 ? &frame_router4 : &frame_router6, &echo->src, ttl);
        packet.icmp.type = ipv4 ? ICMP_TIME_EXCEEDED : ICMPV6_TIME_EXCEEDED;
        packet.quote = (struct packet_quote){.src = echo->src,
                                             .dst = echo->dst,
                                             .kind = PACKET_ECHO,
                                             .ip_id = echo->ip_id,
                                             .echo = {.id = echo->id,
                                                      .seq = echo->seq,
                                                      .has_cookie = (expired & 1) != 0,
                                                      .cookie = echo->cookie}};
    }
    deliver(world, &packet);
}

static void order_refuse(struct world *world, struct reader *in)
{
    static const int errors[] = {EPERM, ENETUNREACH, EHOSTUNREACH, ENOBUFS, EACCES, EAFNOSUPPORT};
    int index = which(world, in);
    int error = errors[read_u8(in) % ARRAY_LEN(errors)];

    if (index >= 0 && !world->sent[index].is_echo && world->sent[index].tag != ENGINE_NO_TAG)
        engine_send_failed(world->engine, world->sent[index].tag, error, world->now_ns);
}

static void order_weather(struct world *world, struct reader *in)
{
    uint8_t bits = read_u8(in);

    world->refuses = (bits & 1) != 0;
    world->route = (enum route_kind)(bits >> 4) % (ROUTE_OWN + 1);
    world->policy.own = (bits & 2) != 0;
    world->source_error = (bits & 4) != 0 ? ENETUNREACH : 0;
    world->losses += (bits & 8) != 0;
}

static void order_cancel(struct world *world, struct reader *in)
{
    uint8_t who = read_u8(in);
    uint32_t job = who / PEERS % JOBS;

    world->jobs[who % PEERS][job].open = false;
    engine_cancel(world->engine, who % PEERS, job);
}

static void order_forget(struct world *world, struct reader *in)
{
    uint32_t peer = read_u8(in) % PEERS;

    memset(world->jobs[peer], 0, sizeof(world->jobs[peer]));
    engine_forget(world->engine, peer);
}

static void follow(struct world *world, struct reader *in)
{
    switch ((enum order)(read_u8(in) % ORDERS)) {
    case ORDER_CHECK: order_check(world, in); break;
    case ORDER_MESSAGE: order_message(world, in); break;
    case ORDER_CANCEL: order_cancel(world, in); break;
    case ORDER_FORGET: order_forget(world, in); break;
    case ORDER_TIME: run(world, read_u8(in) * 5 * NS_PER_MS); break;
    case ORDER_FRAME: order_frame(world, in); break;
    case ORDER_COPY: order_copy(world, in); break;
    case ORDER_TCP: order_tcp(world, in); break;
    case ORDER_ICMP: order_icmp(world, in); break;
    case ORDER_ECHO: order_echo(world, in); break;
    case ORDER_REFUSE: order_refuse(world, in); break;
    case ORDER_WEATHER: order_weather(world, in); break;
    case ORDERS: break;
    }
}

static struct engine *engine_of(struct world *world, uint8_t setup)
{
    static struct prefix allowed[] = {{{ADDR_IPV4, {198, 18}}, 15}, {{ADDR_IPV6, {0x20, 1}}, 16}};
    static const uint8_t key[SIPHASH_KEY_LEN] = {42};
    struct engine_config config = {
        .policy = &world->policy,
        .capacity = CAPACITY,
        .max_rate = (setup & 4) != 0 ? 200 : 0,
        .targets.key = key,
        .ops = {op_send, op_send_echo, op_source, op_route, op_random, op_losses, op_reply},
        .context = world,
    };

    policy_init(&world->policy);
    world->policy.any_port = true;
    world->policy.echo = (setup & 1) != 0;
    world->policy.control_port = (setup & 2) != 0;
    world->policy.allow = (struct prefix_list){allowed, ARRAY_LEN(allowed)};
    for (uint16_t i = 0; i < ENGINE_SOURCE_PORTS; i++)
        config.source_ports[i] = (uint16_t)(FRAME_SPORT + i);
    return engine_new(&config, world->now_ns);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static struct world world;
    struct reader in = reader_of(data, len);

    memset(&world, 0, sizeof(world));
    world.now_ns = 100 * NS_PER_S;
    world.random = 42;
    world.engine = engine_of(&world, read_u8(&in));
    FUZZ_REQUIRE(world.engine != NULL);
    while (read_remaining(&in) > 0 && world.replies < REPLIES_MAX)
        follow(&world, &in);
    run(&world, engine_longest_check_ns(&world.policy) + 10 * NS_PER_S);
    FUZZ_REQUIRE(engine_probes_in_flight(world.engine) == 0);
    FUZZ_REQUIRE(engine_next_ns(world.engine) == UINT64_MAX);
    for (unsigned peer = 0; peer < PEERS; peer++)
        for (unsigned job = 0; job < JOBS; job++)
            FUZZ_REQUIRE(!world.jobs[peer][job].open);
    engine_free(world.engine);
    return 0;
}
