/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/http/accept.h"

#include <limits.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

enum { WEIGHT_MAX = 1000 /* q=1, in thousandths */ };

/* One element of a list, "text/plain;q=0.5". */
struct range {
    const char *name;
    size_t len;
    int weight; /* -1: invalid */
};

/* How a list rates one offer. */
struct wish {
    int specificity; /* 0: not at all */
    int weight;
    unsigned place;
};

/* How specifically the range matches the offer; 0: not at all. */
typedef int match_fn(const struct range *range, const char *offer);

/* --- lists ---------------------------------------------------------------------------- */

/* Reads "0", "0.5", "1.000", with at most three decimals (section 12.4.2); -1 if invalid. */
static int read_weight(const char *text, size_t len)
{
    int weight, scale = WEIGHT_MAX;

    if (len == 0 || len > 5 || (text[0] != '0' && text[0] != '1') || (len > 1 && text[1] != '.'))
        return -1;
    weight = (text[0] - '0') * scale;
    for (size_t i = 2; i < len; i++) {
        if (text[i] < '0' || text[i] > '9')
            return -1;
        scale /= 10;
        weight += (text[i] - '0') * scale;
    }
    return weight <= WEIGHT_MAX ? weight : -1;
}

static size_t trimmed(const char *text, size_t len)
{
    while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '\t'))
        len--;
    return len;
}

/* Reads the first element; returns the rest of the list after its comma. */
static const char *next_range(const char *list, struct range *range)
{
    const char *end = list + strcspn(list, ",");

    range->name = list + strspn(list, " \t");
    range->len = trimmed(range->name, strcspn(range->name, ";,"));
    range->weight = WEIGHT_MAX;
    for (const char *at = list + strcspn(list, ";,"); *at == ';';) {
        const char *name = at + 1 + strspn(at + 1, " \t");
        at = name + strcspn(name, ";,");
        if (strncasecmp(name, "q=", 2) == 0)
            range->weight = read_weight(name + 2, trimmed(name + 2, (size_t)(at - name) - 2));
    }
    return *end == ',' ? end + 1 : end;
}

/* The most specific range decides; among equals, the highest weight, then the first. */
static struct wish wish_for(const char *header, const char *offer, match_fn *match)
{
    struct wish wish = {.place = UINT_MAX};
    struct range range;

    for (unsigned place = 0; *header != '\0'; place++) {
        int specificity;
        header = next_range(header, &range);
        specificity = range.len > 0 && range.weight >= 0 ? match(&range, offer) : 0;
        if (specificity == 0 || specificity < wish.specificity ||
            (specificity == wish.specificity && range.weight <= wish.weight))
            continue;
        wish = (struct wish){specificity, range.weight, place};
    }
    return wish;
}

static unsigned choose(const char *header, const char *const offers[], unsigned count,
                       match_fn *match)
{
    struct wish best = {0};
    unsigned chosen = 0;

    for (unsigned i = 0; header != NULL && i < count; i++) {
        struct wish wish = wish_for(header, offers[i], match);
        if (wish.weight < best.weight || wish.weight == 0 ||
            (wish.weight == best.weight && wish.place >= best.place))
            continue;
        best = wish;
        chosen = i;
    }
    return chosen;
}

/* --- what the ranges mean --------------------------------------------------------------- */

static bool is_name(const struct range *range, const char *name)
{
    return range->len == strlen(name) && strncasecmp(range->name, name, range->len) == 0;
}

/* Matches the exact type, "type/" with a star, or any type. */
static int match_media(const struct range *range, const char *offer)
{
    size_t type_len = strcspn(offer, "/") + 1;

    if (is_name(range, offer))
        return 3;
    if (range->len == type_len + 1 && range->name[type_len] == '*' &&
        strncasecmp(range->name, offer, type_len) == 0)
        return 2;
    return is_name(range, "*/*") ? 1 : 0;
}

static int match_language(const struct range *range, const char *offer)
{
    size_t len = strlen(offer);

    if (range->len >= len && strncasecmp(range->name, offer, len) == 0 &&
        (range->len == len || range->name[len] == '-'))
        return 2;
    return is_name(range, "*") ? 1 : 0;
}

static int match_coding(const struct range *range, const char *offer)
{
    if (is_name(range, offer))
        return 2;
    return is_name(range, "*") ? 1 : 0;
}

unsigned accept_media(const char *header, const char *const offers[], unsigned count)
{
    return choose(header, offers, count, match_media);
}

unsigned accept_language(const char *header, const char *const offers[], unsigned count)
{
    return choose(header, offers, count, match_language);
}

bool accept_coding(const char *header, const char *coding)
{
    struct wish coded, plain;

    if (header == NULL)
        return false;
    coded = wish_for(header, coding, match_coding);
    plain = wish_for(header, "identity", match_coding);
    /* a star applies to both codings; an unnamed identity is merely acceptable */
    return coded.weight > 0 && (plain.specificity < 2 || coded.weight >= plain.weight);
}
