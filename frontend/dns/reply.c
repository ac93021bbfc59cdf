/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/dns/reply.h"

#include <arpa/nameser.h>
#include <string.h>

#include "common/base/cursor.h"

enum { FLAG_RESPONSE = 0x8000, FLAG_TRUNCATED = 0x0200, RCODE_MASK = 0xf };

/* In wire form, uncompressed and in lower case, so that equal names have equal bytes. */
struct dns_name {
    size_t len;
    uint8_t bytes[NS_MAXCDNAME];
};

struct dns_record {
    struct dns_name owner;
    uint16_t type, class;
    uint32_t ttl_s;
    struct reader data; /* the whole reply up to the record's end, for compressed names */
};

/* All CNAMEs of the reply. */
struct dns_aliases {
    unsigned count;
    struct dns_alias {
        struct dns_name owner, target;
    } items[DNS_REPLY_ALIASES_MAX];
};

struct dns_chain {
    unsigned count;
    const struct dns_name *names[DNS_REPLY_ALIASES_MAX + 1];
};

uint16_t dns_reply_type(enum addr_family family)
{
    return family == ADDR_IPV4 ? ns_t_a : ns_t_aaaa;
}

/* --- names ---------------------------------------------------------------------------- */

static bool is_same(const struct dns_name *a, const struct dns_name *b)
{
    return a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0;
}

/* Appends a label of this length; the empty label ends the name. */
static bool add_label(struct dns_name *name, struct reader *from, uint8_t len)
{
    if (len > NS_MAXLABEL || name->len + 1 + len > NS_MAXCDNAME)
        return false;
    name->bytes[name->len++] = len;
    for (unsigned i = 0; i < len; i++) {
        uint8_t byte = read_u8(from);
        name->bytes[name->len++] = byte >= 'A' && byte <= 'Z' ? byte | 0x20 : byte;
    }
    return !from->failed;
}

/* Converts a text in hostname.h's canonical form: "www.example.net". */
static bool name_of(const char *text, struct dns_name *name)
{
    name->len = 0;
    while (*text != '\0') {
        size_t len = strcspn(text, ".");
        struct reader label = reader_of(text, len);
        if (len == 0 || len > NS_MAXLABEL || !add_label(name, &label, (uint8_t)len))
            return false;
        text += len + (text[len] == '.');
    }
    return add_label(name, &(struct reader){0}, 0);
}

/* Each pointer must lead farther back than the one before, so this ends. */
static bool read_name(struct reader *reader, struct dns_name *name)
{
    struct reader at = *reader;
    size_t before = at.pos;
    bool jumped = false;
    uint8_t len;

    name->len = 0;
    do {
        len = read_u8(&at);
        if ((len & NS_CMPRSFLGS) == NS_CMPRSFLGS) {
            size_t target = (size_t)(len & ~NS_CMPRSFLGS) << 8 | read_u8(&at);
            if (at.failed || target < NS_HFIXEDSZ || target >= before)
                return false;
            if (!jumped)
                reader->pos = at.pos;
            jumped = true;
            at.pos = before = target;
        } else if (!add_label(name, &at, len)) {
            return false;
        }
    } while (len != 0);
    if (!jumped)
        reader->pos = at.pos;
    return true;
}

static bool is_shown(uint8_t byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '-' ||
           byte == '_';
}

/* Writes the labels with dots between them and none at the end; the root is ".". */
static void show_name(const struct dns_name *name, char text[static DNS_NAME_LEN])
{
    size_t n = 0;

    for (size_t at = 0; at < name->len && name->bytes[at] != 0; at += 1U + name->bytes[at]) {
        if (n > 0)
            text[n++] = '.';
        for (unsigned i = 1; i <= name->bytes[at]; i++)
            text[n++] = is_shown(name->bytes[at + i]) ? (char)name->bytes[at + i] : '?';
    }
    if (n == 0)
        text[n++] = '.';
    text[n] = '\0';
}

/* --- records -------------------------------------------------------------------------- */

/* Reads up to the first answer.  False for an error or a truncated reply, in which nothing
 * counts. */
static bool read_question(struct reader *reader, const struct dns_name *name, uint16_t type,
                          unsigned *answers)
{
    struct dns_name asked;
    uint16_t flags, questions;

    read_skip(reader, 2);
    flags = read_u16(reader);
    questions = read_u16(reader);
    *answers = read_u16(reader);
    read_skip(reader, 4);
    return (flags & (FLAG_RESPONSE | FLAG_TRUNCATED | RCODE_MASK)) == FLAG_RESPONSE &&
           questions == 1 && read_name(reader, &asked) && is_same(&asked, name) &&
           read_u16(reader) == type && read_u16(reader) == ns_c_in;
}

