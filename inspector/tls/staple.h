/* SPDX-License-Identifier: BSD-2-Clause */
/* Checks a stapled OCSP response (RFC 6960, RFC 6066 section 8).  The inspector's worker. */
#ifndef PORTLIGHT_INSPECTOR_TLS_STAPLE_H
#define PORTLIGHT_INSPECTOR_TLS_STAPLE_H

#include <openssl/x509.h>

#include "common/contract/inspection.h"

/* What the server sent: its certificates in order, its own first, and the OCSP response. */
struct certificate_sent {
    STACK_OF(X509) * chain;
    const unsigned char *staple;
    long staple_len; /* 0: none */
};

/* issuer: the leaf's, or NULL if unknown; then the response can't be verified. */
enum inspection_staple staple_check(const struct certificate_sent *sent, X509_STORE *roots,
                                    X509 *leaf, X509 *issuer);

#endif
