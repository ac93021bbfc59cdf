/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/render/text.h"

#include <string.h>

#include "common/base/clock.h"
#include "frontend/model/comparison.h"
#include "frontend/model/strbuf.h"
#include "frontend/packets/ladder_text.h"
#include "frontend/render/advice.h"
#include "frontend/render/inspection_text.h"
#include "frontend/render/network_words.h"

/* The hops of a trace, one per line. */
static void append_hops(struct strbuf *buf, const struct probe_details *details)
{
    char address[ADDR_TEXT_LEN];

    for (unsigned i = 0; i < details->hop_count; i++) {
        const struct probe_hop *hop = &details->hops[i];
        addr_format_shown(&hop->addr, address);
        strbuf_printf(buf, "  %2u  %s", i + 1, hop->addr.family != ADDR_NONE ? address : "*");
        if (hop->rtt_ns != VERDICT_NO_RTT)
            strbuf_printf(buf, "  %.*fms", hop->rtt_ns < NS_PER_MS ? 3 : 1,
                          (double)hop->rtt_ns / 1e6);
        strbuf_append(buf, "\n");
    }
}

/* The colour only repeats what the word says. */
static const char *colour_of(enum verdict_state state)
{
    switch (state) {
    case STATE_OPEN: return "\033[32m";
    case STATE_CLOSED: return "\033[31m";
    case STATE_FILTERED: return "\033[33m";
    case STATE_UNKNOWN:
    case STATE_COUNT: break;
    }
    return "\033[35m";
}

static void append_line(struct strbuf *buf, const struct verdict *verdict, bool colour)
{
    strbuf_printf(buf, "%u/tcp %s%s%s %s %s", verdict->port,
                  colour ? colour_of(verdict->state) : "", verdict_state_name(verdict->state),
                  colour ? "\033[0m" : "", verdict_disposition_name(verdict->disposition),
                  verdict_actor_name(verdict->actor));
    if (verdict->rtt_ns != VERDICT_NO_RTT)
        strbuf_printf(buf, " %.*fms", verdict->rtt_ns < NS_PER_MS ? 3 : 1,
                      (double)verdict->rtt_ns / 1e6);
}

static void append_explanation(struct strbuf *buf, const struct verdict *verdict,
                               const struct result_target *target)
{
    bool is_all = network_words_is_all(&target->network, verdict);
    const char *advice = is_all ? NULL : advice_next_step(verdict);
    const char *of_network[NETWORK_ADVICE_MAX];
    unsigned count = network_words_advice(&target->network, verdict, of_network);
    char summary[ADVICE_TEXT_LEN], line[NETWORK_LINE_LEN];

    advice_summary(ENGLISH, verdict, &target->addr, summary);
    strbuf_printf(buf, "  %s\n", summary);
    if (advice != NULL)
        strbuf_printf(buf, "  %s\n", advice);
    for (unsigned i = 0; i < count; i++)
        strbuf_printf(buf, "  %s\n", of_network[i]);
    if (network_words_line(ENGLISH, &target->addr, &target->network, line))
        strbuf_printf(buf, "  %s\n", line);
}

static void append_block(struct strbuf *buf, const struct result *result, unsigned target_index,
                         unsigned port_index, const struct text_style *style)
{
    const struct result_target *target = &result->targets[target_index];
    const struct verdict *verdict = &target->verdicts[port_index];
    char address[ADDR_TEXT_LEN];

    addr_format(&target->addr, address);
    if (result->target_count > 1)
        strbuf_printf(buf, "%s ", address);
    append_line(buf, verdict, style->colour);
    strbuf_append(buf, "\n");
    if (style->explain)
        append_explanation(buf, verdict, target);
    append_hops(buf, &target->trails[port_index]);
    if (target->services[port_index] != NULL)
        inspection_append_service(
            buf, &(struct inspection_subject){target->services[port_index], &target->addr, ""});
    if (style->packets)
        ladder_text_append(buf, target, port_index, style->utf8);
}

