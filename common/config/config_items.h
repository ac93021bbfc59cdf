/* SPDX-License-Identifier: BSD-2-Clause */
/* What may stand in the lists of portlight.conf(5) that have texts.  Pure; all programs. */
#ifndef PORTLIGHT_COMMON_CONFIG_CONFIG_ITEMS_H
#define PORTLIGHT_COMMON_CONFIG_CONFIG_ITEMS_H

#include <stdbool.h>
#include <stddef.h>

/* Why the text can't be item number `index` of the key's list, or NULL if it can. */
const char *config_item_mistake(const char *section, const char *key, const char *text,
                                size_t index);

/* The path of a place "unix:PATH" of http.listen; NULL if it is none. */
const char *config_item_local_path(const char *listen);

/* Can only one of these two places of http.listen be listened on?  Of "[::]" and IPv4 the system
 * decides (net.ipv6.bindv6only). */
bool config_items_clash(const char *listen, const char *other);

#endif
