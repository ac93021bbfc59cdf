/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a client says first, on ports where servers wait for it: the smallest question that a
 * program of the port's usual protocol answers and that changes nothing.  HTTP's HEAD (RFC 9110
 * section 9.3.2), PostgreSQL's SSLRequest, RDP's X.224, SQL Server's PRELOGIN, LDAP's StartTLS
 * (starttls.h), Redis' PING, DNS for the root's name servers (RFC 1035 section 4.2.2), Minecraft's
 * status, SMB2's NEGOTIATE (MS-SMB2 section 2.2.3).  Pure; the inspector's worker.
 */
#ifndef PORTLIGHT_INSPECTOR_DIALOGUE_REQUEST_H
#define PORTLIGHT_INSPECTOR_DIALOGUE_REQUEST_H

#include "common/contract/inspect_wire.h"

enum { REQUEST_MAX_LEN = 1024, REQUEST_DNS_ID = 0x706c /* "pl" */ };

/* Its length; 0: the server speaks first, or nothing is known of the port. */
size_t request_write(const struct inspect_ask *ask, uint8_t out[static REQUEST_MAX_LEN]);

/* What the protocol has as a last word, beyond starttls_farewell; "" for none. */
const char *request_farewell(uint16_t port);

#endif
