/* SPDX-License-Identifier: BSD-2-Clause */
/* Names to addresses, blocking: ares.h with a poll loop of its own.  An edge; the command
 * line. */
#ifndef PORTLIGHT_FRONTEND_DNS_POLL_H
#define PORTLIGHT_FRONTEND_DNS_POLL_H

#include "common/daemon/config.h"
#include "frontend/dns/select.h"

/* The request's targets: its address, or what its name resolves to now, checked against the
 * policy and chosen as by select_addresses.  Returns false with *problem. */
bool dns_poll_targets(const struct request *request, const struct config *config,
                      struct selection *selection, struct problem *problem);

#endif
