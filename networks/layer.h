/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The address ranges of one source, each with the facts that the source gives.  Pure except for
 * malloc; portlight-networks.  All functions exit if out of memory.
 */
#ifndef PORTLIGHT_NETWORKS_LAYER_H
#define PORTLIGHT_NETWORKS_LAYER_H

#include "common/contract/network_table.h"
#include "common/net/prefix.h"
#include "networks/intern.h"

/* The facts about a range; 0: the source doesn't say.  Texts are offsets into facts.strings. */
struct range_facts {
    uint32_t asn, name, provider, region;
    char country[2];
    uint8_t kind, cdn, origin; /* enum network_kind, network_cdn, network_origin */
    uint8_t bits;              /* prefix length; 0: the source's range is not a prefix */
};

/* The facts of all sources. */
struct facts {
    struct intern strings; /* each with its NUL; offset 0 is "" */
    struct intern ranges;  /* struct range_facts */
};

void facts_init(struct facts *facts);
void facts_free(struct facts *facts);

enum { FACTS_TEXT_MAX_LEN = 95 };

/* Stores a text and returns its offset.  Control characters become spaces; a longer text than
 * FACTS_TEXT_MAX_LEN bytes is cut at a UTF-8 character. */
uint32_t facts_text(struct facts *facts, const char *text, size_t len);

struct range_span {
    uint8_t family; /* enum addr_family */
    uint8_t rank;   /* of two equal ranges, the higher rank wins */
    uint8_t first[ADDR_BYTES_LEN], last[ADDR_BYTES_LEN];
    uint32_t facts; /* offset into facts.ranges */
};

struct layer {
    struct range_span *spans;
    size_t count, room;
    uint64_t date_s; /* given in the source, seconds since 1970; 0: none */
};

void layer_free(struct layer *layer);

/* Adds a range; false if last is before first or of another family.  Sets `bits` if the range is a
 * prefix. */
bool layer_add(struct layer *layer, struct facts *facts, const struct addr *first,
               const struct addr *last, const struct range_facts *said, unsigned rank);
void layer_add_prefix(struct layer *layer, struct facts *facts, const struct prefix *prefix,
                      const struct range_facts *said, unsigned rank);

/* Sorts the spans, IPv4 first, and makes them disjoint: where two overlap, the smaller one wins. */
void layer_flatten(struct layer *layer);

/* Steps to the next or previous address of `len` bytes (4 or 16); false on wrap-around. */
bool range_next(uint8_t bytes[static ADDR_BYTES_LEN], size_t len);
bool range_previous(uint8_t bytes[static ADDR_BYTES_LEN], size_t len);

#endif
