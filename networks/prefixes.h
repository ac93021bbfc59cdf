/* SPDX-License-Identifier: BSD-2-Clause */
/* A prefix a line.  Pure; portlight-networks. */
#ifndef PORTLIGHT_NETWORKS_PREFIXES_H
#define PORTLIGHT_NETWORKS_PREFIXES_H

#include "networks/source.h"

/* The prefix alone; the same with country, region and city (RFC 8805). */
source_reader read_prefixes, read_geofeed;

#endif
