/* SPDX-License-Identifier: BSD-2-Clause */
/* Stores equal byte strings once.  Pure except for malloc; portlight-networks. */
#ifndef PORTLIGHT_NETWORKS_INTERN_H
#define PORTLIGHT_NETWORKS_INTERN_H

#include <stddef.h>
#include <stdint.h>

/* bytes[0..len) holds all strings, one after another.  Zero it first. */
struct intern {
    uint8_t *bytes;
    size_t len, room;
    struct intern_slot {
        uint32_t offset, len; /* len 0: free */
    } * slots;
    size_t slot_count, used;
};

/* The offset of these bytes (at least one), which it adds if they are new.  Exits if out of memory
 * or beyond 1 GB. */
uint32_t intern_put(struct intern *intern, const void *bytes, size_t len);
void intern_free(struct intern *intern);

#endif
