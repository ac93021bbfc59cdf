/* SPDX-License-Identifier: BSD-2-Clause */
/* Draws the certificates of an inspection, from the server's own to a root.  Pure; the daemon. */
#ifndef PORTLIGHT_FRONTEND_INSPECTION_CHAIN_H
#define PORTLIGHT_FRONTEND_INSPECTION_CHAIN_H

#include "common/contract/inspection.h"
#include "frontend/i18n/i18n.h"
#include "frontend/model/strbuf.h"

/* Appends one list item for each certificate in the order sent, and one for what was not sent but
 * matters: a missing or untrusted issuer below the certificate that it signed, or the root below
 * all.  A line connects a certificate with the next one if that signed it.  The certificate with
 * the error is marked.  Appends nothing without certificates. */
void chain_draw(struct strbuf *buf, enum language language, const struct inspection *inspection);

#endif
