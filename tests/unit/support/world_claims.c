/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/support/world_claims.h"

#include "common/base/clock.h"
#include "common/contract/syn_schedule.h"

#define E(name)   (UINT64_C(1) << EXPLANATION_##name)
#define WORD_NS   (550 * NS_PER_MS) /* from the end of a router's search to that of our listening */
#define LINGER_NS (500 * NS_PER_MS) /* less the moment in which the first SYN was late */

enum {
    RARE = 2,
    IN_ACCOUNT = 3, /* what is rarer than this may be left out of account */
    SYNS_MAX = SYN_SCHEDULE_ATTEMPTS,
    SMALL_LOCATING = 12, /* seen: 10; five hops twice */
    SMALL_TRACING = 60,  /* seen: 55, where half of all is lost */
    ACKS_MAX = 2,
    ASKED_BEHIND = 3, /* a trace gives up behind so many more silent hops */
    ECHOES_MAX = 8,
};

struct claim {
    const struct world *world;
    const struct world_port *port;
    const struct verdict *verdict;
    unsigned rarity;
    bool silent;
    struct world_truth truth; /* of what answered */
};

static bool is_said(const struct verdict *verdict, enum verdict_evidence evidence)
{
    return (verdict->evidence >> evidence & 1) != 0;
}

static bool has_limit(const struct world *world)
{
    return world->resets_per_s != 0 || world->errors_limited;
}

static bool has_filter(const struct world_path *path)
{
    return path->drops_marked != PATH_NO_NODE || path->drops_unmarked != PATH_NO_NODE ||
           path->drops_low_ports != PATH_NO_NODE;
}

bool claims_are_steady(const struct world *world)
{
    return world->path.loss_percent == 0 && !has_limit(world);
}

/* Several answer at that port: the truth about the one that is heard. */
static void take_member(struct claim *claim)
{
    struct world_truth *truth = &claim->truth;
    bool group = claim->port->kind == WORLD_GROUP;

    if (claim->verdict->state == STATE_OPEN || claim->silent) {
        truth->explanations = E(HOST_ACCEPTS);
        return;
    }
    truth->explanations = group ? E(GROUP_MEMBER) : E(RESET_INJECTED);
    truth->state = (uint8_t)claim->verdict->state;
    truth->disposition = DISPOSITION_REJECT;
    truth->actor = ACTOR_PATH;
    if (!group || claim->port->bad_does == MEMBER_UNREACHABLE)
        truth->place = PLACE_ROUTER;
    if (!group)
        return;
    switch ((enum world_member)claim->port->bad_does) {
    case MEMBER_REFUSES:
        truth->disposition = DISPOSITION_REFUSE;
        truth->actor = ACTOR_HOST;
        break;
    case MEMBER_FILTERED: truth->actor = ACTOR_HOST_FIREWALL; break;
    case MEMBER_UNREACHABLE: truth->disposition = DISPOSITION_UNREACHABLE; break;
    case MEMBER_DEAD:
    case MEMBERS: break;
    }
}

/* A router that looks for its neighbour first: its word may come when nobody listens any more. */
static bool may_be_late(const struct world *world, const struct world_port *port)
{
    return (port->kind == WORLD_HOST_DOWN_REPORTED || port->kind == WORLD_FORWARDED_TO_DEAD) &&
           (world->path.rtt_ns + 2 * world->path.jitter_ns > LINGER_NS || world->first_syn_dropped);
}

static struct claim claim_of(const struct world *world, const struct world_result *result)
{
    const struct world_port *port = &world->ports[result->port];
    struct claim claim = {
        .world = world,
        .port = port,
        .verdict = &result->verdict,
        .rarity = world_rarity(world, result->port),
        .silent = result->verdict.reason == REASON_NO_RESPONSE,
        .truth = *world_truth_of((enum world_kind)port->kind),
    };

    if (port->kind == WORLD_GROUP || port->kind == WORLD_RESET_INJECTED)
        take_member(&claim);
    if (claim.silent && may_be_late(world, port))
        claim.truth.disposition = DISPOSITION_DROP;
    if (port->kind == WORLD_HOST_REFUSES)
        claim.truth.explanations =
            world->host.dscp == STACK_DSCP_FOLLOWS ? E(HOST_REFUSES) : E(HOST_REFUSES_PLAINLY);
    return claim;
}

