/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who we are to an engine, and who may be one.  An edge; portlight-fleet, at start.  With
 * engine_link.h, the only user of OpenSSL.
 */
#ifndef PORTLIGHT_FLEET_BUS_TLS_H
#define PORTLIGHT_FLEET_BUS_TLS_H

#include "common/base/compiler.h"

struct ssl_ctx_st;

struct tls_files {
    const char *certificate, *key, *authority; /* PEM */
};

/*
 * TLS 1.3 with our certificate, for engines whose certificate the authority signed for a name that
 * ends in ".engine" and for servers: a place's own certificate makes no engine.  `name` is ours:
 * a certificate for another is refused here, where it can be said, and not by the engine.  NULL
 * after logging why.  The caller's to tls_free.
 */
NODISCARD struct ssl_ctx_st *tls_new(const struct tls_files *files, const char *name);
void tls_free(struct ssl_ctx_st *tls);

#endif
