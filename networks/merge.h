/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From the sources' layers to the file of common/contract/network_table.h.  Pure but for malloc;
 * portlight-networks.
 */
#ifndef PORTLIGHT_NETWORKS_MERGE_H
#define PORTLIGHT_NETWORKS_MERGE_H

#include "networks/source.h"

struct merge_input {
    const struct source *source;
    struct layer *layer; /* is flattened */
    uint64_t date_s;     /* 0: unknown */
};

/* Each field of a range comes from the first input that says something of it.  The file's bytes
 * are the caller's to free; ends the program without memory. */
uint8_t *merge_write(const struct merge_input *inputs, unsigned count, struct facts *facts,
                     uint64_t made_s, size_t *len);

#endif
