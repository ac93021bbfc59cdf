/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Networks in words: a line under each answer, what a CDN in front means, what to look at in this
 * provider's console.  Pure; the daemon and the command line.
 */
#ifndef PORTLIGHT_FRONTEND_RENDER_NETWORK_WORDS_H
#define PORTLIGHT_FRONTEND_RENDER_NETWORK_WORDS_H

#include "frontend/i18n/i18n.h"
#include "frontend/model/result.h"

#define NETWORK_BEHIND_CDN "behind-cdn"

enum { NETWORK_LINE_LEN = 512, NETWORK_SENTENCE_LEN = 768 };

/* "203.0.113.7: Hetzner Online GmbH (AS24940), 203.0.113.0/24, DE; data of 2026-11-20".  False, and
 * text empty, where nothing is known. */
bool network_words_line(enum language language, const struct addr *addr,
                        const struct network *network, char text[static NETWORK_LINE_LEN]);

/* "example.net points at Cloudflare: ...", for what was asked about all of it.  False where no
 * address is a CDN's. */
bool network_words_behind_cdn(enum language language, const struct result *result,
                              char text[static NETWORK_SENTENCE_LEN]);

/* The same without ports that were asked for: host at provider. */
void network_words_points_at(enum language language, const char *host,
                             const struct network *network, char text[static NETWORK_SENTENCE_LEN]);

enum { NETWORK_ADVICE_MAX = 3 };

/* What the verdict means at this provider or line, and what to look at there: how many sentences,
 * none where there is nothing that the verdict does not say itself.  English, to be translated;
 * static. */
unsigned network_words_advice(const struct network *network, const struct verdict *verdict,
                              const char *texts[static NETWORK_ADVICE_MAX]);

/* Is that all there is to advise?  What the verdict itself suggests is for the machine at the
 * address, which a CDN's edge is not: nobody's firewall there is yours. */
bool network_words_is_all(const struct network *network, const struct verdict *verdict);

/* "list", "asn", "cname"; NULL for NETWORK_ORIGIN_NONE. */
const char *network_words_origin(enum network_origin origin);

#endif
