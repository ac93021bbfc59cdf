/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/engine/engine.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "prober/engine/check.h"

#define BACKLOG_NS (250 * NS_PER_MS) /* packets waiting longer would make checks late */
#define CROWDED_NS (50 * NS_PER_MS)  /* then only who kept to his share gets more, if others ask */
#define RECENT_NS  NS_PER_S

#define ALL_PORT_GROUPS (UINT32_MAX >> (32 - ENGINE_PORT_GROUPS))

enum {
    TIMERS_A_TICK = 512, /* then their packets leave, and what came meanwhile is looked at */
    TRACES_MAX = 8192,   /* ports asked hop by hop at a time; more do without */
    LOGS_MAX = 256,      /* checks whose packets are kept at a time; more are refused */
};

enum { CONTROL_PORT_FIRST = 40000, CONTROL_PORTS = 20000, CONTROL_TIMEOUT_MS = 1000 };

enum { CLIENT_SHARE = 8 /* a client may hold this many times what is left free */ };

struct engine *engine_new(const struct engine_config *config, uint64_t now_ns)
{
    struct engine *engine = calloc(1, sizeof(*engine));
    uint8_t key[SIPHASH_KEY_LEN];

    if (engine == NULL)
        return NULL;
    engine->config = *config;
    config->ops.random(config->context, key, sizeof(key));
    engine->flight = flight_new(config->capacity, key);
    engine->wheel = wheel_new(config->capacity, now_ns / NS_PER_MS);
    engine->targets =
        ratelimit_new(config->target_quota, config->target_window_ns, config->networks, key);
    engine->paths = stock_new(TRACES_MAX, sizeof(struct path));
    engine->logs = stock_new(LOGS_MAX, sizeof(struct packet_log));
    engine->pace = pace_of(config->max_rate);
    for (unsigned i = 0; i < ENGINE_CLIENTS_MAX; i++)
        engine->shares[i] =
            pace_of(config->max_rate == 0 ? 0 : 1 + config->max_rate / ENGINE_CLIENTS_MAX);
    if (engine->flight == NULL || engine->wheel == NULL || engine->targets == NULL ||
        engine->paths == NULL || engine->logs == NULL) {
        engine_free(engine);
        return NULL;
    }
    return engine;
}

void engine_free(struct engine *engine)
{
    if (engine == NULL)
        return;
    flight_free(engine->flight);
    wheel_free(engine->wheel);
    ratelimit_free(engine->targets);
    stock_free(engine->paths);
    stock_free(engine->logs);
    free(engine);
}

uint32_t engine_probes_in_flight(const struct engine *engine)
{
    return flight_probe_count(engine->flight);
}

uint64_t engine_next_ns(const struct engine *engine)
{
    uint64_t next_ms = wheel_next_ms(engine->wheel);

    return next_ms == WHEEL_NEVER ? UINT64_MAX : next_ms * NS_PER_MS;
}

void engine_tick(struct engine *engine, uint64_t now_ns)
{
    uint32_t index;

    for (unsigned i = 0; i < TIMERS_A_TICK && wheel_pop(engine->wheel, now_ns / NS_PER_MS, &index);
         i++)
        probe_due(engine, index, now_ns);
}

static void show_to_probes_of(struct engine *engine, const struct addr *dst, uint16_t dport,
                              const struct packet *packet, uint64_t now_ns)
{
    uint32_t next;

    for (uint32_t i = flight_first_of(engine->flight, dst, dport); i != FLIGHT_NONE; i = next) {
        next = flight_next_of(engine->flight, i);
        probe_see(engine, i, packet, now_ns);
    }
}

static void show_to_checks_of(struct engine *engine, const struct addr *dst,
                              const struct packet *packet, uint64_t now_ns)
{
    uint32_t next;

    for (uint32_t i = flight_first_check_of(engine->flight, dst); i != FLIGHT_NONE; i = next) {
        next = flight_next_check_of(engine->flight, i);
        check_see(engine, i, packet, now_ns);
    }
}

/* Ours to the target, or the target's to us. */
static void show_segment(struct engine *engine, const struct packet *packet, uint64_t now_ns)
{
    if (packet_may_be_ours(packet))
        show_to_probes_of(engine, &packet->dst, packet->tcp.dport, packet, now_ns);
    if (!packet->outgoing)
        show_to_probes_of(engine, &packet->src, packet->tcp.sport, packet, now_ns);
}

void engine_packet(struct engine *engine, const struct packet *packet, uint64_t now_ns)
{
    switch (packet->kind) {
    case PACKET_ICMP_ERROR:
        if (packet->quote.kind == PACKET_ECHO)
            show_to_checks_of(engine, &packet->quote.dst, packet, now_ns);
        else
            show_to_probes_of(engine, &packet->quote.dst, packet->quote.dport, packet, now_ns);
        break;
    case PACKET_ECHO:
        show_to_checks_of(engine, packet->echo.reply ? &packet->src : &packet->dst, packet, now_ns);
        break;
    case PACKET_TCP: show_segment(engine, packet, now_ns); break;
    case PACKET_NONE: break;
    }
}

