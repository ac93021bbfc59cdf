/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/engine/engine.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "prober/engine/check.h"
#include "prober/engine/check_echo.h"
#include "prober/engine/probe.h"
#include "prober/engine/probe_table.h"
#include "prober/engine/sightings.h"
#include "prober/engine/timer_wheel.h"
#include "prober/packet/capture_marks.h"
#include "prober/packet/our_syn.h"

#define BACKLOG_NS (250 * NS_PER_MS) /* a longer wait for packets would make checks late */
#define LATE_MS    50                /* a timer overdue by more than this means overload */

#define ALL_PORT_GROUPS (UINT32_MAX >> (32 - ENGINE_PORT_GROUPS))

enum {
    TIMERS_PER_TICK = 512,         /* then packets are sent and read before the next timers */
    TTL_PROBES_MAX = 8192,         /* ports that send small TTLs at a time; others do without */
    LOGS_MAX = POLICY_PACKET_LOGS, /* checks whose packets are kept at a time; more are refused */
    QUEUE_MAX = 16384,             /* waiting packets of a peer; more are dropped */
};

enum {
    CONTROL_PORT_FIRST = 40000,
    CONTROL_PORTS = 20000,
    CONTROL_TIMEOUT_MS = 1000,
    CONTROL_SYNS = 3
};

enum { TRACED_HOPS = 12 /* of a typical trace */ };

enum { PEER_SHARE = 8 /* a peer may have this many times as many probes as are free */ };

struct engine *engine_new(const struct engine_config *config, uint64_t now_ns)
{
    struct engine *engine = calloc(1, sizeof(*engine));
    uint8_t key[SIPHASH_KEY_LEN];

    if (engine == NULL)
        return NULL;
    engine->config = *config;
    config->ops.random(config->context, key, sizeof(key));
    engine->table = probe_table_new(config->capacity, key);
    engine->wheel = timer_wheel_new(config->capacity, now_ns / NS_PER_MS);
    engine->targets = ratelimit_new(&config->targets, now_ns);
    engine->ttl_probes = pool_new(TTL_PROBES_MAX, sizeof(struct ttl_probe));
    engine->logs = pool_new(LOGS_MAX, sizeof(struct packet_log));
    engine->sightings = sightings_new(key);
    engine->budget = budget_make(config->max_rate);
    engine->queue = send_queue_new(config->max_rate, QUEUE_MAX, config->capacity);
    if (engine->table == NULL || engine->wheel == NULL || engine->targets == NULL ||
        engine->ttl_probes == NULL || engine->logs == NULL || engine->sightings == NULL ||
        engine->queue == NULL) {
        engine_free(engine);
        return NULL;
    }
    return engine;
}

void engine_free(struct engine *engine)
{
    if (engine == NULL)
        return;
    probe_table_free(engine->table);
    timer_wheel_free(engine->wheel);
    ratelimit_free(engine->targets);
    pool_free(engine->ttl_probes);
    pool_free(engine->logs);
    sightings_free(engine->sightings);
    send_queue_free(engine->queue);
    free(engine);
}

uint32_t engine_probes_in_flight(const struct engine *engine)
{
    return probe_table_probe_count(engine->table);
}

uint64_t engine_longest_check_ns(const struct policy *policy)
{
    uint64_t length_ms =
        (uint64_t)policy->timeout_ms + policy->linger_ms + SYN_SCHEDULE_TRACE_EXTRA_MS;

    return length_ms * NS_PER_MS + BACKLOG_NS; /* its first SYN may have to wait */
}

uint64_t engine_next_ns(const struct engine *engine)
{
    uint64_t next_ms = timer_wheel_next_ms(engine->wheel);
    uint64_t timer_ns = next_ms == TIMER_WHEEL_NEVER ? UINT64_MAX : next_ms * NS_PER_MS;
    uint64_t queue_ns = send_queue_next_ns(engine->queue);

    return queue_ns < timer_ns ? queue_ns : timer_ns;
}

/* --- time ------------------------------------------------------------------------------ */

/* Called after each event, when its handlers have returned; nothing else finishes a check.  The
 * check and its probes may be gone afterwards. */
static void finish_ready(struct engine *engine, struct check *check, enum progress progress,
                         uint64_t now_ns)
{
    if (progress != UNCHANGED && check != NULL)
        check_finish_ready(engine, check, now_ns);
}

