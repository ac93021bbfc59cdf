/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/inspection/chain.h"

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

/* Is the problem a missing or untrusted issuer? */
static bool is_about_issuer(const struct inspection_problem *problem)
{
    return problem->id == INSPECTION_PROBLEM_CHAIN_INCOMPLETE ||
           problem->id == INSPECTION_PROBLEM_UNTRUSTED_ROOT;
}

static unsigned depth_of(const struct inspection *it, const struct inspection_problem *problem)
{
    return problem->depth < it->chain_count ? problem->depth : it->chain_count - 1U;
}

/* Is the problem about a certificate that was not sent? */
static bool is_about_unsent(const struct inspection *it, const struct inspection_problem *problem)
{
    return problem->depth == INSPECTION_NOT_SENT ||
           problem->id == INSPECTION_PROBLEM_CHAIN_INCOMPLETE ||
           (problem->id == INSPECTION_PROBLEM_UNTRUSTED_ROOT &&
            !is_sent(it, it->chain[depth_of(it, problem)].issuer));
}

static bool is_blamed(const struct inspection *it, unsigned depth)
{
    for (unsigned i = 0; i < it->problem_count && it->state == INSPECTION_UNTRUSTED; i++)
        if (it->problems[i].depth == depth && !is_about_unsent(it, &it->problems[i]) &&
            inspection_problem_severity(it->problems[i].id) == SEVERITY_ERROR)
            return true;
    return false;
}

/* The class styles the item and the line to the next one (style.css). */
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

/* A certificate that was not sent, and the sent one below which it belongs.  Without a subject
 * there is nothing to draw. */
struct unsent {
    unsigned below;
    const char *class, *subject, *what;
    bool is_blamed;
};

static struct unsent absent_of(const struct inspection *it,
                               const struct inspection_problem *problem)
{
    bool incomplete = problem->id == INSPECTION_PROBLEM_CHAIN_INCOMPLETE;
    unsigned below = depth_of(it, problem);

    return (struct unsent){
        .below = below,
        .class = below + 1U < it->chain_count ? "absent apart" : "absent",
        .subject = incomplete && it->missing[0] != '\0' ? it->missing : it->chain[below].issuer,
        .what = incomplete ? "not sent" : "not among the trusted roots",
        .is_blamed = true,
    };
}

static struct unsent find_unsent(const struct inspection *it)
{
    unsigned last = it->chain_count - 1U;

    if (it->blamed[0] != '\0')
        return (struct unsent){last, "bad", it->blamed, "not sent", true};
    for (unsigned i = 0; i < it->problem_count; i++)
        if (is_about_issuer(&it->problems[i]) && is_about_unsent(it, &it->problems[i]))
            return absent_of(it, &it->problems[i]);
    if (it->verified && !is_sent(it, it->anchor))
        return (struct unsent){last, "sound", it->anchor, "trusted root, which clients have",
                               false};
    return (struct unsent){.subject = NULL};
}

/* Did the next drawn certificate sign this one? */
static bool is_linked(const struct inspection *it, const struct unsent *unsent, unsigned i)
{
    const char *next = i + 1 < it->chain_count ? it->chain[i + 1].subject : NULL;

    if (unsent->subject != NULL && unsent->below == i)
        next = unsent->subject;
    return next == NULL || strcmp(it->chain[i].issuer, next) == 0;
}

static void put_sent(struct strbuf *buf, enum language l, const struct inspection *it,
                     const struct unsent *unsent, unsigned i)
{
    const struct inspection_certificate *at = &it->chain[i];
    char end[UTC_DATE_LEN];

    put_item(buf, l,
             is_blamed(it, i)           ? "bad"
             : is_linked(it, unsent, i) ? "sound"
                                        : "sound apart",
             at->subject, roles[at->role]);
    if (utc_write_date(at->not_after_s, end))
        strbuf_printf(buf, " · %s %s", tr(l, "valid until"), end);
    end_item(buf, l, is_blamed(it, i));
}

void chain_draw(struct strbuf *buf, enum language language, const struct inspection *inspection)
{
    struct unsent unsent;

    if (inspection->chain_count == 0)
        return;
    unsent = find_unsent(inspection);
    strbuf_append(buf, "<ol class=\"chain\">\n");
    for (unsigned i = 0; i < inspection->chain_count; i++) {
        put_sent(buf, language, inspection, &unsent, i);
        if (unsent.subject == NULL || unsent.below != i)
            continue;
        put_item(buf, language, unsent.class, unsent.subject, unsent.what);
        end_item(buf, language, unsent.is_blamed);
    }
    strbuf_append(buf, "</ol>\n");
}