/* Silence that is no drop. */
static bool is_unlucky(const struct claim *claim)
{
    return claim->silent && claim->truth.disposition != DISPOSITION_DROP;
}

static const char *check_state(const struct claim *claim, unsigned clients)
{
    const struct verdict *verdict = claim->verdict;
    const struct world *world = claim->world;
    bool steady = claims_are_steady(world) && !has_filter(&world->path);

    if (!verdict_is_consistent(verdict))
        return "state, reason and disposition don't go together";
    if (claim->port->kind == WORLD_GATEWAY_DEAD)
        return verdict->state == STATE_UNKNOWN ? NULL : "our own trouble is told as the target's";
    if (claim->port->kind == WORLD_RESET_INJECTED)
        clients |= 1U << STATE_OPEN | 1U << STATE_CLOSED;
    if (verdict->state == STATE_UNKNOWN)
        return steady ? "unknown without a reason" : NULL;
    if ((clients >> verdict->state & 1) != 0)
        return NULL;
    if (steady)
        return "no client gets this state";
    return verdict->confidence == CONFIDENCE_CERTAIN ? "certain of a state that no client gets"
                                                     : NULL;
}

static const char *check_explanations(const struct claim *claim)
{
    if (claim->rarity > IN_ACCOUNT || claim->truth.explanations == 0 || is_unlucky(claim) ||
        claim->verdict->state == STATE_UNKNOWN ||
        (claim->silent && may_be_late(claim->world, claim->port)))
        return NULL;
    return (claim->verdict->explanations & claim->truth.explanations) == 0
               ? "the true explanation is excluded"
               : NULL;
}

static bool is_wrong(const struct claim *claim)
{
    const struct verdict *verdict = claim->verdict;

    return (verdict->disposition != DISPOSITION_UNKNOWN &&
            verdict->disposition != claim->truth.disposition) ||
           (verdict->actor != ACTOR_UNKNOWN && verdict->actor != claim->truth.actor);
}

static const char *check_confidence(const struct claim *claim)
{
    const struct world *world = claim->world;

    /* (without an echo, what answered at another port may be nearer) */
    if (claim->silent && claim->rarity == 0 && world->path.echo_node != PATH_NO_NODE &&
        claim->verdict->confidence > CONFIDENCE_GUESS && may_be_late(world, claim->port) &&
        world->path.rtt_ns > WORD_NS)
        return "sure of a drop, and the word of a dead host is on its way";
    if (claim->verdict->state == STATE_UNKNOWN || !is_wrong(claim))
        return NULL;
    switch (claim->verdict->confidence) {
    case CONFIDENCE_CERTAIN: return claim->rarity <= IN_ACCOUNT ? "certain and wrong" : NULL;
    case CONFIDENCE_LIKELY:
        if (is_unlucky(claim) && (world->path.loss_percent > 0 || claim->rarity > 0))
            return NULL;
        return claim->rarity < RARE ? "likely and wrong, and nothing is rare" : NULL;
    case CONFIDENCE_GUESS:
        if (is_said(claim->verdict, EVIDENCE_RATE_LIMIT_SUSPECTED) ||
            (is_unlucky(claim) && world->path.loss_percent > 0))
            return NULL;
        return claim->rarity == 0 ? "a wrong guess, and all is common" : NULL;
    case CONFIDENCE_COUNT: break;
    }
    return "no confidence";
}

static const char *check_limit(const struct claim *claim)
{
    const struct world *world = claim->world;

    if (!is_unlucky(claim) || world->path.loss_percent > 0 || has_filter(&world->path) ||
        claim->port->kind == WORLD_GROUP || is_said(claim->verdict, EVIDENCE_RATE_LIMIT_SUSPECTED))
        return NULL;
    return "silence by a limit, and no word of it";
}

