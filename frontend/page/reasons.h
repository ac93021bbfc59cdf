/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * "Why we say so": how sure the verdict is, what was observed and what may explain it, in the
 * sentences of verdict.def, and then the numbers.  Pure but for malloc; the daemon.
 */
#ifndef PORTLIGHT_FRONTEND_PAGE_REASONS_H
#define PORTLIGHT_FRONTEND_PAGE_REASONS_H

#include "common/contract/verdict.h"
#include "frontend/i18n/i18n.h"
#include "frontend/model/strbuf.h"

void reasons_append(struct strbuf *buf, enum language language, const struct verdict *verdict);

/* The English sentence of a word of verdict.def; NULL beyond the last. */
const char *reasons_reason_text(unsigned reason);
const char *reasons_evidence_text(unsigned evidence);
const char *reasons_explanation_text(unsigned explanation);

#endif