char *text_block(const struct result *result, unsigned target, unsigned port,
                 const struct text_style *style)
{
    struct strbuf buf = {0};

    append_block(&buf, result, target, port, style);
    return strbuf_take(&buf);
}

/* Appends one place's verdicts, or why it has none. */
static void append_place(struct strbuf *buf, const struct place_answer *answer,
                         const struct text_style *style)
{
    /* for append_block, which shows the address if there are two */
    struct result result = {.target_count = answer->target_count};

    memcpy(result.targets, answer->targets, sizeof(result.targets));
    if (answer->status != PLACE_STATUS_ANSWERED)
        strbuf_printf(buf, "%s %s%s%s\n", answer->place.name, place_status_name(answer->status),
                      answer->code != NULL ? " " : "", answer->code != NULL ? answer->code : "");
    for (unsigned i = 0; i < answer->target_count; i++)
        for (unsigned j = 0; j < answer->targets[i].port_count; j++) {
            strbuf_printf(buf, "%s ", answer->place.name);
            append_block(buf, &result, i, j, style);
        }
}

static void append_names(struct strbuf *buf, const struct result *result,
                         const struct comparison_group *group)
{
    const char *before = "";

    for (unsigned i = 0; i < result->place_count; i++) {
        if ((group->places >> i & 1) == 0)
            continue;
        strbuf_printf(buf, "%s%s", before, result->places[i].place.name);
        before = ", ";
    }
}

/* "22/tcp differs: open from fra; filtered from iad, syd (source-filter, likely)". */
static void append_difference(struct strbuf *buf, const struct result *result,
                              const struct comparison *c)
{
    char address[ADDR_TEXT_LEN];

    addr_format(&c->addr, address);
    if (result->target_count > 1)
        strbuf_printf(buf, "%s ", address);
    strbuf_printf(buf, "%u/tcp differs:", c->port);
    for (unsigned i = 0; i < c->group_count; i++) {
        strbuf_printf(buf, "%s %s from ", i > 0 ? ";" : "", verdict_state_name(c->groups[i].state));
        append_names(buf, result, &c->groups[i]);
    }
    if (c->because != BECAUSE_NONE)
        strbuf_printf(buf, " (%s, %s)", because_name(c->because),
                      verdict_confidence_name(c->confidence));
    strbuf_append(buf, "\n");
}

char *text_places(const struct result *result, const struct text_style *style)
{
    struct comparison list[COMPARISONS_MAX];
    unsigned count = comparison_make(result, list);
    struct strbuf buf = {0};

    for (unsigned i = 0; i < result->place_count; i++)
        append_place(&buf, &result->places[i], style);
    for (unsigned i = 0; i < count; i++)
        if (list[i].group_count > 1)
            append_difference(&buf, result, &list[i]);
    return strbuf_take(&buf);
}

char *text_result(const struct result *result)
{
    static const struct text_style plain = {0};
    char text[NETWORK_SENTENCE_LEN], line[NETWORK_LINE_LEN];
    struct strbuf buf = {0};

    if (result->place_count > 0)
        return text_places(result, &plain);
    for (unsigned i = 0; i < result->target_count; i++)
        for (unsigned j = 0; j < result->targets[i].port_count; j++)
            append_block(&buf, result, i, j, &plain);
    for (unsigned i = 0; i < result->target_count; i++)
        if (network_words_line(ENGLISH, &result->targets[i].addr, &result->targets[i].network,
                               line))
            strbuf_printf(&buf, "network: %s\n", line);
    if (network_words_behind_cdn(ENGLISH, result, text))
        strbuf_printf(&buf, "warning: %s\n", text);
    for (unsigned i = 0; i < WARNING_COUNT; i++)
        if ((result->warnings >> i & 1) != 0)
            strbuf_printf(&buf, "warning: %s\n", result_warning_text((enum result_warning)i));
    return strbuf_take(&buf);
}
