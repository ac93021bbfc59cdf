/* SPDX-License-Identifier: BSD-2-Clause */
/* The answer of /host as JSON (GET /api/v1/host) and as lines of text.  Pure but for malloc; the
 * daemon and the command line.  Texts are the caller's to free, NULL without memory. */
#ifndef PORTLIGHT_FRONTEND_HOST_HOST_RENDER_H
#define PORTLIGHT_FRONTEND_HOST_HOST_RENDER_H

#include "frontend/host/host_answer.h"
#include "frontend/i18n/i18n.h"

char *host_write_json(const struct host_answer *answer);

/* "NAME<tab>VALUE" lines in English, for people and for cut(1). */
char *host_write_text(const struct host_answer *answer);

/* Whether the host leads to the visitor, in a sentence; NULL where nobody asks.  Of a name: what
 * people with dynamic DNS want to know. */
const char *host_match_text(enum host_match match, bool is_name);

#endif
