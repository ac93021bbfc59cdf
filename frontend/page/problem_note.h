/* SPDX-License-Identifier: BSD-2-Clause */
/* A problem, for people.  Pure but for malloc; the daemon. */
#ifndef PORTLIGHT_FRONTEND_PAGE_PROBLEM_NOTE_H
#define PORTLIGHT_FRONTEND_PAGE_PROBLEM_NOTE_H

#include "frontend/i18n/i18n.h"
#include "frontend/model/problem.h"
#include "frontend/model/strbuf.h"

/* Its title, its sentence in this language, and when to try again. */
void problem_note_append(struct strbuf *buf, enum language language, const struct problem *problem);

#endif
