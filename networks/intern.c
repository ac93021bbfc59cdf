/* SPDX-License-Identifier: BSD-2-Clause */
#include "networks/intern.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/log.h"

enum { FIRST_SLOTS = 1024, FIRST_ROOM = 4096 };

static const size_t MAX_LEN = 1U << 30;

/* FNV-1a is enough: the strings come from the operator's own files, not from an attacker. */
static size_t hash_of(const uint8_t *bytes, size_t len)
{
    uint64_t hash = 0xcbf29ce484222325U;

    for (size_t i = 0; i < len; i++)
        hash = (hash ^ bytes[i]) * 0x100000001b3U;
    return (size_t)(hash ^ hash >> 32);
}

static struct intern_slot *find_slot(const struct intern *intern, const void *bytes, size_t len)
{
    size_t at = hash_of(bytes, len) % intern->slot_count;

    for (;; at = (at + 1) % intern->slot_count) {
        struct intern_slot *slot = &intern->slots[at];
        if (slot->len == 0 ||
            (slot->len == len && memcmp(intern->bytes + slot->offset, bytes, len) == 0))
            return slot;
    }
}

static void grow_slots(struct intern *intern)
{
    struct intern_slot *old = intern->slots;
    size_t old_count = intern->slot_count;

    intern->slot_count = old_count == 0 ? FIRST_SLOTS : 2 * old_count;
    intern->slots = calloc(intern->slot_count, sizeof(*intern->slots));
    if (intern->slots == NULL)
        log_fatal("networks", "out of memory");
    for (size_t i = 0; i < old_count; i++)
        if (old[i].len > 0)
            *find_slot(intern, intern->bytes + old[i].offset, old[i].len) = old[i];
    free(old);
}

static void append(struct intern *intern, const void *bytes, size_t len)
{
    if (intern->len + len > MAX_LEN)
        log_fatal("networks", "the sources' names take more than 1 GB");
    if (intern->len + len > intern->room) {
        intern->room = (intern->len + len) * 2 + FIRST_ROOM;
        intern->bytes = realloc(intern->bytes, intern->room);
        if (intern->bytes == NULL)
            log_fatal("networks", "out of memory");
    }
    memcpy(intern->bytes + intern->len, bytes, len);
    intern->len += len;
}

uint32_t intern_put(struct intern *intern, const void *bytes, size_t len)
{
    struct intern_slot *slot;

    if (2 * intern->used >= intern->slot_count)
        grow_slots(intern);
    slot = find_slot(intern, bytes, len);
    if (slot->len == 0) {
        *slot = (struct intern_slot){(uint32_t)intern->len, (uint32_t)len};
        intern->used++;
        append(intern, bytes, len);
    }
    return slot->offset;
}

void intern_free(struct intern *intern)
{
    free(intern->bytes);
    free(intern->slots);
    *intern = (struct intern){0};
}
