/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/http/forwarded.h"

#include <string.h>
#include <strings.h>

/* The rightmost hops; what is further left can't be trusted anyway. */
struct hops {
    struct addr addrs[FORWARDED_HOPS_MAX]; /* ADDR_NONE: unreadable */
    unsigned count;
    bool more; /* there are more on the left */
};

/* A part of the text. */
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

/* Cuts everything before the first of these characters off the front. */
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

/* Consumes the next character if it is this one. */
static bool take(struct span *rest, char c)
{
    bool is_next = rest->len > 0 && *rest->start == c;

    if (is_next)
        cut(rest, 1);
    return is_next;
}

static void add_hop(struct hops *hops, const struct addr *addr)
{
    if (hops->count == FORWARDED_HOPS_MAX) {
        memmove(hops->addrs, hops->addrs + 1, sizeof(hops->addrs) - sizeof(hops->addrs[0]));
        hops->count--;
        hops->more = true;
    }
    hops->addrs[hops->count++] = addr_unmap(addr);
}

static bool read_literal(struct span text, struct addr *addr)
{
    char literal[ADDR_TEXT_LEN];

    if (text.len >= sizeof(literal))
        return false;
    memcpy(literal, text.start, text.len);
    literal[text.len] = '\0';
    return strlen(literal) == text.len && addr_parse(literal, addr);
}

static bool is_port(struct span text)
{
    if (text.len < 2 || text.len > 6 || text.start[0] != ':')
        return false;
    return strspn(text.start + 1, "0123456789") >= text.len - 1;
}

/* RFC 7239 section 6: IPv4[:port] or [IPv6][:port]; "unknown" and "_names" give ADDR_NONE. */
static struct addr read_node(struct span node)
{
    static const struct addr nobody;
    bool bracketed = take(&node, '[');
    struct span literal = cut_before(&node, bracketed ? "]" : ":");
    struct addr addr;

    if (bracketed && (memchr(literal.start, ':', literal.len) == NULL || !take(&node, ']')))
        return nobody;
    return (node.len == 0 || is_port(node)) && read_literal(literal, &addr) ? addr : nobody;
}

/* Some proxies add ports in this header, and IPv6 needs no brackets. */
static void read_x_forwarded_for(const char *header, struct hops *hops)
{
    struct span rest = {header, strlen(header)};

    skip_blanks(&rest);
    if (rest.len == 0)
        return;
    do {
        struct span hop;
        struct addr addr;
        skip_blanks(&rest);
        hop = cut_before(&rest, ",");
        while (hop.len > 0 && strchr(" \t", hop.start[hop.len - 1]) != NULL)
            hop.len--;
        if (!read_literal(hop, &addr))
            addr = read_node(hop);
        add_hop(hops, &addr);
    } while (take(&rest, ','));
}

/* Reads the value of a pair, without quotes but with its escapes.  False for an unclosed quote,
 * which would hide everything that later proxies added. */
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

/* Reads one hop's pairs, for=...;by=....  Unless there is exactly one "for", the hop is
 * ADDR_NONE. */
static bool read_element(struct span *rest, struct hops *hops)
{
    static const struct addr nobody;
    struct addr addr = nobody;
    unsigned found = 0;

    do {
        struct span name, value;
        skip_blanks(rest);
        name = cut_before(rest, "=\"\\,; \t");
        if (!take(rest, '=') || !read_value(rest, &value))
            return false;
        if (name.len == strlen("for") && strncasecmp(name.start, "for", name.len) == 0) {
            found++;
            addr = read_node(value);
        }
        skip_blanks(rest);
    } while (take(rest, ';'));
    add_hop(hops, found == 1 ? &addr : &nobody);
    return true;
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

/* Finds the rightmost hop that is no trusted proxy, or the leftmost if all are.  False if that one
 * is unreadable or too far away. */
static bool walk(const struct hops *hops, const struct prefix_list *trusted, struct addr *client)
{
    unsigned i = hops->count - 1;

    while (i > 0 && prefix_list_contains(trusted, &hops->addrs[i]))
        i--;
    *client = hops->addrs[i];
    return client->family != ADDR_NONE && !(hops->more && prefix_list_contains(trusted, client));
}

bool forwarded_is_proxy(const struct addr *peer, const struct prefix_list *trusted)
{
    return peer->family == ADDR_NONE || prefix_list_contains(trusted, peer);
}

bool forwarded_client(const struct addr *peer, const struct prefix_list *trusted,
                      const char *x_forwarded_for, const char *forwarded, struct addr *client)
{
    struct hops plain = {.count = 0}, standard = {.count = 0};
    struct addr other;

    static const struct addr this_machine = {.family = ADDR_IPV4, .bytes = {127, 0, 0, 1}};

    *client = peer->family == ADDR_NONE ? this_machine : *peer;
    if (!forwarded_is_proxy(peer, trusted))
        return true;
    if (strlen(x_forwarded_for) > FORWARDED_MAX_LEN || strlen(forwarded) > FORWARDED_MAX_LEN ||
        !read_forwarded(forwarded, &standard))
        return false;
    read_x_forwarded_for(x_forwarded_for, &plain);
    if (plain.count > 0 && !walk(&plain, trusted, client))
        return false;
    if (standard.count == 0)
        return true;
    if (!walk(&standard, trusted, &other) || (plain.count > 0 && !addr_equal(client, &other)))
        return false;
    *client = other;
    return true;
}
