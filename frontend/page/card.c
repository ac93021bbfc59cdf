/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/page/card.h"

#include "common/base/clock.h"
#include "frontend/model/service.h"
#include "frontend/page/fill.h"
#include "frontend/page/headline.h"
#include "frontend/page/ladder_svg.h"
#include "frontend/page/reasons.h"
#include "frontend/page/service_links.h"
#include "frontend/page/steps.h"
#include "frontend/page/strip.h"
#include "frontend/render/advice.h"
#include "frontend/render/network_words.h"

static void put_head(struct strbuf *buf, const struct result *result,
                     const struct result_target *target, unsigned i, const char *class,
                     const char *icon)
{
    uint16_t port = target->verdicts[i].port;
    const struct service *service = service_by_port(port);

    strbuf_printf(buf,
                  "<article id=\"t%u-%u\" class=\"port %s\"><h4><span class=\"mark\" "
                  "aria-hidden=\"true\">%s</span>%u %s ",
                  (unsigned)(target - result->targets), port, class, icon, port,
                  service != NULL ? service->label : "TCP");
}

static void put_waiting(struct strbuf *buf, enum language l, const struct result *result,
                        const struct result_target *target, unsigned i)
{
    put_head(buf, result, target, i, "waiting", "…");
    strbuf_printf(buf, "<span class=\"word\">%s</span></h4>\n<p>%s</p>\n", tr(l, "is being asked"),
                  tr(l, "SYNs are on their way."));
    strip_append_waiting(buf, l, NULL, target);
    strbuf_append(buf, "</article>\n");
}

/* The hops of a trace as text. */
static void put_path(struct strbuf *buf, enum language l, const struct probe_details *details)
{
    char address[ADDR_TEXT_LEN];
    char rtt[TIME_TEXT_LEN];

    if (details->hop_count == 0)
        return;
    strbuf_printf(buf, "<details><summary>%s</summary><ol class=\"hops\">\n", tr(l, "The path"));
    for (unsigned i = 0; i < details->hop_count; i++) {
        const struct probe_hop *hop = &details->hops[i];
        tr_addr(l, &hop->addr, address);
        strbuf_printf(buf, "<li>%s", hop->addr.family != ADDR_NONE ? address : tr(l, "silent"));
        if (hop->rtt_ns != VERDICT_NO_RTT) {
            tr_time(l, hop->rtt_ns, rtt);
            strbuf_printf(buf, ", %s", rtt);
        }
        strbuf_append(buf, "</li>\n");
    }
    strbuf_append(buf, "</ol></details>\n");
}

static void put_todo(struct strbuf *buf, enum language l, const struct result *result,
                     const struct result_target *target, unsigned i)
{
    const struct verdict *verdict = &target->verdicts[i];
    bool is_all = network_words_is_all(&target->network, verdict);
    const char *advice = is_all ? NULL : advice_next_step(verdict);
    const char *of_network[NETWORK_ADVICE_MAX];
    unsigned count = network_words_advice(&target->network, verdict, of_network);

    strbuf_printf(buf, "<div class=\"todo\"><h5>%s</h5>\n",
                  tr(l, verdict->state == STATE_OPEN ? "What next" : "What to do"));
    if (advice != NULL) {
        strbuf_append(buf, "<p>");
        strbuf_append_html(buf, tr(l, advice));
        strbuf_append(buf, "</p>\n");
    }
    for (unsigned j = 0; j < count; j++) {
        strbuf_append(buf, "<p class=\"provider\">");
        strbuf_append_html(buf, tr(l, of_network[j]));
        strbuf_append(buf, "</p>\n");
    }
    if (!is_all)
        steps_append(buf, l, result->host, target, i);
    strbuf_append(buf, "</div>\n");
}

/* Says whose address it is. */
static void put_network(struct strbuf *buf, enum language l, const struct result_target *target)
{
    char line[NETWORK_LINE_LEN];

    if (!network_words_line(l, &target->addr, &target->network, line))
        return;
    strbuf_append(buf, "<p class=\"network\">");
    strbuf_append_html(buf, line);
    strbuf_append(buf, "</p>\n");
}

void card_append(struct strbuf *buf, const struct page *page, const struct result *result,
                 const struct result_target *target, unsigned port_index)
{
    enum language language = page->language;
    const struct verdict *verdict = &target->verdicts[port_index];
    const struct fill fill = {.language = language,
                              .target = &target->addr,
                              .port = verdict->port,
                              .certain = verdict->confidence == CONFIDENCE_CERTAIN};
    char summary[ADVICE_TEXT_LEN];
    char rtt[TIME_TEXT_LEN];

    if (!target->done[port_index]) {
        put_waiting(buf, language, result, target, port_index);
        return;
    }
    put_head(buf, result, target, port_index, verdict_state_name(verdict->state),
             headline_icon(verdict->state));
    strbuf_append(buf, "<span class=\"word\">");
    fill_append(buf, &fill, tr(language, headline_text(verdict)));
    strbuf_append(buf, "</span></h4>\n<p>");
    advice_summary(language, verdict, &target->addr, summary);
    strbuf_append_html(buf, summary);
    if (verdict->rtt_ns != VERDICT_NO_RTT) {
        tr_time(language, verdict->rtt_ns, rtt);
        strbuf_printf(buf, " <span class=\"rtt\">%s</span>", rtt);
    }
    strbuf_append(buf, "</p>\n");
    strip_append(buf, language, NULL, target, port_index);
    put_todo(buf, language, result, target, port_index);
    service_links_append(buf, page, result, target, port_index);
    put_network(buf, language, target);
    ladder_svg_append(buf, language, target, port_index);
    put_path(buf, language, &target->trails[port_index]);
    reasons_append(buf, language, verdict);
    strbuf_append(buf, "</article>\n");
}