static bool read_record(struct reader *reader, struct dns_record *record)
{
    uint16_t data_len;

    if (!read_name(reader, &record->owner))
        return false;
    record->type = read_u16(reader);
    record->class = read_u16(reader);
    record->ttl_s = read_u32(reader);
    data_len = read_u16(reader);
    record->data = *reader;
    read_skip(reader, data_len);
    record->data.len = reader->pos;
    return !reader->failed;
}

static bool read_aliases(struct reader reader, unsigned answers, struct dns_aliases *aliases)
{
    struct dns_record record;

    for (unsigned i = 0; i < answers; i++) {
        if (!read_record(&reader, &record))
            return false;
        if (record.class != ns_c_in || record.type != ns_t_cname)
            continue;
        if (aliases->count == DNS_REPLY_ALIASES_MAX)
            return false;
        aliases->items[aliases->count].owner = record.owner;
        if (!read_name(&record.data, &aliases->items[aliases->count].target) ||
            read_remaining(&record.data) > 0)
            return false;
        aliases->count++;
    }
    return true;
}

/* --- the chain ------------------------------------------------------------------------ */

/* Sets *target to what the owner is an alias of, or to NULL.  False if it is an alias of two
 * names. */
static bool find_target(const struct dns_aliases *aliases, const struct dns_name *owner,
                        const struct dns_name **target)
{
    *target = NULL;
    for (unsigned i = 0; i < aliases->count; i++) {
        const struct dns_alias *alias = &aliases->items[i];
        if (!is_same(&alias->owner, owner))
            continue;
        if (*target != NULL && !is_same(&alias->target, *target))
            return false;
        *target = &alias->target;
    }
    return true;
}

static bool is_on(const struct dns_chain *chain, const struct dns_name *name)
{
    for (unsigned i = 0; i < chain->count; i++)
        if (is_same(chain->names[i], name))
            return true;
    return false;
}

/* Follows the aliases from the name.  No name comes twice, so the chain has room for all aliases
 * and the first name. */
static bool follow(const struct dns_aliases *aliases, const struct dns_name *name,
                   struct dns_chain *chain)
{
    while (name != NULL) {
        if (is_on(chain, name))
            return false;
        chain->names[chain->count++] = name;
        if (!find_target(aliases, name, &name))
            return false;
    }
    return true;
}

static bool read_addresses(struct reader reader, unsigned answers, const struct dns_chain *chain,
                           enum addr_family family, struct lookup *lookup)
{
    struct dns_record record;

    for (unsigned i = 0; i < answers; i++) {
        struct addr addr = {.family = (uint8_t)family};
        if (!read_record(&reader, &record))
            return false;
        if (record.class != ns_c_in || record.type != dns_reply_type(family))
            continue;
        if (read_remaining(&record.data) != addr_len(&addr))
            return false;
        if (!is_on(chain, &record.owner))
            continue;
        if (lookup->count == LOOKUP_ADDRS_MAX)
            return false;
        read_bytes(&record.data, addr.bytes, addr_len(&addr));
        if (lookup->count == 0 || record.ttl_s < lookup->ttl_s)
            lookup->ttl_s = record.ttl_s;
        lookup->addrs[lookup->count++] = addr;
    }
    return true;
}

static bool read_service(struct dns_record *record, const struct dns_name *host, uint16_t port,
                         unsigned *here, unsigned *elsewhere)
{
    struct dns_name target;
    uint16_t at;

    read_skip(&record->data, 4); /* priority and weight */
    at = read_u16(&record->data);
    if (!read_name(&record->data, &target) || read_remaining(&record->data) > 0)
        return false;
    if (is_same(&target, host) && at == port)
        ++*here;
    else if (target.len > 1)
        ++*elsewhere;
    return true;
}

