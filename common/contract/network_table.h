/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whose address is it: a flat file that portlight-networks(8) compiles, and the look into it.
 * Pure; portlight-networks, the daemon portlightd and the command line.  The file comes from
 * data of strangers: network_table_open believes nothing of it, and what it accepted can be
 * looked into without a further check.
 *
 * Numbers are big-endian.  The file is, in this order:
 *   header   magic[8], made u64 (seconds since 1970), counts u32 of sources, rows, IPv4 starts
 *            and IPv6 starts, u32 length of the strings
 *   source   date u64 (seconds since 1970, 0: unknown), u32 name, licence, attribution
 *   row      asn u32 (0: unknown), u32 name, provider, region, country[2] (0 0: unknown), u8
 *            kind, cdn, origin of the provider, sources of AS, country, provider (255: none), and
 *            bits of the prefix (0: unknown)
 *   start    the first address of a range, u32 row (NETWORK_TABLE_NO_ROW: of nobody's); the range
 *            ends where the next one starts.  Ascending; first all IPv4, then all IPv6
 *   strings  each ended by a NUL; texts above are offsets into them, and 0 is ""
 */
#ifndef PORTLIGHT_COMMON_CONTRACT_NETWORK_TABLE_H
#define PORTLIGHT_COMMON_CONTRACT_NETWORK_TABLE_H

#include "common/net/prefix.h"

#define NETWORK_TABLE_MAGIC "PLNETW02"

enum {
    NETWORK_TABLE_MAGIC_LEN = 8,
    NETWORK_TABLE_HEADER_LEN = 36,
    NETWORK_TABLE_SOURCE_LEN = 20,
    NETWORK_TABLE_ROW_LEN = 25,
    NETWORK_TABLE_IPV4_LEN = 8,
    NETWORK_TABLE_IPV6_LEN = 20,
    NETWORK_TABLE_SOURCES_MAX = 64,
    NETWORK_TABLE_NO_SOURCE = 255,
    NETWORK_TABLE_MAX_LEN = 256 << 20,
};

#define NETWORK_TABLE_NO_ROW UINT32_MAX

/* What a network is for. */
enum network_kind {
    NETWORK_KIND_UNKNOWN = 0,
    NETWORK_CDN,     /* proxies that forward to servers elsewhere */
    NETWORK_CLOUD,   /* machines of customers, behind filters that the provider offers */
    NETWORK_HOSTING, /* the same of a hosting company */
    NETWORK_ISP,     /* lines of customers, only if the source says so */
    NETWORK_MOBILE,
    NETWORK_KIND_COUNT
};

/* Is it a CDN's proxy?  "No" only where the vendor lists the address as something else. */
enum network_cdn { NETWORK_CDN_UNKNOWN = 0, NETWORK_CDN_NO, NETWORK_CDN_YES, NETWORK_CDN_COUNT };

/* How the provider is known. */
enum network_origin {
    NETWORK_ORIGIN_NONE = 0,
    NETWORK_ORIGIN_LIST,  /* the vendor's own list of ranges: certain */
    NETWORK_ORIGIN_ASN,   /* who announces the address: likely */
    NETWORK_ORIGIN_CNAME, /* an alias of the name; never in a file */
    NETWORK_ORIGIN_COUNT
};

/* A file in memory; the bytes are the caller's and must outlive it. */
struct network_table {
    const uint8_t *sources, *rows, *ipv4, *ipv6;
    const char *strings;
    uint32_t source_count, row_count, ipv4_count, ipv6_count, strings_len;
};

/* One range's facts; texts point into the file, "" where unknown.  Bytes of a text are as they
 * came: any but NUL. */
struct network_row {
    uint32_t asn;
    const char *name, *provider, *region;
    char country[3]; /* two capitals (ISO 3166), or "" */
    enum network_kind kind;
    enum network_cdn cdn;
    enum network_origin origin;
    struct prefix prefix; /* that the data have around the address: of the AS, or else of the
                             provider's list; 0 bits: they have none */
    uint64_t date_s;      /* the oldest of the sources that it is from; 0: unknown */
};

struct network_source {
    uint64_t date_s;
    const char *name, *licence, *attribution;
};

/* NULL if the bytes are a sound file, and *table can be used; else what is wrong, and *table is
 * empty: nothing is found in it. */
const char *network_table_open(struct network_table *table, const void *bytes, size_t len);

/* False if nobody's; *row then says nothing. */
bool network_table_find(const struct network_table *table, const struct addr *addr,
                        struct network_row *row);

/* i: below source_count. */
struct network_source network_table_source(const struct network_table *table, uint32_t i);

/* "cdn", "cloud", "hosting", "isp", "mobile"; NULL for NETWORK_KIND_UNKNOWN. */
const char *network_kind_name(enum network_kind kind);

#endif
