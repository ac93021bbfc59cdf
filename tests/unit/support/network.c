/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/compiler.h"
#include "tests/unit/support/network.h"

static const struct addr us = {ADDR_IPV4, {198, 18, 1, 2}};
static const struct addr them = {ADDR_IPV4, {198, 18, 3, 2}};
static const struct addr router = {ADDR_IPV4, {198, 18, 1, 1}};
static const struct addr router6 = {ADDR_IPV6, {0x2a, 0x0e, 0, 0xc1, [15] = 1}};
static const uint8_t any_bytes[20] = {0x45};
static struct prefix allowed = {{ADDR_IPV4, {198, 18}}, 15};

uint64_t network_random(struct test_network *network)
{
    network->random = network->random * UINT64_C(6364136223846793005) + 1442695040888963407U;
    return network->random >> 33;
}

static bool is_lost(struct test_network *network)
{
    return network_random(network) % 100 < network->loss_percent;
}

static void deliver(struct test_network *network, uint64_t at_ns, const struct packet *packet)
{
    struct network_event *event = &network->events[network->event_count++];

    assert_true(network->event_count <= NETWORK_EVENTS_MAX);
    *event = (struct network_event){at_ns, *packet};
    event->packet.time_ns = at_ns + 1000 * NS_PER_S; /* another clock */
    if (packet->bytes == NULL) {
        event->packet.bytes = any_bytes;
        event->packet.len = sizeof(any_bytes);
    }
}

static struct packet tcp_answer(const struct segment *syn, uint8_t flags)
{
    struct packet packet = {
        .kind = PACKET_TCP,
        .src = syn->dst,
        .dst = syn->src,
        .ttl = NETWORK_HOST_TTL,
        .tos = (flags & TCP_RST) != 0 ? syn->tos : 0,
        .tcp = {.sport = syn->dport, .dport = syn->sport, .ack = syn->seq + 1, .flags = flags},
    };

    if ((flags & TCP_SYN) != 0) {
        packet.tcp.window = 65160;
        packet.tcp.has_options = true;
        packet.tcp.has_timestamps = true;
        packet.tcp.ts_echo = syn->ts_value;
    }
    return packet;
}

/* A limit of the target's, or of its router. */
static bool is_held_back(struct test_network *network, enum network_answer kind)
{
    if (network->limit == 0 || kind == NETWORK_OPEN || kind == NETWORK_SILENT)
        return false;
    return network->limited++ >= network->limit;
}

/* RFC 4443 section 3.1 has other numbers for these. */
static uint8_t code6(enum addr_family family, uint8_t code)
{
    if (family == ADDR_IPV4)
        return code;
    return code == 13 ? 1 : code == 1 ? 3 : 0;
}

static struct packet icmp_answer(const struct segment *syn, uint8_t code)
{
    return (struct packet){
        .kind = PACKET_ICMP_ERROR,
        .src = syn->dst.family == ADDR_IPV4 ? router : router6,
        .dst = syn->src,
        .ttl = 64,
        .icmp = {syn->dst.family == ADDR_IPV4 ? 3 : 1, code6(syn->dst.family, code)},
        .quote = {.src = syn->src,
                  .dst = syn->dst,
                  .kind = PACKET_TCP,
                  .sport = syn->sport,
                  .dport = syn->dport,
                  .seq = syn->seq,
                  .ttl = 63,
                  .tos = syn->tos,
                  .ip_id = syn->ip_id},
    };
}