/* Sends what the packet rate allows now. */
static void send_waiting(struct engine *engine, uint64_t now_ns)
{
    struct send_next next;

    while (send_queue_take(engine->queue, now_ns, &next)) {
        if (next.packet != NULL) {
            engine_send_queued(engine, &next);
        } else {
            struct probe *probe = probe_table_probe(engine->table, next.item);
            struct check *check = probe->check;
            finish_ready(engine, check, probe_on_turn(engine, probe, now_ns), now_ns);
        }
    }
}

void engine_tick(struct engine *engine, uint64_t now_ns)
{
    uint32_t index;

    send_waiting(engine, now_ns);
    for (unsigned i = 0;
         i < TIMERS_PER_TICK && timer_wheel_pop(engine->wheel, now_ns / NS_PER_MS, &index); i++) {
        struct probe *probe = probe_table_probe(engine->table, index);
        struct check *check = probe->check;
        finish_ready(engine, check, probe_on_timer(engine, probe, now_ns), now_ns);
    }
}

void engine_send_failed(struct engine *engine, uint64_t tag, int error, uint64_t now_ns)
{
    unsigned attempt;
    struct probe *probe = probe_table_find_tag(engine->table, tag, &attempt);

    if (probe != NULL)
        probe_on_send_failed(engine, probe, attempt, error, now_ns);
}

/* --- captured packets ------------------------------------------------------------------ */

/* Finishes checks only after the loop, because that removes probes from the list.  `changed` keeps
 * a check from being listed twice. */
static void show_to_probes_of(struct engine *engine, const struct addr *dst, uint16_t dport,
                              const struct packet *packet, uint64_t now_ns)
{
    struct check *changed[ENGINE_PORT_GROUPS]; /* the most probes that share a target port */
    unsigned count = 0;

    for (struct probe *probe = probe_table_first_of(engine->table, dst, dport); probe != NULL;
         probe = probe_table_next_of(engine->table, probe)) {
        if (check_on_probe_packet(engine, probe, packet, now_ns) == UNCHANGED ||
            probe->check == NULL || probe->check->changed)
            continue;
        probe->check->changed = true;
        changed[count++] = probe->check;
    }
    for (unsigned i = 0; i < count; i++) {
        changed[i]->changed = false;
        finish_ready(engine, changed[i], CHANGED, now_ns);
    }
}

static void show_to_checks_of(struct engine *engine, const struct addr *dst,
                              const struct packet *packet, uint64_t now_ns)
{
    struct check *next;

    for (struct check *check = probe_table_first_check_of(engine->table, dst); check != NULL;
         check = next) {
        enum progress progress = check_on_echo_packet(engine, check, packet, now_ns);
        next = probe_table_next_check_of(engine->table, check);
        finish_ready(engine, check, progress, now_ns);
    }
}

/* A segment from us to the target, or from the target to us. */
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

/* --- admission ------------------------------------------------------------------------- */

/* The prober's own policy decides, whatever the peer has checked. */
static enum policy_answer policy_check_request(const struct policy *policy,
                                               const struct wire_check *check, uint8_t *port_index)
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

/* The packets that a silent port usually gets.  An answered one gets fewer, apart from a few SYNs
 * with small TTLs and RSTs. */
static uint8_t usual_packets(const struct wire_check *check)
{
    return SYN_SCHEDULE_ATTEMPTS + PROBE_LONE_ACKS +
           (check->trace ? TRACED_HOPS * TTL_PROBE_SENDS_MAX : 0);
}

static uint32_t logs_free(const struct engine *engine)
{
    uint32_t held = 0;

    for (unsigned peer = 0; peer < ENGINE_PEERS_MAX; peer++)
        held += engine->logs_of[peer];
    return LOGS_MAX - held;
}

/* Are timers overdue?  Then another check would only make those under way send too few SYNs. */
static bool is_late(const struct engine *engine, uint64_t now_ns)
{
    uint64_t next_ms = timer_wheel_next_ms(engine->wheel);

    return next_ms != TIMER_WHEEL_NEVER && next_ms + LATE_MS < now_ns / NS_PER_MS;
}

/* Is there no room for this check?  A peer may hold up to PEER_SHARE times the probes and packet
 * logs that are still free: the peer that holds most is refused first, and some are left for
 * others. */
