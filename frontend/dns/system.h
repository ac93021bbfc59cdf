/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Parses the system's files about names: resolv.conf(5) and hosts(5), given as texts.  Pure; the
 * daemon and the command line.
 */
#ifndef PORTLIGHT_FRONTEND_DNS_SYSTEM_H
#define PORTLIGHT_FRONTEND_DNS_SYSTEM_H

#include "frontend/dns/select.h"

enum { SYSTEM_SERVERS_LEN = 512, SYSTEM_FILE_MAX_LEN = 1 << 16 };

/* Writes the addresses of the nameserver lines, separated by commas.  Skips what is no address
 * literal. */
void system_servers(const char *resolv_conf, char servers[static SYSTEM_SERVERS_LEN]);

/* Finds the name's addresses of one family, in the order of the file, at most LOOKUP_ADDRS_MAX.
 * Returns false if the file does not have the name.  Ignores case. */
bool system_find_host(const char *hosts, const char *name, enum addr_family family,
                      struct lookup *lookup);

#endif