static void answer(struct test_network *network, const struct segment *syn)
{
    uint64_t at_ns = network->now_ns + network->rtt_ns;
    struct packet packet;

    if (is_held_back(network, network->answers[syn->dport]))
        return;
    switch (network->answers[syn->dport]) {
    case NETWORK_SILENT: return;
    case NETWORK_OPEN:
        packet = tcp_answer(syn, TCP_SYN | TCP_ACK);
        deliver(network, at_ns, &packet);
        return;
    case NETWORK_OPEN_NEAR:
        packet = tcp_answer(syn, TCP_SYN | TCP_ACK);
        if (syn->ttl < 64)
            deliver(network, at_ns, &packet);
        return;
    case NETWORK_CLOSED:
        packet = tcp_answer(syn, TCP_RST | TCP_ACK);
        deliver(network, at_ns, &packet);
        return;
    case NETWORK_FORGED_OPEN:
    case NETWORK_FORGED_FAR:
        packet = tcp_answer(syn, TCP_RST | TCP_ACK);
        packet.tos = 0;
        deliver(network, at_ns, &packet);
        packet = tcp_answer(syn, TCP_SYN | TCP_ACK);
        at_ns += (network->answers[syn->dport] == NETWORK_FORGED_FAR ? 700 : 20) * NS_PER_MS;
        deliver(network, at_ns, &packet);
        return;
    case NETWORK_PLAIN:
        packet = tcp_answer(syn, TCP_RST | TCP_ACK);
        packet.tos = 0;
        deliver(network, at_ns, &packet);
        return;
    case NETWORK_MARKED_ONLY:
        packet = tcp_answer(syn, TCP_SYN | TCP_ACK);
        if (syn->tos != 0)
            deliver(network, at_ns, &packet);
        return;
    case NETWORK_DIVIDED:
        packet = tcp_answer(syn, syn->tos == 0 ? TCP_RST | TCP_ACK : TCP_SYN | TCP_ACK);
        deliver(network, at_ns, &packet);
        return;
    case NETWORK_PROHIBITED:
        packet = icmp_answer(syn, 13);
        deliver(network, at_ns, &packet);
        return;
    case NETWORK_PROHIBITED_NEAR:
        packet = icmp_answer(syn, 13);
        deliver(network, at_ns, &packet);
        packet = tcp_answer(syn, TCP_SYN | TCP_ACK);
        deliver(network, at_ns + 700 * NS_PER_MS, &packet);
        return;
    case NETWORK_NO_ROUTE:
        packet = icmp_answer(syn, 0);
        deliver(network, at_ns, &packet);
        return;
    case NETWORK_NO_NEIGHBOUR:
        packet = icmp_answer(syn, 1);
        packet.src = syn->src;
        packet.loopback = true;
        packet.quote.ttl = syn->ttl;
        deliver(network, network->now_ns + 3050 * NS_PER_MS, &packet);
        return;
    case NETWORK_HOST_DOWN:
        packet = icmp_answer(syn, 1);
        deliver(network, network->now_ns + 3050 * NS_PER_MS, &packet);
        return;
    case NETWORK_STALE_FIRST:
        packet = tcp_answer(syn, network->sent_count == 1 ? TCP_ACK : TCP_SYN | TCP_ACK);
        if (network->sent_count == 1)
            packet.tcp.ack = 0x77777777;
        deliver(network, at_ns, &packet);
        return;
    }
}

static void fail_sends(struct test_network *network)
{
    unsigned count = network->failed_count;

    network->failed_count = 0;
    for (unsigned i = 0; i < count; i++)
        engine_send_failed(network->engine, network->failed_tags[i], network->send_error,
                           network->now_ns);
}

static void note_leaving(struct test_network *network)
{
    assert_true(network->left_count < NETWORK_LEFT_MAX);
    network->left_ns[network->left_count++] = network->now_ns;
}

static void op_send(void *context, const struct segment *segment, uint64_t tag)
{
    struct test_network *network = context;
    struct packet copy = {
        .kind = PACKET_TCP,
        .outgoing = true,
        .src = segment->src,
        .dst = segment->dst,
        .tcp = {.sport = segment->sport,
                .dport = segment->dport,
                .seq = segment->seq,
                .flags = segment->flags,
                .ts_value = segment->ts_value},
    };

    if (network->queue_is_full)
        fail_sends(network);
    note_leaving(network);
    if (segment->flags == TCP_ACK) {
        struct packet rst = tcp_answer(segment, TCP_RST);
        rst.tcp.seq = segment->ack;
        network->ack_count++;
        if (network->ack_answered)
            deliver(network, network->now_ns + network->rtt_ns, &rst);
        return;
    }
    assert_true(network->sent_count < NETWORK_SENT_MAX);
    if (network->send_error != 0) {
        network->failed_tags[network->failed_count++] = tag;
        return;
    }
    network->sent[network->sent_count++] = (struct network_sent){*segment, network->now_ns};
    deliver(network, network->now_ns, &copy);
    if ((segment->flags & TCP_SYN) != 0 && !is_lost(network) && !is_lost(network))
        answer(network, segment);
}