static bool is_busy(const struct engine *engine, uint32_t peer, const struct wire_check *check)
{
    uint32_t free = probe_table_capacity(engine->table) - probe_table_probe_count(engine->table);
    uint32_t ports = check->port_count + 1U;
    uint32_t packets =
        usual_packets(check) * (uint32_t)check->port_count + CONTROL_SYNS + ECHO_FULL_MAX;

    return engine->in_flight[peer] + ports > (uint64_t)PEER_SHARE * free || ports > free ||
           (check->packets && engine->logs_of[peer] >= PEER_SHARE * logs_free(engine)) ||
           send_queue_turn_ns(engine->queue, peer) > BACKLOG_NS ||
           !budget_admits(&engine->budget, peer, packets);
}

/* The groups of source ports used by this probe and the next ones of its target port: bit n is
 * group n. */
static uint32_t used_port_groups(const struct engine *engine, const struct probe *probe)
{
    uint32_t used = 0;

    for (; probe != NULL; probe = probe_table_next_of(engine->table, probe))
        used |= UINT32_C(1) << probe->port_group;
    return used;
}

static bool lacks_source_ports(const struct engine *engine, const struct addr *dst, uint16_t dport)
{
    return used_port_groups(engine, probe_table_first_of(engine->table, dst, dport)) ==
           ALL_PORT_GROUPS;
}

static void refuse_busy(struct wire_refused *refused)
{
    refused->reason = REFUSED_BUSY;
    refused->retry_after_ms = 1000;
}

/* Is it our own address, or in one of our networks?  What we see of those is not what others see.
 */
static bool is_own_network(const struct engine *engine, const struct addr *dst,
                           struct wire_refused *refused)
{
    const struct policy *policy = engine->config.policy;
    struct addr ipv4;

    if (policy->own || prefix_list_contains(&policy->allow, dst))
        return false;
    if (policy_embedded_ipv4(policy, dst, &ipv4) && is_own_network(engine, &ipv4, refused))
        return true;
    switch (engine->config.ops.route(engine->config.context, dst)) {
    case ROUTE_NONE:
    case ROUTE_FAR:
    case ROUTE_DIRECT: return false;
    case ROUTE_CUT:
    case ROUTE_ATTACHED:
    case ROUTE_OWN: refused->reason = REFUSED_OWN_NETWORK; return true;
    case ROUTE_UNKNOWN: break;
    }
    refuse_busy(refused);
    return true;
}

static bool admit(struct engine *engine, uint32_t peer, const struct wire_check *check,
                  struct wire_refused *refused, uint64_t now_ns)
{
    enum policy_answer answer =
        policy_check_request(engine->config.policy, check, &refused->port_index);
    struct ratelimit_state quota;
    uint32_t cost;

    if (answer != POLICY_OK) {
        refused->reason = wire_refusal_of(answer);
        return false;
    }
    if (probe_table_find_check(engine->table, peer, check->job) != NULL) {
        refused->reason = REFUSED_JOB_IN_USE;
        return false;
    }
    if (is_late(engine, now_ns) || is_busy(engine, peer, check)) {
        refuse_busy(refused);
        return false;
    }
    for (unsigned i = 0; i < check->port_count; i++) {
        if (lacks_source_ports(engine, &check->addr, check->ports[i])) {
            refuse_busy(refused);
            return false;
        }
    }
    if (is_own_network(engine, &check->addr, refused))
        return false;
    cost = policy_target_cost(check->port_count, check->trace);
    if (cost > ratelimit_quota(engine->targets)) /* then it takes the whole quota */
        cost = ratelimit_quota(engine->targets);
    quota = ratelimit_take(engine->targets, &check->addr, cost, now_ns);
    if (!quota.allowed) {
        refused->reason = REFUSED_RATE_LIMITED;
        refused->retry_after_ms = (uint32_t)(quota.retry_after_ns / NS_PER_MS) + 1;
    }
    return quota.allowed;
}

/* A free group at random. */
static uint8_t choose_port_group(struct engine *engine, uint32_t used)
{
    uint32_t group = engine_random_u32(engine) % ENGINE_PORT_GROUPS;

    while ((used >> group & 1) != 0)
        group = (group + 1) % ENGINE_PORT_GROUPS;
    return (uint8_t)group;
}

/* What all probes of one check share. */
struct plan {
    struct addr src, dst;
    struct check *check;
    uint32_t timeout_ms;
};

/* Adds a probe for one port, ready to start.  Admission has checked that a slot is free. */
static struct probe *add_probe(struct engine *engine, const struct plan *plan, uint16_t port)
{
    struct probe *probe = probe_table_add_probe(engine->table, &plan->dst, port);
    const struct probe *older = probe_table_next_of(engine->table, probe);
    struct observed *observed = &probe->observed;
    struct probe **last = &plan->check->first;

