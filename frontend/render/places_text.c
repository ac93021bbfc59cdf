/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/render/places_text.h"

#include <string.h>

#include "frontend/model/strbuf.h"

/* The text after the colon: when the reason is likely, and when it is a guess. */
static const struct {
    enum because because;
    const char *likely, *guess;
} reasons[] = {
    {BECAUSE_SOURCE_FILTER, "a filter looks at the source address.",
     "perhaps a filter looks at the source address; a trace (\"trace\") may tell where."},
    {BECAUSE_PATH, "one of the paths there is broken.",
     "perhaps one of the paths there is broken."},
    {BECAUSE_DIFFERENT_HOSTS, "several machines share the address (anycast or a load balancer).",
     "perhaps several machines share the address."},
    {BECAUSE_PLACE_SUSPECT, "the place that differs has reported impossible things before.",
     "the place that differs may be wrong."},
    {BECAUSE_FAMILY, "only with this address family.", "only with this address family."},
};

/* "Frankfurt", "Frankfurt and Sydney", "Frankfurt, Sydney and Virginia". */
static void append_titles(struct strbuf *buf, enum language language, const struct result *result,
                          const struct comparison_group *group)
{
    unsigned written = 0;

    for (unsigned i = 0; i < result->place_count; i++) {
        if ((group->places >> i & 1) == 0)
            continue;
        if (written > 0)
            strbuf_append(buf, written + 1 == group->count ? tr(language, " and ") : ", ");
        strbuf_append(buf, result->places[i].place.title);
        written++;
    }
}

static void append_group(struct strbuf *buf, enum language language, const struct result *result,
                         const struct comparison_group *group)
{
    strbuf_append(buf, tr(language, verdict_state_name(group->state)));
    strbuf_append(buf, tr(language, " from "));
    append_titles(buf, language, result, group);
}

static void append_reason(struct strbuf *buf, enum language language, const struct comparison *c)
{
    for (size_t i = 0; i < ARRAY_LEN(reasons); i++)
        if (reasons[i].because == c->because) {
            strbuf_append(buf, ": ");
            strbuf_append(buf, tr(language, c->confidence == CONFIDENCE_GUESS ? reasons[i].guess
                                                                              : reasons[i].likely));
            return;
        }
    strbuf_append(buf, ".");
}

static char *capitalized(char *text)
{
    if (text != NULL && text[0] >= 'a' && text[0] <= 'z')
        text[0] = (char)(text[0] - 'a' + 'A');
    return text;
}

char *places_text_summary(enum language language, const struct result *result,
                          const struct comparison *comparison)
{
    struct strbuf buf = {0};

    if (comparison->group_count == 0) {
        strbuf_append(&buf, tr(language, "No place could tell."));
        return strbuf_take(&buf);
    }
    for (unsigned i = 0; i < comparison->group_count; i++) {
        strbuf_append(&buf, i > 0 ? ", " : "");
        append_group(&buf, language, result, &comparison->groups[i]);
    }
    append_reason(&buf, language, comparison);
    return capitalized(strbuf_take(&buf));
}

const char *places_text_status(enum language language, const struct place_answer *answer)
{
    static const char *const sentences[PLACE_STATUS_COUNT] = {
        [PLACE_STATUS_REFUSED] = "The place's own rules or limits forbid this check.",
        [PLACE_STATUS_NO_ANSWER] = "The place did not answer in time.",
        [PLACE_STATUS_DOWN] = "The place is not connected.",
        [PLACE_STATUS_OTHER_VERSION] = "The place runs an incompatible version.",
        [PLACE_STATUS_NONSENSE] = "The place sent an impossible answer.",
    };

    return sentences[answer->status] != NULL ? tr(language, sentences[answer->status]) : NULL;
}
