/* SPDX-License-Identifier: BSD-2-Clause */
/* Equal bytes stored once.  Pure but for malloc; portlight-networks. */
#ifndef PORTLIGHT_NETWORKS_INTERN_H
#define PORTLIGHT_NETWORKS_INTERN_H

#include <stddef.h>
#include <stdint.h>

/* bytes[0..len) is all that was put in, one behind the other. */
struct intern {
    uint8_t *bytes;
    size_t len, room;
    struct intern_slot {
        uint32_t offset, len; /* len 0: free */
    } * slots;
    size_t slot_count, used;
};

/* Offset of these bytes (at least one), put in if they are new.  Ends the program without
 * memory, or at 1 GB. */
uint32_t intern_put(struct intern *intern, const void *bytes, size_t len);
void intern_free(struct intern *intern);

#endif