bool dns_reply_serves_elsewhere(const void *reply, size_t len, const struct dns_service *service)
{
    struct reader reader = reader_of(reply, len);
    struct dns_aliases aliases = {.count = 0};
    struct dns_chain chain = {.count = 0};
    unsigned answers, here = 0, elsewhere = 0;
    struct dns_name asked, host;
    struct dns_record record;

    if (!name_of(service->srv_name, &asked) || !name_of(service->host, &host) ||
        !read_question(&reader, &asked, ns_t_srv, &answers) ||
        !read_aliases(reader, answers, &aliases) || !follow(&aliases, &asked, &chain))
        return false;
    for (unsigned i = 0; i < answers; i++) {
        if (!read_record(&reader, &record))
            return false;
        if (record.class == ns_c_in && record.type == ns_t_srv && is_on(&chain, &record.owner) &&
            !read_service(&record, &host, service->port, &here, &elsewhere))
            return false;
    }
    return elsewhere > 0 && here == 0;
}

struct lookup dns_reply_read(const void *reply, size_t len, const char *name,
                             enum addr_family family)
{
    struct reader reader = reader_of(reply, len);
    struct dns_aliases aliases = {.count = 0};
    struct dns_chain chain = {.count = 0};
    struct lookup lookup = {.count = 0};
    struct dns_name asked;
    unsigned answers;

    if (!name_of(name, &asked) ||
        !read_question(&reader, &asked, dns_reply_type(family), &answers) ||
        !read_aliases(reader, answers, &aliases) || !follow(&aliases, &asked, &chain) ||
        !read_addresses(reader, answers, &chain, family, &lookup))
        return (struct lookup){.status = LOOKUP_FAILED};
    for (unsigned i = 1; i < chain.count && i <= NETWORK_ALIASES_MAX; i++)
        show_name(chain.names[i], lookup.aliases.names[lookup.aliases.count++]);
    lookup.status = lookup.count > 0 ? LOOKUP_OK : LOOKUP_NO_ADDRESS;
    return lookup;
}

/* --- names ------------------------------------------------------------------------------ */

_Static_assert(NS_MAXCDNAME - 1 <= DNS_NAME_LEN, "a name and its NUL have room");

uint16_t dns_names_type(enum dns_names_kind kind)
{
    static const uint16_t types[] = {
        [DNS_NAME_SERVERS] = ns_t_ns, [DNS_MAIL] = ns_t_mx, [DNS_POINTERS] = ns_t_ptr};

    return types[kind];
}

static bool read_names(struct reader reader, unsigned answers, const struct dns_chain *chain,
                       enum dns_names_kind kind, struct dns_names *names)
{
    struct dns_record record;

    for (unsigned i = 0; i < answers; i++) {
        struct dns_name name;
        uint16_t preference = 0;
        if (!read_record(&reader, &record))
            return false;
        if (record.class != ns_c_in || record.type != dns_names_type(kind))
            continue;
        if (kind == DNS_MAIL)
            preference = read_u16(&record.data);
        if (!read_name(&record.data, &name) || read_remaining(&record.data) > 0)
            return false;
        if (!is_on(chain, &record.owner) || names->count == DNS_NAMES_MAX)
            continue;
        names->items[names->count].preference = preference;
        show_name(&name, names->items[names->count].name);
        names->count++;
    }
    return true;
}

static bool is_behind(const struct dns_named *a, const struct dns_named *b)
{
    int order = (int)a->preference - (int)b->preference;

    return order != 0 ? order > 0 : strcmp(a->name, b->name) > 0;
}

/* Insertion sort: there are few, and qsort may ask for the machine's memory, which the sandbox
 * forbids. */
static void sort(struct dns_names *names)
{
    for (unsigned i = 1; i < names->count; i++)
        for (unsigned j = i; j > 0 && is_behind(&names->items[j - 1], &names->items[j]); j--) {
            struct dns_named moved = names->items[j];
            names->items[j] = names->items[j - 1];
            names->items[j - 1] = moved;
        }
}

struct dns_names dns_reply_read_names(const void *reply, size_t len, const char *name,
                                      enum dns_names_kind kind)
{
    struct reader reader = reader_of(reply, len);
    struct dns_aliases aliases = {.count = 0};
    struct dns_chain chain = {.count = 0};
    struct dns_names names = {.count = 0};
    struct dns_name asked;
    unsigned answers;

    if (!name_of(name, &asked) || !read_question(&reader, &asked, dns_names_type(kind), &answers) ||
        !read_aliases(reader, answers, &aliases) || !follow(&aliases, &asked, &chain) ||
        !read_names(reader, answers, &chain, kind, &names))
        return (struct dns_names){.status = LOOKUP_FAILED};
    sort(&names);
    names.status = names.count > 0 ? LOOKUP_OK : LOOKUP_NO_ADDRESS;
    return names;
}