static void op_send_echo(void *context, const struct echo_request *request)
{
    struct test_network *network = context;
    struct packet reply = {
        .kind = PACKET_ECHO,
        .src = request->dst,
        .dst = request->src,
        .ttl = NETWORK_HOST_TTL,
        .tos = request->tos,
        .echo = {.id = request->id,
                 .seq = request->seq,
                 .reply = true,
                 .has_cookie = true,
                 .cookie = request->cookie},
    };
    struct packet leaving = reply;

    leaving.src = request->src;
    leaving.dst = request->dst;
    leaving.ttl = request->ttl;
    leaving.echo.reply = false;
    leaving.outgoing = true;
    if (network->queue_is_full)
        fail_sends(network);
    note_leaving(network);
    if (network->echo_count < ARRAY_LEN(network->echoes))
        network->echoes[network->echo_count] = *request;
    network->echo_count++;
    deliver(network, network->now_ns, &leaving);
    if (network->echo_replies)
        deliver(network, network->now_ns + network->rtt_ns + network->echo_behind_ns, &reply);
}

static int op_source(void *context, const struct addr *dst, struct addr *src)
{
    struct test_network *network = context;

    (void)dst;
    *src = us;
    return network->source_error;
}

static enum route_kind op_route(void *context, const struct addr *dst)
{
    const struct test_network *network = context;

    (void)dst;
    return network->route;
}

static void op_random(void *context, void *out, size_t len)
{
    uint8_t *bytes = out;

    for (size_t i = 0; i < len; i++)
        bytes[i] = (uint8_t)network_random(context);
}

static uint64_t op_losses(void *context)
{
    const struct test_network *network = context;

    return network->losses;
}

static struct network_result *add_result(struct test_network *network, uint32_t peer)
{
    struct network_result *result = &network->results[network->result_count++];

    assert_true(network->result_count <= NETWORK_RESULTS_MAX);
    *result = (struct network_result){.at_ns = network->now_ns, .peer = peer};
    return result;
}

static void op_reply(void *context, uint32_t peer, const struct wire_message *message)
{
    struct test_network *network = context;
    struct network_result *result;

    switch (message->type) {
    case WIRE_REFUSED:
        result = add_result(network, peer);
        result->refused = true;
        result->refusal = message->refused;
        break;
    case WIRE_RESULT:
        /* or portlight-fleet would take an honest place for a liar */
        assert_true(verdict_is_consistent(&message->result.verdict));
        add_result(network, peer)->result = message->result;
        break;
    case WIRE_HOP: network->hops[network->hop_count++ % NETWORK_HOPS_MAX] = message->hop; break;
    case WIRE_PACKET:
        network->packets[network->packet_count++ % NETWORK_PACKETS_MAX] = message->packet;
        break;
    default: fail_msg("the engine replied with message type %d", message->type);
    }
}

/* As source_ports_reserve has them: of each range even and odd ones in turn. */
static uint16_t source_port(unsigned i)
{
    return (uint16_t)((our_syn_is_ephemeral(i % ENGINE_PORTS_PER_GROUP) ? 50000 : 62000) + i);
}

struct test_network *network_new(void)
{
    static const uint8_t key[SIPHASH_KEY_LEN] = {42};
    struct test_network *network = calloc(1, sizeof(*network));

    assert_non_null(network);
    network->now_ns = 100 * NS_PER_S;
    network->rtt_ns = 50 * NS_PER_MS;
    network->random = 42;
    network->route = ROUTE_FAR;
    policy_init(&network->policy);
    network->policy.any_port = true;
    network->policy.echo = false;
    network->policy.allow = (struct prefix_list){&allowed, 1};
    network->config = (struct engine_config){
        .policy = &network->policy,
        .capacity = 1024,
        .targets.key = key,
        .ops = {op_send, op_send_echo, op_source, op_route, op_random, op_losses, op_reply},
        .context = network,
    };
    for (uint16_t i = 0; i < ENGINE_SOURCE_PORTS; i++)
        network->config.source_ports[i] = source_port(i);
    return network;
}

