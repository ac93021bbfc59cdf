/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Merges the sources' layers into a file of common/contract/network_table.h.  Pure except for
 * malloc; portlight-networks.
 */
#ifndef PORTLIGHT_NETWORKS_MERGE_H
#define PORTLIGHT_NETWORKS_MERGE_H

#include "networks/source.h"

struct merge_input {
    const struct source *source;
    struct layer *layer; /* merge_write flattens it */
    uint64_t date_s;     /* 0: unknown */
};

/* Returns the file's bytes, which the caller frees.  Each group of a range's facts comes from the
 * first input that has it.  Exits if out of memory. */
uint8_t *merge_write(const struct merge_input *inputs, unsigned count, struct facts *facts,
                     uint64_t made_s, size_t *len);

#endif
