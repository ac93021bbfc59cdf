/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/engine/admission.h"

#include "common/base/clock.h"
#include "prober/engine/check.h"
#include "prober/engine/probe.h"
#include "prober/engine/probe_table.h"
#include "prober/engine/timer_wheel.h"
#include "prober/packet/capture_marks.h"

#define LATE_MS 50 /* a timer that is overdue by more: there is too much to do */

#define ALL_PORT_GROUPS (UINT32_MAX >> (32 - ENGINE_PORT_GROUPS))

enum {
    CONTROL_PORT_FIRST = 40000,
    CONTROL_PORTS = 20000,
    CONTROL_TIMEOUT_MS = 1000,
    CONTROL_SYNS = 3
};

enum { TRACED_HOPS = 12 /* by a usual trace */ };

enum { PEER_SHARE = 8 /* a peer may have this many times as many probes as are free */ };

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

/* What a port usually gets if it stays silent; with other answers it is less, but for a few
 * SYNs with small TTLs and RSTs. */
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
    return POLICY_PACKET_LOGS - held;
}

/* Timers are not run in time: one more check would only make those under way send too few SYNs. */
static bool is_late(const struct engine *engine, uint64_t now_ns)
{
    uint64_t next_ms = timer_wheel_next_ms(engine->wheel);

    return next_ms != TIMER_WHEEL_NEVER && next_ms + LATE_MS < now_ns / NS_PER_MS;
}

/* Are all probes, or all slots of the packet rate, taken?  Whoever holds most is refused first:
 * a peer may have up to PEER_SHARE times the probes and packet logs that are still free, so some
 * are always left for others; and nobody is refused because of what another peer asks. */
static bool is_busy(const struct engine *engine, uint32_t peer, const struct wire_check *check)
{
    uint32_t free = probe_table_capacity(engine->table) - probe_table_probe_count(engine->table);
    uint32_t ports = check->port_count + 1U;
    uint32_t packets =
        usual_packets(check) * (uint32_t)check->port_count + CONTROL_SYNS + ECHO_FULL_MAX;

    return engine->in_flight[peer] + ports > (uint64_t)PEER_SHARE * free || ports > free ||
           (check->packets && engine->logs_of[peer] >= PEER_SHARE * logs_free(engine)) ||
           send_queue_turn_ns(engine->queue, peer) > ADMISSION_BACKLOG_NS ||
           !budget_admits(&engine->budget, peer, packets);
}

/* The groups of source ports that this probe and those of its target port behind it use: bit n for
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

/* Is it our own address, or in one of our networks, which others see from outside, if at all? */
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
    if (cost > ratelimit_quota(engine->targets)) /* then all of it */
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

/* What the probes of one check have in common. */
struct plan {
    struct addr src, dst;
    struct check *check;
    uint32_t timeout_ms;
};

/* Adds a probe of one port, ready to start; admission has made sure of a free slot. */
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

/* A high port that was not asked for.  Hardly anybody listens there, so the host's own TCP
 * refuses it if nothing else does. */
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

struct check *admission_take(struct engine *engine, uint32_t peer, const struct wire_check *request,
                             struct wire_refused *refused, int *source_error, uint64_t now_ns)
{
    struct addr src = {0};

    if (!admit(engine, peer, request, refused, now_ns))
        return NULL;
    *source_error = engine->config.ops.source(engine->config.context, &request->addr, &src);
    return add_check(engine, (uint8_t)peer, request, &src);
}
