/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/inspect/chain.h"

#include <string.h>

#include "frontend/model/utc.h"

static const char *const roles[ROLE_COUNT] = {
    [ROLE_LEAF] = "the server's own",
    [ROLE_INTERMEDIATE] = "intermediate",
    [ROLE_ROOT] = "root",
    [ROLE_EXTRA] = "not needed",
};

static bool is_sent(const struct inspection *it, const char *subject)
{
    for (unsigned i = 0; i < it->chain_count; i++)
        if (strcmp(it->chain[i].subject, subject) == 0)
            return true;
    return false;
}

static const char *last_issuer(const struct inspection *it)
{
    return it->chain[it->chain_count - 1].issuer;
}

/* Is what the problem is about not among those that were sent? */
static bool is_about_unsent(const struct inspection *it, const struct inspection_problem *problem)
{
    return problem->depth == INSPECTION_NOT_SENT ||
           problem->id == INSPECTION_PROBLEM_CHAIN_INCOMPLETE ||
           (problem->id == INSPECTION_PROBLEM_UNTRUSTED_ROOT && !is_sent(it, last_issuer(it)));
}

static bool is_blamed(const struct inspection *it, unsigned depth)
{
    for (unsigned i = 0; i < it->problem_count && it->state == INSPECTION_UNTRUSTED; i++)
        if (it->problems[i].depth == depth && !is_about_unsent(it, &it->problems[i]) &&
            inspection_problem_severity(it->problems[i].id) == SEVERITY_ERROR)
            return true;
    return false;
}

/* The class is how it and the line to the next one look (style.css). */
static void put_item(struct strbuf *buf, enum language l, const char *class, const char *subject,
                     const char *what)
{
    strbuf_printf(buf, "<li class=\"%s\"><strong>", class);
    strbuf_append_html(buf, subject);
    strbuf_printf(buf, "</strong> <span>%s", tr(l, what));
}

static void end_item(struct strbuf *buf, enum language l, bool blamed)
{
    if (blamed)
        strbuf_printf(buf, " · <em>%s</em>", tr(l, "the problem is here"));
    strbuf_append(buf, "</span></li>\n");
}

static void put_sent(struct strbuf *buf, enum language l, const struct inspection *it, unsigned i)
{
    const struct inspection_certificate *at = &it->chain[i];
    bool last = i + 1 == it->chain_count, linked = last || strcmp(at->issuer, at[1].subject) == 0;
    char end[UTC_DATE_LEN];

    put_item(buf, l,
             is_blamed(it, i) ? "bad"
             : linked         ? "sound"
                              : "sound apart",
             at->subject, roles[at->role]);
    if (utc_write_date(at->not_after_s, end))
        strbuf_printf(buf, " · %s %s", tr(l, "valid until"), end);
    end_item(buf, l, is_blamed(it, i));
}

static void put_unsent(struct strbuf *buf, enum language l, const struct inspection *it)
{
    const char *issuer = last_issuer(it);

    if (it->blamed[0] != '\0') {
        put_item(buf, l, "bad", it->blamed, "not sent");
        end_item(buf, l, true);
    } else if (inspection_has(it, INSPECTION_PROBLEM_CHAIN_INCOMPLETE)) {
        put_item(buf, l, "absent", it->missing[0] != '\0' ? it->missing : issuer, "not sent");
        end_item(buf, l, true);
    } else if (inspection_has(it, INSPECTION_PROBLEM_UNTRUSTED_ROOT) && !is_sent(it, issuer)) {
        put_item(buf, l, "absent", issuer, "not among the trusted roots");
        end_item(buf, l, true);
    } else if (it->verified && !is_sent(it, it->anchor)) {
        put_item(buf, l, "sound", it->anchor, "trusted root, which clients have");
        end_item(buf, l, false);
    }
}

void chain_draw(struct strbuf *buf, enum language language, const struct inspection *inspection)
{
    if (inspection->chain_count == 0)
        return;
    strbuf_append(buf, "<ol class=\"chain\">\n");
    for (unsigned i = 0; i < inspection->chain_count; i++)
        put_sent(buf, language, inspection, i);
    put_unsent(buf, language, inspection);
    strbuf_append(buf, "</ol>\n");
}
