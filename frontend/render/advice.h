/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A verdict in plain words: what it means and what to do next.  The texts stand
 * in one table, keyed by what they depend on.  Pure; daemon and command line.
 */
#ifndef PORTLIGHT_FRONTEND_RENDER_ADVICE_H
#define PORTLIGHT_FRONTEND_RENDER_ADVICE_H

#include "common/contract/verdict.h"
#include "frontend/i18n/i18n.h"

enum { ADVICE_TEXT_LEN = 400 };

/* "Open: a program on 203.0.113.7 accepted the connection."  Leads with the
 * diagnosis, names the port's address and, where it is another, the responder. */
void advice_summary(enum language language, const struct verdict *verdict,
                    const struct addr *target, char text[static ADVICE_TEXT_LEN]);

/* What to do next, in English, or NULL when there is nothing to do.  Static. */
const char *advice_next_step(const struct verdict *verdict);

#endif
