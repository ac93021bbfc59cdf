/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/engine/gather.h"

#include "prober/engine/sightings.h"
#include "prober/evidence/distance.h"

/* Looks the route up only if it matters: this machine sent the answer, or the answer seems to have
 * passed no router. */
static enum route_kind route_of(const struct engine *engine, const struct observed *observed)
{
    const struct observed_answer *best = observed_best(observed);

    if (best == NULL ||
        (!addr_equal(&best->from, &observed->src) && distance_by_ttl(best->ttl) != 1))
        return ROUTE_UNKNOWN;
    return engine->config.ops.route(engine->config.context, &observed->dst);
}

void gather_findings(const struct engine *engine, const struct probe *probe,
                     struct findings *findings)
{
    const struct check *check = probe->check;
    const struct observed *observed = &probe->observed;

    *findings = (struct findings){
        .observed = observed,
        .ttl_probe = probe->ttl_probe,
        .echo = &check->echo,
        .route = route_of(engine, observed),
        .flows_awaited = probe->is_answered && probe_answered(probe)->contrast_ns != 0,
        .listened_ns = engine_listening_ends_ns(engine, probe) - probe->start_ns,
    };
    if (observed_best(observed) == NULL || observed_best(observed)->kind != ANSWER_SYN_ACK)
        sightings_gather(engine->sightings, probe,
                         findings); /* makes no difference to an open port */
    for (const struct probe *other = check->first; other != NULL; other = other->sibling) {
        if (other == probe)
            continue;
        if (other->control)
            findings->control = &other->observed;
        else
            findings->others[findings->other_count++] = &other->observed;
    }
}
