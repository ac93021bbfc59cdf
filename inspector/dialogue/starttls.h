/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The plain-text dialogue before TLS: SMTP (RFC 3207), IMAP and POP3 (RFC 2595, 9051), FTP
 * (RFC 4217), PostgreSQL's SSLRequest, MySQL's SSL request packet, LDAP (RFC 4511 section 4.14),
 * RDP's X.224 negotiation, SQL Server's PRELOGIN (MS-TDS section 2.2.6.5).
 * Pure; the inspector's worker.  Reads at most 16 lines or 4 kB, and allows no bytes after the
 * server's go-ahead.
 */
#ifndef PORTLIGHT_INSPECTOR_DIALOGUE_STARTTLS_H
#define PORTLIGHT_INSPECTOR_DIALOGUE_STARTTLS_H

#include "common/contract/inspection.h"

enum { STARTTLS_IN_MAX_LEN = 4096, STARTTLS_LINES_MAX = 16, STARTTLS_OUT_MAX_LEN = 300 };

enum starttls_step {
    STARTTLS_MORE = 0,    /* read more and feed it */
    STARTTLS_SEND,        /* send `out`, then read more and feed it */
    STARTTLS_READY,       /* send `out` if it isn't empty, then begin TLS */
    STARTTLS_REFUSED,     /* the right protocol, but no TLS */
    STARTTLS_STRANGE,     /* not that protocol */
    STARTTLS_INJECTED,    /* bytes after the go-ahead */
    STARTTLS_TURNED_AWAY, /* the right protocol, but it refuses our address */
};

struct starttls_dialogue {
    enum starttls protocol;
    const char *helo; /* our name */
    unsigned phase, lines;
    bool offered;
    size_t in_len, out_len;
    uint8_t in[STARTTLS_IN_MAX_LEN], out[STARTTLS_OUT_MAX_LEN];
};

/* Initializes the dialogue.  STARTTLS_SEND if the client speaks first, STARTTLS_READY without a
 * dialogue (STARTTLS_NONE), otherwise STARTTLS_MORE.  helo must outlive it. */
enum starttls_step starttls_begin(struct starttls_dialogue *dialogue, enum starttls protocol,
                                  const char *helo);

/* Takes bytes from the server. */
enum starttls_step starttls_feed(struct starttls_dialogue *dialogue, const void *data, size_t len);

/* What a client sends before it closes, with or without TLS; "" if the protocol has nothing. */
const char *starttls_farewell(enum starttls protocol);

#endif
