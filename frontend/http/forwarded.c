/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/http/forwarded.h"

#include <string.h>
#include <strings.h>

struct hops {
    struct addr addrs[FORWARDED_HOPS_MAX];
    unsigned count;
};

/* A piece of text, without the blanks around it. */
struct span {
    const char *start;
    size_t len;
};

static struct span trim(struct span span)
{
    while (span.len > 0 && (span.start[0] == ' ' || span.start[0] == '\t'))
        span = (struct span){span.start + 1, span.len - 1};
    while (span.len > 0 && (span.start[span.len - 1] == ' ' || span.start[span.len - 1] == '\t'))
        span.len--;
    return span;
}

/* Cuts the part up to the next separator off the front of *rest; quoted text hides
 * separators (RFC 9110 section 5.6.4).  False if a quotation does not end: what a
 * proxy added behind it would be part of it. */
static bool cut(struct span *rest, char separator, struct span *part)
{
    const char *text = rest->start;
    bool quoted = false;
    size_t len = 0;

    for (; len < rest->len && (quoted || text[len] != separator); len++) {
        if (quoted && text[len] == '\\')
            len++; /* the byte behind it is only itself */
        else if (text[len] == '"')
            quoted = !quoted;
    }
    if (quoted)
        return false;
    *part = trim((struct span){text, len});
    len += len < rest->len;
    *rest = (struct span){text + len, rest->len - len};
    return true;
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
    struct span rest = {header, strlen(header)}, part;

    while (rest.len > 0)
        if (!cut(&rest, ',', &part) || !add_literal(hops, part))
            return false;
    return true;
}

static bool is_port(struct span text)
{
    if (text.len < 2 || text.len > 6 || text.start[0] != ':')
        return false;
    return strspn(text.start + 1, "0123456789") >= text.len - 1;
}

/* RFC 7239 section 6: IPv4[:port] or "[IPv6]" or "[IPv6]:port", quoted or not. */
static bool add_node(struct hops *hops, struct span node)
{
    const char *end;
    struct span literal, port;

    if (node.len >= 2 && node.start[0] == '"' && node.start[node.len - 1] == '"')
        node = (struct span){node.start + 1, node.len - 2};
    if (node.len > 0 && node.start[0] == '[') {
        end = memchr(node.start, ']', node.len);
        if (end == NULL)
            return false;
        node = (struct span){node.start + 1, node.len - 1};
    } else {
        end = memchr(node.start, ':', node.len);
        if (end == NULL)
            return add_literal(hops, node);
    }
    literal = (struct span){node.start, (size_t)(end - node.start)};
    end += *end == ']';
    port = (struct span){end, node.len - (size_t)(end - node.start)};
    return (port.len == 0 || is_port(port)) && add_literal(hops, literal);
}

/* One hop's pairs, for=...;by=...: exactly one "for". */
static bool read_element(struct span element, struct hops *hops)
{
    struct span pair;
    unsigned found = 0;

    while (element.len > 0) {
        if (!cut(&element, ';', &pair))
            return false;
        if (pair.len < 4 || strncasecmp(pair.start, "for=", 4) != 0)
            continue;
        found++;
        if (!add_node(hops, (struct span){pair.start + 4, pair.len - 4}))
            return false;
    }
    return found == 1;
}

static bool read_forwarded(const char *header, struct hops *hops)
{
    struct span rest = {header, strlen(header)}, element;

    while (rest.len > 0)
        if (!cut(&rest, ',', &element) || !read_element(element, hops))
            return false;
    return true;
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
