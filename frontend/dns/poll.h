/* SPDX-License-Identifier: BSD-2-Clause */
/* Names to addresses, blocking: ares.h with a poll loop of its own.  An edge; the command
 * line. */
#ifndef PORTLIGHT_FRONTEND_DNS_POLL_H
#define PORTLIGHT_FRONTEND_DNS_POLL_H

#include "common/config/config.h"
#include "frontend/dns/inquiry.h"

/* The request's targets: its address, or what its name resolves to now, checked against the
 * policy and chosen as by select_addresses.  Returns false with *problem. */
bool dns_poll_targets(const struct request *request, const struct config *config,
                      struct selection *selection, struct problem *problem);

/* All addresses of the request's name, as the name servers have them: nothing is judged.  Returns
 * false with *problem. */
bool dns_poll_lookups(const struct request *request, const struct config *config,
                      struct lookups *lookups, struct problem *problem);

/* What else there is to know (inquiry.h), as far as it comes within resolver.timeout-ms; nothing
 * where names can't be looked up here. */
void dns_poll_inquiry(const char *name, const struct addr *addrs, unsigned addr_count,
                      const struct config *config, struct inquiry_facts *facts);

#endif
