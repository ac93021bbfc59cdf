/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads lists of ranges with their first and last addresses.  Pure; portlight-networks. */
#ifndef PORTLIGHT_NETWORKS_RANGES_H
#define PORTLIGHT_NETWORKS_RANGES_H

#include "networks/source.h"

/* Lines of "first,last,...", in several forms that it recognises line by line.  first and last are
 * addresses (ip2asn's TSV, ip-location-db's CSV, Tor's geoip6) or numbers (Tor's geoip).  A country
 * follows, or an AS number, perhaps a country, and a name. */
source_reader read_ranges;

#endif
