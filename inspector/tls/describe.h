/* SPDX-License-Identifier: BSD-2-Clause */
/* Copies a certificate's fields into the inspection's plain types.  The inspector's worker. */
#ifndef PORTLIGHT_INSPECTOR_TLS_DESCRIBE_H
#define PORTLIGHT_INSPECTOR_TLS_DESCRIBE_H

#include <openssl/x509.h>

#include "common/contract/inspection.h"

/* Seconds since 1970; 0 if it is not a valid time. */
int64_t describe_time(const ASN1_TIME *time);

/* Writes the name in the form of RFC 4514. */
void describe_name(const X509_NAME *name, char out[static INSPECTION_TEXT_MAX_LEN + 1]);

void describe_certificate(X509 *certificate, struct inspection_certificate *out);

/* Fills names, key, serial number and signature algorithm of the server's certificate. */
void describe_leaf(X509 *leaf, struct inspection *out);

#endif
