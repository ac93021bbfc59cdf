/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who we are to an engine, and who may be one.  An edge; portlight-fleet, at start and when it is
 * told to read its certificate again.  With engine_link.h and enrol.h, the only user of
 * OpenSSL in it.
 */
#ifndef PORTLIGHT_FLEET_BUS_TLS_H
#define PORTLIGHT_FLEET_BUS_TLS_H

#include "common/base/compiler.h"

struct ssl_ctx_st;

enum tls_file { TLS_CERTIFICATE, TLS_KEY, TLS_AUTHORITY, TLS_REVOKED, TLS_FILES };

/* PEM.  Each file is opened in its directory, which stays open: the sandbox leaves no other. */
struct tls_files {
    const char *paths[TLS_FILES]; /* absolute; that of TLS_REVOKED may be NULL: none is */
    int directories[TLS_FILES];   /* or -1 */
};

/* Opens the directories of the paths; one that can't be opened is told when its file is read. */
void tls_files_open(struct tls_files *files);

/*
 * TLS 1.3 with our certificate, for engines whose certificate the authority signed for a name that
 * ends in ".engine" and for servers, and did not revoke: a place's own certificate makes no engine.
 * `name` is ours: a certificate for another is refused here, where it can be said, and not by the
 * engine.  NULL after logging why.  The caller's to tls_free; connections keep what they have.
 */
NODISCARD struct ssl_ctx_st *tls_new(const struct tls_files *files, const char *name);
void tls_free(struct ssl_ctx_st *tls);

#endif