static const char *check_hop(const struct claim *claim, unsigned index)
{
    int16_t hop = claim->verdict->actor_hop;

    if (hop == VERDICT_UNKNOWN_HOP || claim->verdict->actor != claim->truth.actor ||
        claim->rarity > IN_ACCOUNT || claim->silent ||
        claim->world->path.sets_ttl_there != PATH_NO_NODE || claim->port->kind == WORLD_GROUP ||
        claim->port->kind == WORLD_RESET_INJECTED)
        return NULL;
    if (hop < 0 || hop > 63)
        return "an impossible hop";
    if (claim->port->kind == WORLD_GATEWAY_DEAD)
        return hop == 0 ? NULL : "the actor stands elsewhere";
    if (claim->rarity >= RARE && claim->verdict->confidence != CONFIDENCE_CERTAIN)
        return NULL;
    return (world_hops(claim->world, index) >> hop & 1) == 0 ? "the actor stands elsewhere" : NULL;
}

/* How far SYNs get: the last router or machine that takes one off their TTL. */
static unsigned forwards_to(const struct claim *claim, uint64_t flow)
{
    const struct world_port *port = claim->port;
    const struct world_path *path = &claim->world->path;
    unsigned node = path->routers;

    switch ((enum world_kind)port->kind) {
    case WORLD_GATEWAY_DEAD: return 0;
    case WORLD_LOOP:
    case WORLD_GROUP:
    case WORLD_RESET_INJECTED: return VERDICT_HOPS_MAX;
    case WORLD_TTL_SHORTENED: node = port->node + 1U; break;
    case WORLD_HOST_DOWN_REPORTED:
    case WORLD_NO_ROUTE: node = port->node; break;
    case WORLD_DROPPED_ON_WAY: node = port->node - !port->after_count; break;
    default:
        if (claim->truth.place == PLACE_DEVICE || claim->truth.place == PLACE_ROUTER)
            node = port->node - !port->after_count;
        else if (claim->truth.place == PLACE_BEHIND)
            node += port->node;
        break;
    }
    return path_hop(path, flow, node + 1) - 1;
}

static const char *check_trace(const struct claim *claim)
{
    const struct verdict *verdict = claim->verdict;
    const struct world_path *path = &claim->world->path;
    unsigned farthest = 0, nearest = VERDICT_HOPS_MAX;

    if (verdict->last_hop == VERDICT_UNKNOWN_HOP || claim->rarity > IN_ACCOUNT ||
        !claims_are_steady(claim->world) || has_filter(path))
        return NULL;
    for (uint64_t flow = 0; flow <= UINT64_C(1) << 7; flow += UINT64_C(1) << 7) {
        unsigned hops = forwards_to(claim, flow);
        farthest = hops > farthest ? hops : farthest;
        nearest = hops < nearest ? hops : nearest;
    }
    if (verdict->last_hop > (int)farthest)
        return "the last hop is too far";
    if (verdict->silent_from == VERDICT_UNKNOWN_HOP || claim->port->kind == WORLD_LOOP ||
        claim->port->kind == WORLD_GROUP || path->echo_node <= path->routers ||
        path->sets_ttl_there != PATH_NO_NODE || path->sets_ttl_back != PATH_NO_NODE ||
        path->asymmetry < 0 ||
        (claim->truth.place == PLACE_BEHIND && (path->mute_tcp >> (path->routers + 1) & 1) != 0))
        return NULL;
    if (nearest > (unsigned)verdict->silent_from + ASKED_BEHIND)
        nearest = (unsigned)verdict->silent_from + ASKED_BEHIND;
    for (unsigned hop = (unsigned)verdict->silent_from; hop <= nearest; hop++)
        if ((path->mute_tcp >> path_node(path, 0, hop) & 1) == 0 && path->more_there == 0)
            return "a hop is called silent that answers";
    return NULL;
}

static const char *check_result(const struct world *world, const struct world_result *result,
                                unsigned clients)
{
    struct claim claim = claim_of(world, result);
    const char *wrong = check_state(&claim, clients);

    wrong = wrong != NULL ? wrong : check_explanations(&claim);
    wrong = wrong != NULL ? wrong : check_confidence(&claim);
    wrong = wrong != NULL ? wrong : check_limit(&claim);
    wrong = wrong != NULL ? wrong : check_hop(&claim, result->port);
    return wrong != NULL ? wrong : check_trace(&claim);
}

