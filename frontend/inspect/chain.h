/* SPDX-License-Identifier: BSD-2-Clause */
/* The certificates of an inspection, drawn from the server's own to a root.  Pure; the daemon. */
#ifndef PORTLIGHT_FRONTEND_INSPECT_CHAIN_H
#define PORTLIGHT_FRONTEND_INSPECT_CHAIN_H

#include "common/contract/inspection.h"
#include "frontend/i18n/i18n.h"
#include "frontend/model/strbuf.h"

/* Appends one list item for each certificate as it was sent, and one for what was not sent but
 * matters: an issuer that is missing or not trusted behind the certificate that it signed, the root
 * behind all.  A line leads from a certificate to the next if that signed it, and the certificate
 * that an error is about says so.  Nothing without certificates. */
void chain_draw(struct strbuf *buf, enum language language, const struct inspection *inspection);

#endif