/* The prober's own judgement of what a client asks. */
static enum policy_answer judge_check(const struct policy *policy, const struct wire_check *check,
                                      uint8_t *port_index)
{
    enum policy_answer answer = policy_check_address(policy, &check->addr);

    *port_index = WIRE_NO_PORT;
    if (answer != POLICY_OK)
        return answer;
    if (check->port_count > policy->max_ports)
        return POLICY_TOO_MANY_PORTS;
    if (check->timeout_ms > policy->timeout_ms)
        return POLICY_TIMEOUT_TOO_LONG;
    for (uint8_t i = 0; i < check->port_count; i++) {
        answer = policy_check_port(policy, check->ports[i]);
        if (answer == POLICY_OK)
            continue;
        *port_index = i;
        return answer;
    }
    return POLICY_OK;
}

static bool others_ask(const struct engine *engine, uint32_t client, uint64_t now_ns)
{
    for (uint32_t i = 0; i < ENGINE_CLIENTS_MAX; i++)
        if (i != client && engine->asked_ns[i] != 0 && now_ns < engine->asked_ns[i] + RECENT_NS)
            return true;
    return false;
}

/* Is there room, and a turn in the packet rate?  Who holds most is refused first: a client may have
 * up to CLIENT_SHARE times what is still free, so there is always some for others. */
static bool is_busy(const struct engine *engine, uint32_t client, uint32_t ports, uint64_t now_ns)
{
    uint32_t free = flight_capacity(engine->flight) - flight_probe_count(engine->flight);

    return engine->in_flight[client] + ports > (uint64_t)CLIENT_SHARE * free || ports > free ||
           pace_backlog_ns(&engine->pace, now_ns) > BACKLOG_NS ||
           (pace_backlog_ns(&engine->pace, now_ns) > CROWDED_NS &&
            others_ask(engine, client, now_ns) &&
            pace_backlog_ns(&engine->shares[client], now_ns) > BACKLOG_NS);
}

/* The groups of source ports that the probes of this target port use: bit n for
 * group n. */
static uint32_t used_port_groups(const struct engine *engine, const struct addr *dst,
                                 uint16_t dport)
{
    uint32_t used = 0;

    for (uint32_t i = flight_first_of(engine->flight, dst, dport); i != FLIGHT_NONE;
         i = flight_next_of(engine->flight, i))
        used |= UINT32_C(1) << flight_probe(engine->flight, i)->port_group;
    return used;
}

static bool lacks_source_ports(const struct engine *engine, const struct wire_check *check)
{
    for (unsigned i = 0; i < check->port_count; i++)
        if (used_port_groups(engine, &check->addr, check->ports[i]) == ALL_PORT_GROUPS)
            return true;
    return false;
}

static bool admit(struct engine *engine, uint32_t client, const struct wire_check *check,
                  struct wire_refused *refused, uint64_t now_ns)
{
    enum policy_answer answer = judge_check(engine->config.policy, check, &refused->port_index);
    struct ratelimit_state quota;

    if (answer != POLICY_OK) {
        refused->reason = wire_refusal_of(answer);
        return false;
    }
    if (flight_find_check(engine->flight, client, check->job) != FLIGHT_NONE) {
        refused->reason = REFUSED_JOB_IN_USE;
        return false;
    }
    if (is_busy(engine, client, check->port_count + 1U, now_ns) ||
        lacks_source_ports(engine, check) || (check->packets && stock_is_empty(engine->logs))) {
        refused->reason = REFUSED_BUSY;
        refused->retry_after_ms = 1000;
        return false;
    }
    quota = ratelimit_take(engine->targets, &check->addr, check->port_count, now_ns);
    if (!quota.allowed) {
        refused->reason = REFUSED_RATE_LIMITED;
        refused->retry_after_ms = (uint32_t)(quota.retry_after_ns / NS_PER_MS) + 1;
    }
    return quota.allowed;
}

/* One of the groups that are free, by chance. */
static uint8_t choose_port_group(struct engine *engine, uint32_t used)
{
    uint32_t group = probe_draw_u32(engine) % ENGINE_PORT_GROUPS;

    while ((used >> group & 1) != 0)
        group = (group + 1) % ENGINE_PORT_GROUPS;
    return (uint8_t)group;
}

/* What the probes of one check have in common. */
struct plan {
    struct addr src, dst;
    uint32_t check, timeout_ms;
};

