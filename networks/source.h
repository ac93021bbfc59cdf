/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One source of address data, and what its reader gets and may say.  Pure but for malloc;
 * portlight-networks.
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

/* Keeps the reader's complaint and returns false. */
bool source_fault(struct source_reading *reading, const char *format, ...) PRINTF_LIKE(2, 3);

/* What a range of this source begins with: its provider, kind and cdn. */
struct range_facts source_facts(struct source_reading *reading);

/* "2026-06-25" or "2026-06-25T..." or "2026-06-25-12-53-08"; 0 for anything else. */
uint64_t source_date(const char *text);

#endif
