/* SPDX-License-Identifier: BSD-2-Clause */
/* All sources: the table of sources.def, with the reader of each.  Pure; portlight-networks. */
#ifndef PORTLIGHT_NETWORKS_SOURCES_H
#define PORTLIGHT_NETWORKS_SOURCES_H

#include "networks/source.h"

extern const struct source sources[];
extern const size_t sources_len;

/* NULL if there is none of that name. */
const struct source *sources_find(const char *name, size_t len);

#endif
