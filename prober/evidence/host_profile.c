/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/evidence/host_profile.h"

#include <string.h>

#include "common/base/compiler.h"
#include "prober/evidence/icmp_codes.h"

uint8_t host_profile_ttl_base(uint8_t ttl)
{
    static const uint8_t bases[] = {32, 64, 128};

    for (size_t i = 0; i < ARRAY_LEN(bases); i++)
        if (ttl <= bases[i])
            return bases[i];
    return 255;
}

int16_t host_profile_hops_by_ttl(uint8_t ttl)
{
    return (int16_t)(host_profile_ttl_base(ttl) - ttl + 1);
}

/* What a DSCP suffers on its way is mostly the loss of bits (RFC 9435).  Bits that we
 * did not send may be the host's own choice: routers mark all their packets alike. */
static bool may_be_left_of(uint8_t tos, uint8_t sent_tos)
{
    return (tos & TOS_DSCP_MASK & ~sent_tos) == 0;
}

bool host_profile_is_reflected(uint8_t tos, uint8_t sent_tos, const struct echo *echo)
{
    if ((tos & TOS_DSCP_MASK) == 0)
        return false;
    return ((tos ^ sent_tos) & TOS_DSCP_MASK) == 0 ||
           (echo != NULL && echo->replied && ((tos ^ echo->reply_tos) & TOS_DSCP_MASK) == 0 &&
            may_be_left_of(tos, sent_tos));
}

static bool is_filter_code(const struct observed *observed, const struct observed_answer *answer)
{
    return answer->kind == ANSWER_UNREACHABLE &&
           icmp_code_find(observed->dst.family, answer->icmp_type, answer->icmp_code)->filter;
}

bool host_profile_shows_life(const struct observed *observed, const struct observed_answer *answer)
{
    return answer->kind >= ANSWER_RESET ||
           (is_filter_code(observed, answer) && addr_equal(&answer->from, &observed->dst));
}

static void take_distance(struct host_profile *profile, uint8_t ttl)
{
    if (profile->has_ttl)
        return;
    profile->has_ttl = true;
    profile->ttl = ttl;
    profile->hops = host_profile_hops_by_ttl(ttl);
}

static void take_echo(const struct echo *echo, uint8_t tos, struct host_profile *profile)
{
    bool asked, asked_before;
    enum echo_outcome there, before;

    if (echo == NULL || !echo->replied)
        return;
    profile->echo_replied = true;
    profile->echo_reflects = host_profile_is_reflected(echo->reply_tos, tos, echo);
    profile->dscp_cleared = (echo->reply_tos & TOS_DSCP_MASK) == 0;
    take_distance(profile, echo->reply_ttl);
    if (profile->hops > TTL_PROBE_HOPS_MAX)
        return;
    there = echo_at(echo, (uint8_t)profile->hops, &asked);
    before = echo_at(echo, (uint8_t)(profile->hops - 1), &asked_before);
    profile->hops_disproved = before == ECHO_REPLIED || there == ECHO_EXPIRED;
    profile->hops_confirmed =
        there == ECHO_REPLIED && (profile->hops == 1 || before == ECHO_EXPIRED);
}

/* A RST that carries our DSCP, from as far as the host: its own TCP made it. */
static bool is_own_reset(const struct observed_answer *answer,
                         const struct host_profile_source *source,
                         const struct host_profile *profile)
{
    return answer->kind == ANSWER_RESET &&
           host_profile_is_reflected(answer->tos, source->tos, source->echo) &&
           (!profile->has_ttl || answer->ttl == profile->ttl);
}

static void take_other(const struct observed *observed, const struct host_profile_source *source,
                       struct host_profile *profile)
{
    const struct observed_answer *best = observed_best(observed);

    if (best == NULL)
        return;
    profile->others_answered = profile->others_answered || host_profile_shows_life(observed, best);
    if (best->attempt != OBSERVED_NO_ATTEMPT) {
        profile->sends += best->attempt + 1U;
        profile->losses += best->attempt;
    }
    if (is_filter_code(observed, best) && best->attempt != OBSERVED_NO_ATTEMPT && best->attempt > 0)
        profile->rejects_pause = true;
    if (!is_own_reset(best, source, profile))
        return;
    take_distance(profile, best->ttl);
    profile->host_reflects = true;
    profile->has_reset = true;
    profile->reset_dont_fragment = best->dont_fragment;
    profile->reset_ip_id_zero = best->ip_id_zero;
}

/* Any RST will do for the distance, if nothing better does: who rejects a port that
 * nobody ever asks for rejects them all. */
static void take_control(const struct host_profile_source *source, struct host_profile *profile)
{
    const struct observed_answer *best =
        source->control != NULL ? observed_best(source->control) : NULL;

    if (best == NULL)
        return;
    take_other(source->control, source, profile);
    if (best->kind != ANSWER_RESET)
        return;
    take_distance(profile, best->ttl);
    profile->control_differs = !host_profile_is_reflected(best->tos, source->tos, source->echo) &&
                               best->ttl == profile->ttl;
}

/* Last of all another open port: the farthest, because a proxy may stand nearer than
 * the host, and none that is nearer than the port in question, because that one might
 * be the host's. */
static void take_accepted(const struct host_profile_source *source, struct host_profile *profile)
{
    const struct observed_answer *self = source->self != NULL ? observed_best(source->self) : NULL;
    const struct observed_answer *farthest = NULL;

    for (unsigned i = 0; i < source->other_count; i++) {
        const struct observed_answer *best = observed_best(source->others[i]);
        if (best != NULL && best->kind == ANSWER_SYN_ACK && !best->window_zero &&
            !best->no_options && (farthest == NULL || best->ttl < farthest->ttl))
            farthest = best;
    }
    if (farthest == NULL || (self != NULL && self->ttl < farthest->ttl))
        return;
    take_distance(profile, farthest->ttl);
    profile->ttl_is_weak = true;
}

void host_profile_make(const struct host_profile_source *source, struct host_profile *profile)
{
    memset(profile, 0, sizeof(*profile));
    take_echo(source->echo, source->tos, profile);
    for (unsigned i = 0; i < source->other_count; i++)
        take_other(source->others[i], source, profile);
    take_control(source, profile);
    if (!profile->has_ttl)
        take_accepted(source, profile);
}