void network_start(struct test_network *network)
{
    network->engine = engine_new(&network->config, network->now_ns);
    assert_non_null(network->engine);
}

void network_free(struct test_network *network)
{
    engine_free(network->engine);
    free(network);
}

void network_check(struct test_network *network, uint32_t peer, uint32_t job, const uint16_t *ports)
{
    struct wire_check check = {.job = job, .addr = them};

    while (check.port_count < POLICY_PORTS_MAX && ports[check.port_count] != 0) {
        check.ports[check.port_count] = ports[check.port_count];
        check.port_count++;
    }
    engine_check(network->engine, peer, &check, network->now_ns);
}

void network_ask(struct test_network *network, uint32_t peer, uint32_t job, struct wire_check check)
{
    check.job = job;
    if (check.addr.family == ADDR_NONE)
        check.addr = them;
    engine_check(network->engine, peer, &check, network->now_ns);
}

unsigned network_busiest(const struct test_network *network, uint64_t span_ns)
{
    unsigned most = 0, first = 0;

    for (unsigned i = 0; i < network->left_count; i++) {
        while (network->left_ns[i] - network->left_ns[first] >= span_ns)
            first++;
        most = i - first + 1 > most ? i - first + 1 : most;
    }
    return most;
}

void network_inject(struct test_network *network, const struct packet *packet)
{
    deliver(network, network->now_ns, packet);
}

/* What the kernel does to a SYN-ACK that no socket knows. */
static void reset(struct test_network *network, const struct packet *syn_ack)
{
    struct packet copy = {
        .kind = PACKET_TCP,
        .outgoing = true,
        .src = syn_ack->dst,
        .dst = syn_ack->src,
        .tcp = {.sport = syn_ack->tcp.dport,
                .dport = syn_ack->tcp.sport,
                .seq = syn_ack->tcp.ack,
                .flags = TCP_RST},
    };

    deliver(network, network->now_ns, &copy);
}

static unsigned earliest(const struct test_network *network)
{
    unsigned first = 0;

    for (unsigned i = 1; i < network->event_count; i++)
        if (network->events[i].at_ns < network->events[first].at_ns)
            first = i;
    return first;
}

void network_run(struct test_network *network, uint64_t duration_ns)
{
    uint64_t end_ns = network->now_ns + duration_ns;

    for (;;) {
        unsigned first = earliest(network);
        uint64_t event_ns = network->event_count > 0 ? network->events[first].at_ns : UINT64_MAX;
        uint64_t next_ns;
        struct packet packet;

        fail_sends(network);
        next_ns = engine_next_ns(network->engine);
        if (event_ns < next_ns)
            next_ns = event_ns;
        if (next_ns > end_ns)
            break;
        if (next_ns > network->now_ns)
            network->now_ns = next_ns < end_ns ? next_ns : end_ns;
        engine_tick(network->engine, network->now_ns);
        if (event_ns > network->now_ns)
            continue;
        packet = network->events[first].packet;
        network->events[first] = network->events[--network->event_count];
        engine_packet(network->engine, &packet, network->now_ns);
        if (!packet.outgoing && packet.tcp.flags == (TCP_SYN | TCP_ACK) &&
            !network->kernel_is_silent)
            reset(network, &packet);
    }
    network->now_ns = end_ns;
    engine_tick(network->engine, end_ns);
}

const struct network_result *network_result(const struct test_network *network, uint32_t peer,
                                            uint32_t job, uint16_t port)
{
    const struct network_result *found = NULL;

    for (unsigned i = 0; i < network->result_count; i++) {
        const struct network_result *r = &network->results[i];
        uint32_t r_job = r->refused ? r->refusal.job : r->result.job;
        if (r->peer != peer || r_job != job || (!r->refused && r->result.verdict.port != port))
            continue;
        if (found != NULL)
            fail_msg("job %u, port %u has two results", job, port);
        found = r;
    }
    if (found == NULL)
        fail_msg("job %u, port %u has no result", job, port);
    return found;
}
