/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the system's files say of names: resolv.conf(5) and hosts(5), as texts.  Pure; the daemon
 * and the command line.
 */
#ifndef PORTLIGHT_FRONTEND_DNS_SYSTEM_H
#define PORTLIGHT_FRONTEND_DNS_SYSTEM_H

#include "frontend/dns/select.h"

enum { SYSTEM_SERVERS_LEN = 512, SYSTEM_FILE_MAX_LEN = 1 << 16 };

/* The addresses of the nameserver lines, with commas between; what is no literal is left out. */
void system_servers(const char *resolv_conf, char servers[static SYSTEM_SERVERS_LEN]);

/* The name's addresses of one family, in the order of the file and at most LOOKUP_ADDRS_MAX; false
 * if the file does not have the name at all.  Names are compared without regard to case. */
bool system_find_host(const char *hosts, const char *name, enum addr_family family,
                      struct lookup *lookup);

#endif
