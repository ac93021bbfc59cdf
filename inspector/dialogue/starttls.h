/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is said in clear before TLS: SMTP (RFC 3207), IMAP and POP3 (RFC 2595, 9051), FTP
 * (RFC 4217), PostgreSQL's SSLRequest, MySQL's, LDAP (RFC 4511 section 4.14), RDP's X.224,
 * SQL Server's PRELOGIN (MS-TDS section 2.2.6.5).
 * Pure; the inspector's worker.  Up to 16 lines or 4 kB, and nothing behind the go-ahead.
 */
#ifndef PORTLIGHT_INSPECTOR_DIALOGUE_STARTTLS_H
#define PORTLIGHT_INSPECTOR_DIALOGUE_STARTTLS_H

#include "common/contract/inspection.h"

enum { STARTTLS_IN_MAX_LEN = 4096, STARTTLS_LINES_MAX = 16, STARTTLS_OUT_MAX_LEN = 300 };

enum starttls_step {
    STARTTLS_MORE = 0,    /* feed it what comes next */
    STARTTLS_SEND,        /* send `out`, then feed it what comes */
    STARTTLS_READY,       /* TLS begins, behind `out` if it is not empty */
    STARTTLS_REFUSED,     /* the right protocol, but no TLS */
    STARTTLS_STRANGE,     /* not that protocol */
    STARTTLS_INJECTED,    /* bytes behind the go-ahead */
    STARTTLS_TURNED_AWAY, /* the right protocol, but not for our address */
};

struct starttls_dialogue {
    enum starttls protocol;
    const char *helo; /* our name */
    unsigned phase, lines;
    bool offered;
    size_t in_len, out_len;
    uint8_t in[STARTTLS_IN_MAX_LEN], out[STARTTLS_OUT_MAX_LEN];
};

/* STARTTLS_SEND where the client speaks first, else STARTTLS_MORE.  helo must outlive it. */
enum starttls_step starttls_begin(struct starttls_dialogue *dialogue, enum starttls protocol,
                                  const char *helo);

enum starttls_step starttls_feed(struct starttls_dialogue *dialogue, const void *data, size_t len);

/* The polite last word of the protocol, inside TLS or without; empty where it has none. */
const char *starttls_farewell(enum starttls protocol);

#endif
