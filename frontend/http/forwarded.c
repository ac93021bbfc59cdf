/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/http/forwarded.h"

#include <string.h>
#include <strings.h>

struct hops {
    struct addr addrs[FORWARDED_HOPS_MAX];
    unsigned count;
};

/* A piece of text. */
struct span {
    const char *start;
    size_t len;
};

/* Cuts len bytes off the front. */
static struct span cut(struct span *rest, size_t len)
{
    struct span part = {rest->start, len};

    rest->start += len;
    rest->len -= len;
    return part;
}

/* Cuts everything up to the first of these off the front. */
static struct span cut_before(struct span *rest, const char *stops)
{
    size_t len = 0;

    while (len < rest->len && strchr(stops, rest->start[len]) == NULL)
        len++;
    return cut(rest, len);
}

static void skip_blanks(struct span *rest)
{
    while (rest->len > 0 && (*rest->start == ' ' || *rest->start == '\t'))
        cut(rest, 1);
}

/* Is this the next character?  Then it is taken. */
static bool take(struct span *rest, char c)
{
    bool is_next = rest->len > 0 && *rest->start == c;

    if (is_next)
        cut(rest, 1);
    return is_next;
}

static bool add_literal(struct hops *hops, struct span text)
{
    char literal[ADDR_TEXT_LEN];
    struct addr addr;

    if (text.len >= sizeof(literal) || hops->count == FORWARDED_HOPS_MAX)
        return false;
    memcpy(literal, text.start, text.len);
    literal[text.len] = '\0';
    if (strlen(literal) != text.len || !addr_parse(literal, &addr))
        return false;
    hops->addrs[hops->count++] = addr_unmap(&addr);
    return true;
}

static bool read_x_forwarded_for(const char *header, struct hops *hops)
{
    struct span rest = {header, strlen(header)};

    skip_blanks(&rest);
    if (rest.len == 0)
        return true;
    do {
        skip_blanks(&rest);
        if (!add_literal(hops, cut_before(&rest, ", \t")))
            return false;
        skip_blanks(&rest);
    } while (take(&rest, ','));
    return rest.len == 0;
}

static bool is_port(struct span text)
{
    if (text.len < 2 || text.len > 6 || text.start[0] != ':')
        return false;
    return strspn(text.start + 1, "0123456789") >= text.len - 1;
}

/* RFC 7239 section 6: IPv4[:port] or [IPv6][:port]. */
static bool add_node(struct hops *hops, struct span node)
{
    bool bracketed = take(&node, '[');
    struct span literal = cut_before(&node, bracketed ? "]" : ":");

    if (bracketed && (memchr(literal.start, ':', literal.len) == NULL || !take(&node, ']')))
        return false;
    return (node.len == 0 || is_port(node)) && add_literal(hops, literal);
}

/* The value of a pair, quotes taken off; its escapes stay.  A quote that is not
 * closed would hide all that later proxies have added. */
static bool read_value(struct span *rest, struct span *value)
{
    size_t len = 0;

    if (!take(rest, '"')) {
        *value = cut_before(rest, "\"\\,; \t");
        return true;
    }
    while (len < rest->len && rest->start[len] != '"')
        len += rest->start[len] == '\\' ? 2 : 1;
    if (len >= rest->len)
        return false;
    *value = cut(rest, len);
    return take(rest, '"');
}

/* One hop's pairs, for=...;by=...: exactly one "for". */
static bool read_element(struct span *rest, struct hops *hops)
{
    unsigned found = 0;

    do {
        struct span name, value;
        skip_blanks(rest);
        name = cut_before(rest, "=\"\\,; \t");
        if (!take(rest, '=') || !read_value(rest, &value))
            return false;
        if (name.len == strlen("for") && strncasecmp(name.start, "for", name.len) == 0) {
            found++;
            if (!add_node(hops, value))
                return false;
        }
        skip_blanks(rest);
    } while (take(rest, ';'));
    return found == 1;
}

static bool read_forwarded(const char *header, struct hops *hops)
{
    struct span rest = {header, strlen(header)};

    skip_blanks(&rest);
    if (rest.len == 0)
        return true;
    do {
        if (!read_element(&rest, hops))
            return false;
    } while (take(&rest, ','));
    return rest.len == 0;
}

/* The first from the right that is no trusted proxy; the leftmost if all are. */
static struct addr walk(const struct hops *hops, const struct prefix_list *trusted)
{
    unsigned i = hops->count - 1;

    while (i > 0 && prefix_list_contains(trusted, &hops->addrs[i]))
        i--;
    return hops->addrs[i];
}

bool forwarded_visitor(const struct addr *peer, const struct prefix_list *trusted,
                       const char *x_forwarded_for, const char *forwarded, struct addr *visitor)
{
    struct hops plain = {.count = 0}, standard = {.count = 0};
    struct addr other;

    *visitor = *peer;
    if (!prefix_list_contains(trusted, peer))
        return true;
    if (strlen(x_forwarded_for) > FORWARDED_MAX_LEN || strlen(forwarded) > FORWARDED_MAX_LEN ||
        !read_x_forwarded_for(x_forwarded_for, &plain) || !read_forwarded(forwarded, &standard))
        return false;
    if (plain.count > 0)
        *visitor = walk(&plain, trusted);
    if (standard.count == 0)
        return true;
    other = walk(&standard, trusted);
    if (plain.count > 0 && !addr_equal(visitor, &other))
        return false;
    *visitor = other;
    return true;
}
