/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checks the certificates that a server sent (RFC 5280, RFC 6125).  Fetches nothing: no issuers,
 * CRLs or OCSP responses.  The inspector's worker.
 */
#ifndef PORTLIGHT_INSPECTOR_TLS_CERTIFICATE_H
#define PORTLIGHT_INSPECTOR_TLS_CERTIFICATE_H

#include "common/contract/inspect_wire.h"
#include "inspector/tls/staple.h"
#include "inspector/tls/trust.h"

/* Fills the certificate fields of *out and adds problems.  now_s: the time for which to check,
 * seconds since 1970. */
void certificate_check(const struct certificate_sent *sent, const struct trust *trust,
                       const struct inspect_ask *ask, int64_t now_s, struct inspection *out);

/* Writes the chain as the server sent it, in the form that inspect_chain_next reads.  *out fails if
 * it lacks room. */
void certificate_write(const struct certificate_sent *sent, struct writer *out);

#endif
