/* SPDX-License-Identifier: BSD-2-Clause */
/* MaxMind's database format.  An edge: opens its file itself; portlight-networks. */
#ifndef PORTLIGHT_NETWORKS_MMDB_H
#define PORTLIGHT_NETWORKS_MMDB_H

#include "networks/source.h"

/* Reads any MMDB with AS numbers or countries. */
source_reader read_mmdb;

#endif
