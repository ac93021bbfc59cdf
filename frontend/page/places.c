/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/page/places.h"

#include <stdlib.h>

#include "frontend/model/comparison.h"
#include "frontend/page/strip.h"
#include "frontend/render/places_text.h"

/* "Frankfurt, DE, AS64500" */
static void put_name(struct strbuf *buf, const struct place *place)
{
    strbuf_append(buf, "<h4>");
    strbuf_append_html(buf, place->title);
    if (place->country[0] != '\0')
        strbuf_printf(buf, ", %s", place->country);
    if (place->asn > 0)
        strbuf_printf(buf, ", AS%u", place->asn);
    strbuf_append(buf, "</h4>\n");
}

static const struct result_target *find(const struct place_answer *answer,
                                        const struct comparison *c, unsigned *port)
{
    for (unsigned i = 0; i < answer->target_count; i++)
        for (*port = 0; *port < answer->targets[i].port_count; (*port)++)
            if (addr_equal(&answer->targets[i].addr, &c->addr) &&
                answer->targets[i].verdicts[*port].port == c->port)
                return &answer->targets[i];
    return NULL;
}

static void put_place(struct strbuf *buf, enum language l, const struct place_answer *answer,
                      const struct comparison *c)
{
    unsigned port;
    const struct result_target *target = find(answer, c, &port);
    const char *why = places_text_status(l, answer);

    if (target == NULL) {
        strbuf_append(buf, "<section class=\"place\">\n");
        put_name(buf, &answer->place);
        strbuf_printf(buf, "<p class=\"note\">%s</p>\n</section>\n",
                      why != NULL ? why : tr(l, "unknown"));
        return;
    }
    strbuf_printf(buf, "<section class=\"place %s\">\n",
                  verdict_state_name(target->verdicts[port].state));
    put_name(buf, &answer->place);
    strbuf_printf(buf, "<p class=\"state\">%s</p>\n",
                  tr(l, verdict_state_name(target->verdicts[port].state)));
    strip_append(buf, l, target, port);
    strbuf_append(buf, "</section>\n");
}

static void put_port(struct strbuf *buf, enum language l, const struct result *result,
                     const struct comparison *c)
{
    char *summary = places_text_summary(l, result, c);
    char address[ADDR_TEXT_LEN];

    addr_format(&c->addr, address);
    strbuf_printf(buf, "<section class=\"compared\"><h3>%s %u/tcp</h3>\n<p class=\"%s\">", address,
                  c->port, c->group_count > 1 ? "differs" : "agrees");
    strbuf_append_html(buf, summary != NULL ? summary : "");
    strbuf_append(buf, "</p>\n");
    free(summary);
    for (unsigned i = 0; i < result->place_count; i++)
        put_place(buf, l, &result->places[i], c);
    strbuf_append(buf, "</section>\n");
}

void places_append(struct strbuf *buf, enum language language, const struct result *result)
{
    struct comparison list[COMPARISONS_MAX];
    unsigned count = comparison_make(result, list);

    for (unsigned differ = 2; differ-- > 0;)
        for (unsigned i = 0; i < count; i++)
            if ((list[i].group_count > 1) == (differ == 1))
                put_port(buf, language, result, &list[i]);
}
