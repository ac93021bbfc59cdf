/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/page/places.h"

#include <stdlib.h>

#include "common/base/clock.h"
#include "frontend/model/comparison.h"
#include "frontend/model/service.h"
#include "frontend/page/headline.h"
#include "frontend/page/strip.h"
#include "frontend/render/advice.h"
#include "frontend/render/places_text.h"

/* One place's row below one port of one address. */
struct place_row {
    enum language language;
    const struct place_answer *answer;
    const struct addr *addr;
    uint16_t port;
};

/* The place's answer about it, or NULL. */
static const struct result_target *find_target(const struct place_row *row, unsigned *index)
{
    for (unsigned i = 0; i < row->answer->target_count; i++) {
        const struct result_target *target = &row->answer->targets[i];
        for (*index = 0; *index < target->port_count; (*index)++)
            if (target->done[*index] && target->verdicts[*index].port == row->port &&
                addr_equal(&target->addr, row->addr))
                return target;
    }
    return NULL;
}

/* --- a row --------------------------------------------------------------------------------- */

/* "✔ Frankfurt, DE, AS64500: open" */
static void put_head(struct strbuf *buf, const struct place_row *row, const char *class,
                     const char *icon, const char *between, const char *word)
{
    const struct place *place = &row->answer->place;
    char address[ADDR_TEXT_LEN];

    addr_format(row->addr, address);
    strbuf_printf(buf,
                  "<section id=\"p%s-%u-%s\" class=\"place %s\">\n<div><h4><span class=\"mark\" "
                  "aria-hidden=\"true\">%s</span>",
                  address, row->port, place->name, class, icon);
    strbuf_append_html(buf, place->title);
    if (place->country[0] != '\0')
        strbuf_printf(buf, ", %s", place->country);
    if (place->asn > 0)
        strbuf_printf(buf, ", AS%u", place->asn);
    strbuf_printf(buf, "%s<span class=\"word\">%s</span></h4>\n", between, tr(row->language, word));
}

static void put_waiting(struct strbuf *buf, const struct place_row *row)
{
    const struct result_target target = {.addr = *row->addr};

    put_head(buf, row, "waiting", "…", " ", "is being asked");
    strbuf_append(buf, "</div>\n<div>");
    strip_append_waiting(buf, row->language, row->answer->place.title, &target);
}

static void put_silence(struct strbuf *buf, const struct place_row *row)
{
    const char *why = places_text_status(row->language, row->answer);

    put_head(buf, row, "unknown none", "–", " ", "has no answer");
    strbuf_printf(buf, "<p>%s", why != NULL ? why : tr(row->language, "unknown"));
    if (row->answer->code != NULL)
        strbuf_printf(buf, " <code>%s</code>", row->answer->code);
    strbuf_append(buf, "</p></div>\n<div>");
}

static void put_verdict(struct strbuf *buf, const struct place_row *row,
                        const struct result_target *target, unsigned port)
{
    const struct verdict *verdict = &target->verdicts[port];
    char summary[ADVICE_TEXT_LEN];
    char rtt[TIME_TEXT_LEN];

    put_head(buf, row, verdict_state_name(verdict->state), headline_icon(verdict->state), ": ",
             verdict_state_name(verdict->state));
    advice_summary(row->language, verdict, &target->addr, summary);
    strbuf_append(buf, "<p>");
    strbuf_append_html(buf, summary);
    if (verdict->rtt_ns != VERDICT_NO_RTT) {
        tr_time(row->language, verdict->rtt_ns, rtt);
        strbuf_printf(buf, " <span class=\"rtt\">%s</span>", rtt);
    }
    strbuf_append(buf, "</p>\n");
    if (row->answer->is_suspect)
        strbuf_printf(buf, "<p class=\"suspect\">%s</p>\n",
                      tr(row->language, "This place recently reported something impossible."));
    strbuf_append(buf, "</div>\n<div>");
    strip_append(buf, row->language, row->answer->place.title, target, port);
}

static void put_row(struct strbuf *buf, const struct place_row *row)
{
    unsigned port;
    const struct result_target *target = find_target(row, &port);

    if (row->answer->status == PLACE_STATUS_PENDING)
        put_waiting(buf, row);
    else if (target != NULL)
        put_verdict(buf, row, target, port);
    else
        put_silence(buf, row);
    strbuf_append(buf, "</div>\n</section>\n");
}

/* --- a port ---------------------------------------------------------------------------------- */

/* comparison is NULL until all places have answered. */
static void put_port(struct strbuf *buf, enum language l, const struct result *result,
                     const struct addr *addr, uint16_t port, const struct comparison *comparison)
{
    const struct service *service = service_by_port(port);
    char *summary = comparison != NULL ? places_text_summary(l, result, comparison) : NULL;
    char address[ADDR_TEXT_LEN];

    addr_format(addr, address);
    strbuf_printf(buf, "<section class=\"compared\"><h3>%s, %u %s</h3>\n<p class=\"%s\">", address,
                  port, service != NULL ? service->label : "TCP",
                  comparison != NULL && comparison->group_count > 1 ? "differs" : "agrees");
    strbuf_append_html(
        buf, summary != NULL ? summary
                             : tr(l, "The places are being asked. Differences will come first."));
    strbuf_append(buf, "</p>\n");
    free(summary);
    for (unsigned i = 0; i < result->place_count; i++)
        put_row(buf, &(struct place_row){l, &result->places[i], addr, port});
    strbuf_append(buf, "</section>\n");
}

static void put_pending(struct strbuf *buf, enum language l, const struct result *result)
{
    for (unsigned i = 0; i < result->target_count; i++)
        for (unsigned j = 0; j < result->targets[i].port_count; j++)
            put_port(buf, l, result, &result->targets[i].addr, result->targets[i].verdicts[j].port,
                     NULL);
}

void places_append(struct strbuf *buf, enum language language, const struct result *result)
{
    struct comparison list[COMPARISONS_MAX];
    unsigned count = comparison_make(result, list);

    if (!result_is_complete(result)) {
        put_pending(buf, language, result);
        return;
    }
    for (unsigned differ = 2; differ-- > 0;)
        for (unsigned i = 0; i < count; i++)
            if ((list[i].group_count > 1) == (differ == 1))
                put_port(buf, language, result, &list[i].addr, list[i].port, &list[i]);
}

void places_append_one(struct strbuf *buf, enum language language, const struct result *result,
                       unsigned index)
{
    for (unsigned i = 0; i < result->target_count; i++)
        for (unsigned j = 0; j < result->targets[i].port_count; j++)
            put_row(buf,
                    &(struct place_row){language, &result->places[index], &result->targets[i].addr,
                                        result->targets[i].verdicts[j].port});
}

const char *places_word(const struct result *result, const struct result_target *target,
                        unsigned port_index)
{
    const struct verdict *verdict = &target->verdicts[port_index];
    struct comparison list[COMPARISONS_MAX];
    unsigned count = comparison_make(result, list);

    for (unsigned i = 0; i < count; i++)
        if (list[i].port == verdict->port && addr_equal(&list[i].addr, &target->addr) &&
            list[i].group_count > 1)
            return "differs";
    return verdict_state_name(verdict->state);
}
