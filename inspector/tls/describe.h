/* SPDX-License-Identifier: BSD-2-Clause */
/* What a certificate says, in words and numbers.  The inspector's worker. */
#ifndef PORTLIGHT_INSPECTOR_TLS_DESCRIBE_H
#define PORTLIGHT_INSPECTOR_TLS_DESCRIBE_H

#include <openssl/x509.h>

#include "common/contract/inspection.h"

/* Seconds since 1970; 0 for what is no time. */
int64_t describe_time(const ASN1_TIME *time);

/* As RFC 4514 writes names. */
void describe_name(const X509_NAME *name, char out[static INSPECTION_TEXT_MAX_LEN + 1]);

void describe_certificate(X509 *certificate, struct inspection_certificate *out);

/* Names, key, serial number and signature of the server's own. */
void describe_leaf(X509 *leaf, struct inspection *out);

#endif
