/* SPDX-License-Identifier: BSD-2-Clause */
#include "networks/mmdb.h"

#include <maxminddb.h>
#include <stdlib.h>
#include <string.h>

#include "networks/fields.h"

enum { IPV4_BITS = 32, IPV6_BITS = 128 };

/* The way down the tree: a node is a prefix. */
struct walk {
    struct source_reading *reading;
    MMDB_s *mmdb;
    uint8_t family;
    unsigned bits;
    uint64_t ipv4_root; /* where IPv4 hangs in a tree of IPv6: not to be walked twice */
    uint64_t left;      /* nodes that may still be visited: in a tree each is met once */
};

static bool get_text(MMDB_entry_s *entry, const char *const *path, const char **text, size_t *len)
{
    MMDB_entry_data_s data;

    if (MMDB_aget_value(entry, &data, path) != MMDB_SUCCESS || !data.has_data ||
        data.type != MMDB_DATA_TYPE_UTF8_STRING)
        return false;
    *text = data.utf8_string;
    *len = data.data_size;
    return true;
}

/* A number, or "AS64496" as IPinfo has it. */
static uint32_t get_asn(MMDB_entry_s *entry)
{
    static const char *const number[] = {"autonomous_system_number", NULL};
    static const char *const word[] = {"asn", NULL};
    MMDB_entry_data_s data;
    char digits[16] = "";
    const char *text;
    size_t len;

    if (MMDB_aget_value(entry, &data, number) == MMDB_SUCCESS && data.has_data &&
        data.type == MMDB_DATA_TYPE_UINT32)
        return data.uint32;
    if (!get_text(entry, word, &text, &len) || len < 3 || len >= sizeof(digits) ||
        memcmp(text, "AS", 2) != 0)
        return 0;
    memcpy(digits, text + 2, len - 2);
    return (uint32_t)strtoul(digits, NULL, 10);
}

static void take_name(struct source_reading *reading, MMDB_entry_s *entry, struct range_facts *said)
{
    static const char *const paths[][2] = {{"autonomous_system_organization", NULL},
                                           {"as_name", NULL}};
    const char *text;
    size_t len;

    for (size_t i = 0; i < ARRAY_LEN(paths) && said->name == 0; i++)
        if (get_text(entry, paths[i], &text, &len))
            said->name = facts_text(reading->facts, text, len);
}

static void take_country(MMDB_entry_s *entry, struct range_facts *said)
{
    static const char *const paths[][3] = {{"country", "iso_code", NULL},
                                           {"country_code", NULL, NULL}};
    char country[3] = "";
    const char *text;
    size_t len;

    for (size_t i = 0; i < ARRAY_LEN(paths) && said->country[0] == '\0'; i++) {
        if (!get_text(entry, paths[i], &text, &len) || len != sizeof(said->country))
            continue;
        memcpy(country, text, len);
        if (fields_is_country(country))
            memcpy(said->country, country, sizeof(said->country));
    }
}

/* What the line is for, where the file says so: MaxMind's connection types, IPinfo's of an AS. */
static void take_kind(MMDB_entry_s *entry, struct range_facts *said)
{
    static const char *const paths[][2] = {
        {"connection_type", NULL}, {"as_type", NULL}, {"type", NULL}};
    static const struct {
        const char *word;
        enum network_kind kind;
    } words[] = {{"Cable/DSL", NETWORK_ISP},
                 {"Cellular", NETWORK_MOBILE},
                 {"isp", NETWORK_ISP},
                 {"hosting", NETWORK_HOSTING}};
    const char *text;
    size_t len;

    for (size_t i = 0; i < ARRAY_LEN(paths) && said->kind == NETWORK_KIND_UNKNOWN; i++) {
        if (!get_text(entry, paths[i], &text, &len))
            continue;
        for (size_t j = 0; j < ARRAY_LEN(words); j++)
            if (strlen(words[j].word) == len && memcmp(words[j].word, text, len) == 0)
                said->kind = (uint8_t)words[j].kind;
    }
}

