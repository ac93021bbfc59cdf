/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ranges of one source, each with what the source says of it.  Pure but for malloc;
 * portlight-networks.  Without memory these end the program.
 */
#ifndef PORTLIGHT_NETWORKS_LAYER_H
#define PORTLIGHT_NETWORKS_LAYER_H

#include "common/contract/network_table.h"
#include "common/net/prefix.h"
#include "networks/intern.h"

/* What a source may say; 0 where it says nothing.  Texts are offsets into facts.strings. */
struct range_facts {
    uint32_t asn, name, provider, region;
    char country[2];
    uint8_t kind, cdn, origin; /* enum network_kind, network_cdn, network_origin */
    uint8_t bits; /* of the prefix that the source has; 0: it has a range that is none */
};

/* Of all sources. */
struct facts {
    struct intern strings; /* each with its NUL; offset 0 is "" */
    struct intern ranges;  /* struct range_facts */
};

void facts_init(struct facts *facts);
void facts_free(struct facts *facts);

enum { FACTS_TEXT_MAX_LEN = 95 };

/* The text's offset: control characters become blanks, what is too long is cut at a character. */
uint32_t facts_text(struct facts *facts, const char *text, size_t len);

struct range_span {
    uint8_t family; /* enum addr_family */
    uint8_t rank;   /* of two that are equal the higher one counts */
    uint8_t first[ADDR_BYTES_LEN], last[ADDR_BYTES_LEN];
    uint32_t facts; /* offset into facts.ranges */
};

struct layer {
    struct range_span *spans;
    size_t count, room;
    uint64_t date_s; /* that the source itself gives; 0: none */
};

void layer_free(struct layer *layer);

/* False if last is before first, or of another family.  A range that is a prefix is noted as one.
 */
bool layer_add(struct layer *layer, struct facts *facts, const struct addr *first,
               const struct addr *last, const struct range_facts *said, unsigned rank);
void layer_add_prefix(struct layer *layer, struct facts *facts, const struct prefix *prefix,
                      const struct range_facts *said, unsigned rank);

/* Sorts the spans, IPv4 first, and makes them disjoint: of two that overlap the smaller one
 * counts. */
void layer_flatten(struct layer *layer);

/* The address behind, or before, in the family's length; false where there is none. */
bool range_next(uint8_t bytes[static ADDR_BYTES_LEN], size_t len);
bool range_previous(uint8_t bytes[static ADDR_BYTES_LEN], size_t len);

#endif
