/* SPDX-License-Identifier: BSD-2-Clause */
/* Validates texts and items of lists in portlight.conf(5).  Pure; every program. */
#ifndef PORTLIGHT_COMMON_CONFIG_CONFIG_ITEMS_H
#define PORTLIGHT_COMMON_CONFIG_CONFIG_ITEMS_H

#include <stdbool.h>
#include <stddef.h>

/* Returns NULL, or why the text can't be item `index` of the key's list: a clause to print after
 * it. */
const char *config_item_mistake(const char *section, const char *key, const char *text,
                                size_t index);

/* The PATH of an item "unix:PATH" of http.listen; NULL for other items. */
const char *config_item_local_path(const char *listen);

/* Do these two items of http.listen exclude each other?  "[::]" and IPv4 don't: that depends on
 * net.ipv6.bindv6only. */
bool config_items_clash(const char *listen, const char *other);

#endif
