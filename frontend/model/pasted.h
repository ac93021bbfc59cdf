/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What people paste into the host field: a URL, "host:port", "[v6]:port", "user@host", a name with
 * blanks or invisible characters around it, or capitals of any script.  Extracts host and port,
 * and records what it left out.  Does not validate them; hostname.h and request.h do.  Pure; the
 * daemon and the command line.
 */
#ifndef PORTLIGHT_FRONTEND_MODEL_PASTED_H
#define PORTLIGHT_FRONTEND_MODEL_PASTED_H

#include "frontend/model/hostname.h"
#include "frontend/model/problem.h"

/* What was left out or changed; bit numbers of pasted.removed. */
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
    uint32_t port;                         /* given, or of a known scheme, or 0; may exceed 65535 */
    unsigned removed;                      /* 1 << enum pasted_part */
};

/* Reads at most HOSTNAME_INPUT_MAX_LEN bytes of text. */
void pasted_read(const char *text, struct pasted *out);

/* English words for a part, such as "the scheme", for tr(). */
const char *pasted_part_text(enum pasted_part part);

/* Why hostname_parse rejects this host: CAUSE_HOST_INVALID, or a more specific cause if there is
 * one. */
enum problem_cause pasted_mistake(const char *host);

#endif
