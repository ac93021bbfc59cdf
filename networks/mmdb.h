/* SPDX-License-Identifier: BSD-2-Clause */
/* MaxMind's format.  An edge; portlight-networks. */
#ifndef PORTLIGHT_NETWORKS_MMDB_H
#define PORTLIGHT_NETWORKS_MMDB_H

#include "networks/source.h"

/* Any MMDB with an AS or a country in it. */
source_reader read_mmdb;

#endif
