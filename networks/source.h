/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The sources of address data and their readers.  Pure except for malloc, and for read_mmdb, which
 * opens its file itself; portlight-networks.
 */
#ifndef PORTLIGHT_NETWORKS_SOURCE_H
#define PORTLIGHT_NETWORKS_SOURCE_H

#include "common/base/compiler.h"
#include "networks/layer.h"

enum { SOURCE_FAULT_LEN = 160 };

struct source;

/* A reader's input and output. */
struct source_reading {
    const struct source *source;
    struct facts *facts;
    struct layer *layer;
    const char *path;             /* of the file, for libmaxminddb, which opens it again */
    char fault[SOURCE_FAULT_LEN]; /* one line, with the line number if there is one */
};

/* Adds the file's ranges to the layer.  `text` is NUL-terminated and may be changed.  False with a
 * fault. */
typedef bool source_reader(struct source_reading *reading, char *text, size_t len);

/* A row of sources.def. */
struct source {
    const char *name;
    source_reader *read;
    const char *provider; /* NULL: none, or the reader finds it */
    enum network_kind kind;
    enum network_cdn cdn;
    const char *url, *licence, *attribution;
};

extern const struct source sources[];
extern const size_t sources_len;

/* Finds a source by name; NULL if there is none. */
const struct source *source_find(const char *name, size_t len);

/* Sets reading->fault and returns false. */
bool source_fault(struct source_reading *reading, const char *format, ...) PRINTF_LIKE(2, 3);

/* The facts common to all ranges of this source: its provider, kind and cdn. */
struct range_facts source_facts(struct source_reading *reading);

/* Seconds since 1970 for "2026-06-25", "2026-06-25T..." or "2026-06-25-12-53-08"; 0 for anything
 * else. */
uint64_t source_date(const char *text);

/* ranges.c: lines of "first,last,...", in several forms that it recognises line by line.  first and
 * last are addresses (ip2asn's TSV, ip-location-db's CSV, Tor's geoip6) or numbers (Tor's geoip).
 * A country follows, or an AS number, perhaps a country, and a name. */
source_reader read_ranges;

/* prefixes.c: one prefix per line; read_geofeed: with country, region and city (RFC 8805). */
source_reader read_prefixes, read_geofeed;

/* vendors.c: each vendor's JSON. */
source_reader read_aws, read_google, read_azure, read_oracle, read_fastly;

/* mmdb.c: any MMDB with AS numbers or countries. */
source_reader read_mmdb;

#endif
