/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What to do for exactly this verdict: numbered steps with commands to copy, chosen by
 * disposition, actor, evidence and port.  The texts are steps.def and, in German, steps_de.def.
 * Pure but for malloc; the daemon.
 */
#ifndef PORTLIGHT_FRONTEND_PAGE_STEPS_H
#define PORTLIGHT_FRONTEND_PAGE_STEPS_H

#include "frontend/i18n/i18n.h"
#include "frontend/model/result.h"
#include "frontend/model/strbuf.h"

#define STEP(name, text, commands) STEP_##name,
enum step {
#include "frontend/page/steps.def"
    STEP_COUNT
};
#undef STEP

enum { STEPS_MAX = 8 };

/* The steps for the target's n-th port, in order; how many. */
unsigned steps_choose(const struct result_target *target, unsigned port_index,
                      enum step steps[static STEPS_MAX]);

/* Its text with places of fill.h.  Static. */
const char *steps_text(enum step step, enum language language);

/* The steps as a numbered list; nothing if there are none.  host is what was asked for. */
void steps_append(struct strbuf *buf, enum language language, const char *host,
                  const struct result_target *target, unsigned port_index);

#endif
