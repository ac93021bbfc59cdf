/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The certificates that a server sent, and what is wrong with them (RFC 5280, RFC 6125): nothing
 * is fetched, neither issuers nor lists nor OCSP.  The inspector's worker.
 */
#ifndef PORTLIGHT_INSPECTOR_TLS_CERTIFICATE_H
#define PORTLIGHT_INSPECTOR_TLS_CERTIFICATE_H

#include "common/contract/inspect_wire.h"
#include "inspector/tls/staple.h"
#include "inspector/tls/trust.h"

/* Fills what *out says of the certificates and adds problems; now_s is the time to judge by. */
void certificate_judge(const struct certificate_sent *sent, const struct trust *trust,
                       const struct inspect_ask *ask, int64_t now_s, struct inspection *out);

/* The chain as it was sent, as inspect_chain_next reads it; *out fails if there is no room. */
void certificate_write(const struct certificate_sent *sent, struct writer *out);

#endif
