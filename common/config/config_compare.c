/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/config/config_compare.h"

#include <string.h>

static const void *member_of(const struct config_key *key, const struct config *config)
{
    return (const char *)config + key->offset;
}

static bool strings_differ(const struct config_strings *a, const struct config_strings *b)
{
    bool differ = a->count != b->count;

    for (size_t i = 0; i < a->count && !differ; i++)
        differ = strcmp(a->items[i], b->items[i]) != 0;
    return differ;
}

static bool prefixes_differ(const struct prefix_list *a, const struct prefix_list *b)
{
    bool differ = a->count != b->count;

    for (size_t i = 0; i < a->count && !differ; i++)
        differ = a->items[i].bits != b->items[i].bits ||
                 !addr_equal(&a->items[i].addr, &b->items[i].addr);
    return differ;
}

bool config_differs(const struct config_key *key, const struct config *a, const struct config *b)
{
    const void *left = member_of(key, a), *right = member_of(key, b);

    switch (key->type) {
    case CONFIG_NUMBER:
    case CONFIG_FLAG: return memcmp(left, right, key->size) != 0;
    case CONFIG_PORTS:
        return memcmp(a->policy.ports, b->policy.ports, sizeof(a->policy.ports)) != 0;
    case CONFIG_NAME:
    case CONFIG_PATH:
    case CONFIG_TEXT: return strcmp(*(char *const *)left, *(char *const *)right) != 0;
    case CONFIG_USER:
        return strcmp(((const struct config_user *)left)->name,
                      ((const struct config_user *)right)->name) != 0;
    case CONFIG_STRINGS: return strings_differ(left, right);
    case CONFIG_PREFIXES: return prefixes_differ(left, right);
    }
    return false;
}