static const char *check_packets(const struct world_play *play, const struct world_outcome *outcome)
{
    unsigned small_max = play->trace ? SMALL_TRACING : SMALL_LOCATING;

    for (unsigned i = 0; i < play->ports; i++) {
        if (outcome->syns[i] > play->checks * (unsigned)SYNS_MAX)
            return "too many SYNs";
        if (outcome->small[i] > play->checks * small_max)
            return "too many SYNs with small TTLs";
        if (outcome->acks[i] > play->checks * (unsigned)ACKS_MAX)
            return "too many ACKs";
    }
    return outcome->echoes > play->checks * (unsigned)ECHOES_MAX ? "too many echoes" : NULL;
}

const char *claims_of_run(const struct world *world, const struct world_play *play,
                          const struct world_outcome *outcome, const struct world_result **result)
{
    unsigned clients[POLICY_PORTS_MAX];

    *result = NULL;
    if (outcome->refused || outcome->in_flight ||
        outcome->result_count != (unsigned)play->checks * play->ports)
        return "a check did not end as it should";
    for (unsigned i = 0; i < play->ports; i++)
        clients[i] = world_client_states(world, i);
    for (unsigned i = 0; i < outcome->result_count; i++) {
        const struct world_result *at = &outcome->results[i];
        const char *wrong = at->taken_ns > outcome->longest_ns
                                ? "a check took too long"
                                : check_result(world, at, clients[at->port]);
        *result = at;
        if (wrong != NULL)
            return wrong;
    }
    *result = NULL;
    return check_packets(play, outcome);
}

const char *claims_agree(const struct world *world, const struct verdict *one,
                         const struct verdict *other)
{
    if (world->ports[0].kind == WORLD_GROUP || world->ports[0].kind == WORLD_RESET_INJECTED ||
        has_filter(&world->path))
        return NULL;
    if (one->state != other->state)
        return "the state depends on how one asks";
    if (world_rarity(world, 0) > IN_ACCOUNT || may_be_late(world, &world->ports[0]))
        return NULL;
    if ((one->confidence != CONFIDENCE_CERTAIN || other->confidence != CONFIDENCE_CERTAIN) &&
        world_rarity(world, 0) >= RARE)
        return NULL;
    if (one->confidence == CONFIDENCE_GUESS || other->confidence == CONFIDENCE_GUESS)
        return NULL; /* it says itself that it may be otherwise */
    if (one->disposition != other->disposition && one->disposition != DISPOSITION_UNKNOWN &&
        other->disposition != DISPOSITION_UNKNOWN)
        return "what was done depends on how one asks";
    if (one->actor != other->actor && one->actor != ACTOR_UNKNOWN && other->actor != ACTOR_UNKNOWN)
        return "who did it depends on how one asks";
    return NULL;
}

static void print_bits(const char *name, uint64_t bits, const char *(*word)(unsigned), FILE *out)
{
    fprintf(out, " %s:", name);
    for (unsigned i = 0; i < 64; i++)
        if ((bits >> i & 1) != 0)
            fprintf(out, " %s", word(i));
}

void claims_print(const struct verdict *verdict, FILE *out)
{
    fprintf(out, "port %u: %s/%s/%s@%d %s (%s), ttl %d hops %d, last %d silent %d, %u SYNs;",
            verdict->port, verdict_state_name(verdict->state),
            verdict_disposition_name(verdict->disposition), verdict_actor_name(verdict->actor),
            verdict->actor_hop, verdict_confidence_name(verdict->confidence),
            verdict_reason_name(verdict->reason), verdict->ttl, verdict->hops, verdict->last_hop,
            verdict->silent_from, verdict->sent);
    print_bits("left", verdict->explanations, verdict_explanation_name, out);
    print_bits("evidence", verdict->evidence, verdict_evidence_name, out);
    fputc('\n', out);
}