/* A probe of one port, ready to start; admission saw to it that there is room. */
static struct probe *add_probe(struct engine *engine, const struct plan *plan, unsigned position,
                               uint16_t port)
{
    uint32_t used = used_port_groups(engine, &plan->dst, port);
    uint32_t index = flight_add_probe(engine->flight, &plan->dst, port);
    struct check *check = flight_check(engine->flight, plan->check);
    struct probe *probe = flight_probe(engine->flight, index);
    struct record *record = &probe->record;

    probe->port_group = choose_port_group(engine, used);
    record->src = plan->src;
    record->tos = PROBE_SYN_TOS;
    /* the capture leaves out ACKs of even numbers (filter.h): hardly anybody wants to see them */
    record->ack = (probe_draw_u32(engine) & ~UINT32_C(1)) | (check->log != NULL);
    for (unsigned flow = 0; flow < RECORD_FLOWS; flow++) {
        record->seqs[flow] = probe_draw_u32(engine);
        record->sports[flow] =
            engine->config.source_ports[probe->port_group * ENGINE_PORTS_PER_GROUP + flow];
    }
    probe->check = plan->check;
    probe->losses = (uint32_t)engine->config.ops.losses(engine->config.context);
    probe->timeout_ms = (uint16_t)plan->timeout_ms;
    record->planned = schedule_steps_within(plan->timeout_ms);
    check->probes[position] = index;
    return probe;
}

/* A high port that was not asked for; hardly anybody listens there, so the host's own
 * TCP refuses it, if nothing else does. */
static void add_control_probe(struct engine *engine, const struct wire_check *asked,
                              struct plan plan)
{
    uint16_t port = (uint16_t)(CONTROL_PORT_FIRST + probe_draw_u32(engine) % CONTROL_PORTS);

    for (unsigned i = 0; i < asked->port_count; i++)
        if (asked->ports[i] == port)
            return;
    if (used_port_groups(engine, &asked->addr, port) == ALL_PORT_GROUPS)
        return;
    if (plan.timeout_ms > CONTROL_TIMEOUT_MS)
        plan.timeout_ms = CONTROL_TIMEOUT_MS;
    add_probe(engine, &plan, FLIGHT_CONTROL, port)->control = true;
}

static uint32_t add_check(struct engine *engine, uint8_t client, const struct wire_check *asked,
                          const struct addr *src)
{
    const struct plan plan = {
        .src = *src,
        .dst = asked->addr,
        .check = flight_add_check(engine->flight, client, asked->job, &asked->addr),
        .timeout_ms =
            asked->timeout_ms != 0 ? asked->timeout_ms : engine->config.policy->timeout_ms,
    };
    struct check *check = flight_check(engine->flight, plan.check);

    check->trace = asked->trace;
    check->port_count = check->unreported = asked->port_count;
    engine->in_flight[client] += asked->port_count;
    if (asked->packets)
        check->log = stock_take(engine->logs);
    for (unsigned i = 0; i < asked->port_count; i++)
        add_probe(engine, &plan, i, asked->ports[i]);
    if (engine->config.policy->control_port && !addr_equal(src, &asked->addr))
        add_control_probe(engine, asked, plan);
    return plan.check;
}

void engine_check(struct engine *engine, uint32_t client, const struct wire_check *asked,
                  uint64_t now_ns)
{
    struct wire_refused refused = {.job = asked->job, .port_index = WIRE_NO_PORT};
    const struct check *check;
    struct addr src = {0};
    uint32_t index;
    int no_source;

    engine->asked_ns[client] = now_ns;
    if (!admit(engine, client, asked, &refused, now_ns)) {
        engine->config.ops.refuse(engine->config.context, client, &refused);
        return;
    }
    no_source = engine->config.ops.source(engine->config.context, &asked->addr, &src);
    index = add_check(engine, (uint8_t)client, asked, &src);
    check = flight_check(engine->flight, index);
    for (unsigned i = 0; i < FLIGHT_PROBES_MAX; i++) {
        struct probe *probe;
        if (check->probes[i] == FLIGHT_NONE)
            continue;
        probe = flight_probe(engine->flight, check->probes[i]);
        probe->record.send_error = (int16_t)no_source;
        if (no_source == 0)
            probe_send(engine, check->probes[i], now_ns);
        else
            probe->phase = PROBE_SETTLING;
    }
    if (no_source != 0)
        check_settle(engine, index, now_ns);
    else /* behind the SYNs: a router that reports errors has few to spend */
        check_repeat_echo(engine, index, now_ns);
}

void engine_cancel(struct engine *engine, uint32_t client, uint32_t job)
{
    uint32_t index = flight_find_check(engine->flight, client, job);

    if (index != FLIGHT_NONE)
        check_remove(engine, index);
}

void engine_forget(struct engine *engine, uint32_t client)
{
    uint32_t index = 0;

    while ((index = flight_check_of(engine->flight, client, index)) != FLIGHT_NONE)
        check_remove(engine, index);
}