static void take_entry(struct walk *walk, MMDB_entry_s *entry, const struct prefix *prefix)
{
    struct range_facts said = source_facts(walk->reading);

    said.asn = get_asn(entry);
    take_name(walk->reading, entry, &said);
    take_country(entry, &said);
    take_kind(entry, &said);
    if (said.asn != 0 || said.country[0] != '\0' || said.kind != NETWORK_KIND_UNKNOWN)
        layer_add_prefix(walk->reading->layer, walk->reading->facts, prefix, &said, 0);
}

/* No deeper than the address is long and no more nodes than there are, whatever the file says:
 * where nodes lead to the same ones again, ways are without number. */
static bool walk_record(struct walk *walk, uint64_t record, uint8_t type, MMDB_entry_s *entry,
                        struct prefix *prefix) // NOLINT(misc-no-recursion)
{
    MMDB_search_node_s node;

    if (type == MMDB_RECORD_TYPE_EMPTY ||
        (type == MMDB_RECORD_TYPE_SEARCH_NODE && record == walk->ipv4_root))
        return true;
    if (type == MMDB_RECORD_TYPE_DATA) {
        take_entry(walk, entry, prefix);
        return true;
    }
    if (type != MMDB_RECORD_TYPE_SEARCH_NODE || prefix->bits >= walk->bits || walk->left-- == 0 ||
        MMDB_read_node(walk->mmdb, (uint32_t)record, &node) != MMDB_SUCCESS)
        return source_fault(walk->reading, "its tree is damaged");
    prefix->bits++;
    if (!walk_record(walk, node.left_record, node.left_record_type, &node.left_record_entry,
                     prefix))
        return false;
    prefix->addr.bytes[(prefix->bits - 1) / 8] |= (uint8_t)(0x80 >> (prefix->bits - 1) % 8);
    if (!walk_record(walk, node.right_record, node.right_record_type, &node.right_record_entry,
                     prefix))
        return false;
    prefix->addr.bytes[(prefix->bits - 1) / 8] &= (uint8_t) ~(0x80 >> (prefix->bits - 1) % 8);
    prefix->bits--;
    return true;
}

static bool walk_from(struct walk *walk, uint64_t node)
{
    struct prefix prefix = {.addr = {.family = walk->family}};

    return walk_record(walk, node, MMDB_RECORD_TYPE_SEARCH_NODE, NULL, &prefix);
}

bool read_mmdb(struct source_reading *reading, char *text, size_t len)
{
    MMDB_s mmdb;
    int rc = MMDB_open(reading->path, MMDB_MODE_MMAP, &mmdb);
    struct walk walk = {reading, &mmdb, ADDR_IPV4, IPV4_BITS, UINT64_MAX, 0};
    bool ok = true;

    (void)text, (void)len;
    if (rc != MMDB_SUCCESS)
        return source_fault(reading, "%s", MMDB_strerror(rc));
    walk.left = mmdb.metadata.node_count;
    reading->layer->date_s = mmdb.metadata.build_epoch;
    if (mmdb.metadata.ip_version == 4) {
        ok = walk_from(&walk, 0);
    } else {
        /* below ::/96; a leaf there, or none, is found by the way from the top as IPv6 */
        bool has_ipv4 = mmdb.ipv4_start_node.netmask == 96 &&
                        mmdb.ipv4_start_node.node_value < mmdb.metadata.node_count;
        ok = !has_ipv4 || walk_from(&walk, mmdb.ipv4_start_node.node_value);
        walk.ipv4_root = has_ipv4 ? mmdb.ipv4_start_node.node_value : UINT64_MAX;
        walk.family = ADDR_IPV6;
        walk.bits = IPV6_BITS;
        ok = ok && walk_from(&walk, 0);
    }
    MMDB_close(&mmdb);
    return ok && (reading->layer->count > 0 ||
                  source_fault(reading, "it has neither AS numbers nor countries"));
}
