/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What people paste into the host's field: a URL, "host:port", "[v6]:port", "user@host", a name
 * with blanks or invisible characters around it or capitals of any script.  Takes host and port
 * out, and keeps account of what it left out.  Judges nothing: hostname.h and request.h do.
 * Pure; the daemon's page (the API takes hosts as they are).
 */
#ifndef PORTLIGHT_FRONTEND_MODEL_PASTED_H
#define PORTLIGHT_FRONTEND_MODEL_PASTED_H

#include "frontend/model/hostname.h"
#include "frontend/model/problem.h"

/* What was left out or changed; bits of pasted.removed in this order. */
enum pasted_part {
    PASTED_BLANKS = 0, /* around it */
    PASTED_INVISIBLE,  /* zero width, soft hyphens, byte order marks */
    PASTED_QUOTES,     /* "", '', <> around it */
    PASTED_SCHEME,     /* https:// */
    PASTED_USER,       /* root@ */
    PASTED_PATH,       /* /path?query#fragment, and the length of a prefix */
    PASTED_BRACKETS,   /* around an IPv6 address */
    PASTED_FORMS,      /* capitals, fullwidth letters, other full stops */
    PASTED_COUNT
};

struct pasted {
    char host[HOSTNAME_INPUT_MAX_LEN + 1]; /* empty if nothing is left */
    uint32_t port;    /* of the text, of a known scheme, or 0; may be more than 65535 */
    unsigned removed; /* 1 << enum pasted_part */
};

/* text is what was typed, at most HOSTNAME_INPUT_MAX_LEN bytes of it. */
void pasted_read(const char *text, struct pasted *out);

/* "the scheme", to be translated. */
const char *pasted_part_text(enum pasted_part part);

/* Why hostname_parse finds this host invalid, as precisely as it can be told: CAUSE_HOST_INVALID
 * or a more special one. */
enum problem_cause pasted_mistake(const char *host);

#endif
