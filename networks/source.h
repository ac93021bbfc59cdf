/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The sources of address data and their readers.  Pure but for malloc and what a reader is
 * given; portlight-networks.
 */
#ifndef PORTLIGHT_NETWORKS_SOURCE_H
#define PORTLIGHT_NETWORKS_SOURCE_H

#include "common/base/compiler.h"
#include "networks/layer.h"

enum { SOURCE_FAULT_LEN = 160 };

struct source;

/* What a reader works on; a fault is one line, with the line number where there is one. */
struct source_reading {
    const struct source *source;
    struct facts *facts;
    struct layer *layer;
    const char *path; /* of the file, for who must open it again */
    char fault[SOURCE_FAULT_LEN];
};

/* Adds what the file says to the layer; text is NUL-terminated.  False with a fault. */
typedef bool source_reader(struct source_reading *reading, char *text, size_t len);

/* A row of sources.def. */
struct source {
    const char *name;
    source_reader *read;
    const char *provider; /* NULL: the source names none */
    enum network_kind kind;
    enum network_cdn cdn;
    const char *url, *licence, *attribution;
};

extern const struct source sources[];
extern const size_t sources_len;

/* NULL if there is none of that name. */
const struct source *source_find(const char *name, size_t len);

/* Keeps the reader's complaint and returns false. */
bool source_fault(struct source_reading *reading, const char *format, ...) PRINTF_LIKE(2, 3);

/* What a range of this source begins with: its provider, kind and cdn. */
struct range_facts source_facts(struct source_reading *reading);

/* "2026-06-25" or "2026-06-25T..." or "2026-06-25-12-53-08"; 0 for anything else. */
uint64_t source_date(const char *text);

/* ranges.c: "first,last,..." in all its forms, told apart line by line.  first and last are
 * addresses (ip2asn's TSV, ip-location-db's CSV, Tor's geoip6) or numbers (Tor's geoip); behind
 * them stands a country, or an AS, perhaps a country, and a name. */
source_reader read_ranges;

/* prefixes.c: a prefix a line; the same with country, region and city (RFC 8805). */
source_reader read_prefixes, read_geofeed;

/* vendors.c: the JSON of each. */
source_reader read_aws, read_google, read_azure, read_oracle, read_fastly;

/* mmdb.c: any MMDB with an AS or a country in it. */
source_reader read_mmdb;

#endif