    while (*last != NULL)
        last = &(*last)->sibling;
    *last = probe;
    probe->port_group = choose_port_group(engine, used_port_groups(engine, older));
    observed->src = plan->src;
    observed->ack = mark_ack(engine_random_u32(engine), plan->check->keeps_packets);
    for (unsigned flow = 0; flow < OBSERVED_FLOWS; flow++) {
        observed->seqs[flow] = engine_random_u32(engine);
        observed->sports[flow] =
            engine->config.source_ports[probe->port_group * ENGINE_PORTS_PER_GROUP + flow];
    }
    probe->check = plan->check;
    probe->timeout_ms = (uint16_t)plan->timeout_ms;
    observed->planned = syn_schedule_attempts_within(plan->timeout_ms);
    return probe;
}

/* Probes a high port that was not requested.  Hardly any program listens there, so the host's own
 * TCP refuses it unless a filter answers. */
static void add_control_probe(struct engine *engine, const struct wire_check *request,
                              struct plan plan)
{
    uint16_t port = (uint16_t)(CONTROL_PORT_FIRST + engine_random_u32(engine) % CONTROL_PORTS);
    struct probe *probe;

    for (unsigned i = 0; i < request->port_count; i++)
        if (request->ports[i] == port)
            return;
    if (lacks_source_ports(engine, &request->addr, port))
        return;
    if (plan.timeout_ms > CONTROL_TIMEOUT_MS)
        plan.timeout_ms = CONTROL_TIMEOUT_MS;
    probe = add_probe(engine, &plan, port);
    probe->control = true;
    engine_promise(engine, plan.check->peer, &probe->promised, CONTROL_SYNS);
}

static struct check *add_check(struct engine *engine, uint8_t peer,
                               const struct wire_check *request, const struct addr *src)
{
    struct check *check = probe_table_add_check(engine->table, peer, request->job, &request->addr);
    const struct plan plan = {
        .src = *src,
        .dst = request->addr,
        .check = check,
        .timeout_ms =
            request->timeout_ms != 0 ? request->timeout_ms : engine->config.policy->timeout_ms,
    };

    check->trace = request->trace;
    check->losses = (uint32_t)engine->config.ops.losses(engine->config.context);
    check->port_count = check->unreported = request->port_count;
    engine->in_flight[peer] += request->port_count;
    engine_promise(engine, peer, &check->promised, ECHO_FULL_MAX);
    if (request->packets) {
        check->log = (uint8_t)pool_number(engine->logs, pool_get(engine->logs));
        check->keeps_packets = true;
        engine->logs_of[peer]++;
    }
    for (unsigned i = 0; i < request->port_count; i++) {
        struct probe *probe = add_probe(engine, &plan, request->ports[i]);
        engine_promise(engine, peer, &probe->promised, usual_packets(request));
    }
    if (engine->config.policy->control_port && !observed_is_own_address(check_ends(check)))
        add_control_probe(engine, request, plan);
    return check;
}

void engine_check(struct engine *engine, uint32_t peer, const struct wire_check *request,
                  uint64_t now_ns)
{
    struct wire_message message = {
        .type = WIRE_REFUSED,
        .refused = {.job = request->job, .port_index = WIRE_NO_PORT},
    };
    struct addr src = {0};
    struct check *check;
    int source_error;

    if (!admit(engine, peer, request, &message.refused, now_ns)) {
        engine_reply(engine, peer, &message);
        return;
    }
    source_error = engine->config.ops.source(engine->config.context, &request->addr, &src);
    check = add_check(engine, (uint8_t)peer, request, &src);
    finish_ready(engine, check, check_start(engine, check, source_error, now_ns), now_ns);
}

void engine_cancel(struct engine *engine, uint32_t peer, uint32_t job)
{
    struct check *check = probe_table_find_check(engine->table, peer, job);

    if (check != NULL)
        check_remove(engine, check);
}

void engine_greet(struct engine *engine, uint32_t peer)
{
    engine->budget.present[peer] = true;
}

void engine_forget(struct engine *engine, uint32_t peer)
{
    struct check *check = NULL;

    engine->budget.present[peer] = false;
    while ((check = probe_table_next_check_of_peer(engine->table, peer, check)) != NULL)
        check_remove(engine, check);
}
