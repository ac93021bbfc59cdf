/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * TLS to the engines: our client certificate, and which server certificates we accept.  An edge;
 * portlight-fleet, at start and on SIGHUP.
 */
#ifndef PORTLIGHT_FLEET_BUS_TLS_H
#define PORTLIGHT_FLEET_BUS_TLS_H

#include "common/base/compiler.h"

struct ssl_ctx_st;

enum tls_file { TLS_CERTIFICATE, TLS_KEY, TLS_AUTHORITY, TLS_REVOKED, TLS_FILES };

/* PEM files.  Each file's directory stays open, because inside the sandbox files can be opened in
 * these directories only. */
struct tls_files {
    const char *paths[TLS_FILES]; /* absolute; paths[TLS_REVOKED] may be NULL: no revocation list */
    int directories[TLS_FILES];   /* or -1 */
};

/* Opens the directory of each path.  A failure shows when tls_new reads the file. */
void tls_files_open(struct tls_files *files);

/*
 * TLS 1.3 with our certificate.  An engine's certificate must be signed by the authority, not be
 * revoked, be for servers and have a DNS name that ends in ".engine", so a place can't pose as an
 * engine.  Our own certificate must be for the DNS name `name`: checking it here gives a clearer
 * error than the engine would.  NULL after logging why.  Free with tls_free; open connections keep
 * a reference of their own.
 */
NODISCARD struct ssl_ctx_st *tls_new(const struct tls_files *files, const char *name);
void tls_free(struct ssl_ctx_st *tls);

#endif
