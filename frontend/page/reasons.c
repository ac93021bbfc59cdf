/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/page/reasons.h"

#include "common/base/compiler.h"

/* Each list of verdict.def, with its sentences in place of the words. */
#define LIST(list, count, fallback)      static const char *const list##_texts[] = {
#define WORD(number, word, text, german) [number] = (text),
#define END(list, count) \
    }                    \
    ;
#include "common/contract/verdict.def"

const char *reasons_reason_text(unsigned reason)
{
    return reason < REASON_COUNT ? reason_texts[reason] : NULL;
}

const char *reasons_evidence_text(unsigned evidence)
{
    return evidence < EVIDENCE_COUNT ? evidence_texts[evidence] : NULL;
}

const char *reasons_explanation_text(unsigned explanation)
{
    return explanation < EXPLANATION_COUNT ? explanation_texts[explanation] : NULL;
}

static void put_item(struct strbuf *buf, enum language l, const char *text)
{
    strbuf_append(buf, "<li>");
    strbuf_append_html(buf, tr(l, text));
    strbuf_append(buf, "</li>\n");
}

static void put_list(struct strbuf *buf, enum language l, const char *title, uint64_t mask,
                     const char *const texts[], unsigned count)
{
    if (mask == 0)
        return;
    strbuf_printf(buf, "<h5>%s</h5>\n<ul>\n", tr(l, title));
    for (unsigned bit = 0; bit < count; bit++)
        if ((mask >> bit & 1) != 0)
            put_item(buf, l, texts[bit]);
    strbuf_append(buf, "</ul>\n");
}

/* A title for what is left when no packet excludes it: the only one, or one of several. */
static const char *title_of_rest(uint64_t explanations)
{
    return (explanations & (explanations - 1)) == 0 ? "What is behind it, as nothing else fits"
                                                    : "What may be behind it: no packet excludes";
}

static void put_fact(struct strbuf *buf, const char *name, const char *value)
{
    strbuf_printf(buf, "<dt>%s</dt><dd>", name);
    strbuf_append_html(buf, value);
    strbuf_append(buf, "</dd>\n");
}

static void put_number(struct strbuf *buf, const char *name, int value)
{
    if (value >= 0)
        strbuf_printf(buf, "<dt>%s</dt><dd>%d</dd>\n", name, value);
}

static void put_facts(struct strbuf *buf, enum language l, const struct verdict *verdict)
{
    char responder[ADDR_TEXT_LEN];
    char rtt[TIME_TEXT_LEN];

    strbuf_append(buf, "<dl>\n");
    put_fact(buf, tr(l, "Deciding packet"), verdict_reason_name(verdict->reason));
    put_fact(buf, tr(l, "What happened to our SYN"),
             tr(l, verdict_disposition_name(verdict->disposition)));
    put_fact(buf, tr(l, "Decided by"), tr(l, verdict_actor_name(verdict->actor)));
    if (verdict->rtt_ns != VERDICT_NO_RTT) {
        tr_time(l, verdict->rtt_ns, rtt);
        put_fact(buf, tr(l, "Round-trip time"), rtt);
    }
    put_number(buf, tr(l, "SYNs sent"), verdict->sent);
    if (verdict->responder.family != ADDR_NONE) {
        tr_addr(l, &verdict->responder, responder);
        put_fact(buf, tr(l, "Answered by"), responder);
    }
    put_number(buf, tr(l, "TTL of the answer"), verdict->ttl);
    put_number(buf, tr(l, "Distance in hops"), verdict->hops);
    if (verdict->icmp_type != VERDICT_NO_ICMP)
        strbuf_printf(buf, "<dt>%s</dt><dd>%d, %d</dd>\n", tr(l, "ICMP type and code"),
                      verdict->icmp_type, verdict->icmp_code);
    strbuf_append(buf, "</dl>\n");
}

void reasons_append(struct strbuf *buf, enum language language, const struct verdict *verdict)
{
    static const char *const certainties[] = {
        [CONFIDENCE_GUESS] = "Who did it is a guess: one of several explanations.",
        [CONFIDENCE_LIKELY] = "Who did it is likely: the usual explanation, others are possible.",
        [CONFIDENCE_CERTAIN] = "Who did it is certain: it was seen, or all else is excluded.",
    };

    strbuf_printf(buf, "<details><summary>%s: %s</summary>\n<p>%s</p>\n",
                  tr(language, "Why we say so"),
                  tr(language, verdict_confidence_name(verdict->confidence)),
                  tr(language, certainties[verdict->confidence]));
    strbuf_printf(buf, "<h5>%s</h5>\n<ul>\n", tr(language, "What decided"));
    put_item(buf, language, reason_texts[verdict->reason]);
    strbuf_append(buf, "</ul>\n");
    put_list(buf, language, "What was observed", verdict->evidence, evidence_texts, EVIDENCE_COUNT);
    put_list(buf, language, title_of_rest(verdict->explanations), verdict->explanations,
             explanation_texts, EXPLANATION_COUNT);
    put_facts(buf, language, verdict);
    strbuf_append(buf, "</details>\n");
}
