/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One source of address data, and its reader's input and output.  Pure except for malloc;
 * portlight-networks.
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

/* Sets reading->fault and returns false. */
bool source_fault(struct source_reading *reading, const char *format, ...) PRINTF_LIKE(2, 3);

/* The facts common to all ranges of this source: its provider, kind and cdn. */
struct range_facts source_facts(struct source_reading *reading);

/* Seconds since 1970 for "2026-06-25", "2026-06-25T..." or "2026-06-25-12-53-08"; 0 for anything
 * else. */
uint64_t source_date(const char *text);

#endif
