/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Requests for ports where the client speaks first: the smallest one of the port's usual protocol
 * that gets an answer and changes nothing.  HTTP HEAD (RFC 9110 section 9.3.2), PostgreSQL
 * SSLRequest, RDP X.224, SQL Server PRELOGIN, LDAP StartTLS (starttls.h), Redis PING, a DNS query
 * for the root's NS records (RFC 1035 section 4.2.2), Minecraft status, SMB2 NEGOTIATE (MS-SMB2
 * section 2.2.3).  Pure; the inspector's worker.
 */
#ifndef PORTLIGHT_INSPECTOR_DIALOGUE_REQUEST_H
#define PORTLIGHT_INSPECTOR_DIALOGUE_REQUEST_H

#include "common/contract/inspect_wire.h"

enum { REQUEST_MAX_LEN = 1024, REQUEST_DNS_ID = 0x706c /* "pl" */ };

/* Writes the request for ask->port and returns its length in bytes; 0 if the server speaks first or
 * the port has no known protocol. */
size_t request_write(const struct inspect_ask *ask, uint8_t out[static REQUEST_MAX_LEN]);

/* What a client sends before it closes, for protocols that starttls_farewell lacks; "" for none. */
const char *request_farewell(uint16_t port);

#endif
