/* SPDX-License-Identifier: BSD-2-Clause */
/* Ranges from their first address to their last.  Pure; portlight-networks. */
#ifndef PORTLIGHT_NETWORKS_RANGES_H
#define PORTLIGHT_NETWORKS_RANGES_H

#include "networks/source.h"

/* "first,last,..." in all its forms, told apart line by line.  first and last are
 * addresses (ip2asn's TSV, ip-location-db's CSV, Tor's geoip6) or numbers (Tor's geoip); behind
 * them stands a country, or an AS, perhaps a country, and a name. */
source_reader read_ranges;

#endif
