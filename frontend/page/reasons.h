/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * "Why we say so": how sure the verdict is, what was observed and what else may be behind it, in
 * the sentences of verdict.def; then the numbers.  Pure but for malloc; the daemon.
 */
#ifndef PORTLIGHT_FRONTEND_PAGE_REASONS_H
#define PORTLIGHT_FRONTEND_PAGE_REASONS_H

#include "common/contract/verdict.h"
#include "frontend/i18n/i18n.h"
#include "frontend/model/strbuf.h"

void reasons_append(struct strbuf *buf, enum language language, const struct verdict *verdict);

/* The sentence of a word, in English: verdict.def.  NULL behind the last. */
const char *reasons_reason_text(unsigned reason);
const char *reasons_evidence_text(unsigned evidence);
const char *reasons_explanation_text(unsigned explanation);

#endif
