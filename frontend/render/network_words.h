/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Networks in words: a line under each answer, what a CDN in front means, where to look in the
 * provider's console.  Pure; the daemon and the command line.
 */
#ifndef PORTLIGHT_FRONTEND_RENDER_NETWORK_WORDS_H
#define PORTLIGHT_FRONTEND_RENDER_NETWORK_WORDS_H

#include "frontend/i18n/i18n.h"
#include "frontend/model/result.h"

#define NETWORK_BEHIND_CDN "behind-cdn"

enum { NETWORK_LINE_LEN = 512, NETWORK_SENTENCE_LEN = 768 };

/* "203.0.113.7: Hetzner Online GmbH (AS24940), 203.0.113.0/24, DE; data of 2026-11-20".  Returns
 * false and an empty text if nothing is known. */
bool network_words_line(enum language language, const struct addr *addr,
                        const struct network *network, char text[static NETWORK_LINE_LEN]);

/* "example.net points to Cloudflare: ...", for the whole result.  False if no address is a
 * CDN's. */
bool network_words_behind_cdn(enum language language, const struct result *result,
                              char text[static NETWORK_SENTENCE_LEN]);

/* The same without requested ports: host points to this network. */
void network_words_points_at(enum language language, const char *host,
                             const struct network *network, char text[static NETWORK_SENTENCE_LEN]);

enum { NETWORK_ADVICE_MAX = 3 };

/* What the verdict means at this provider or on this kind of line, and where to look.  Returns the
 * number of texts; 0 if there is nothing to add to the verdict.  English, for tr(); static. */
unsigned network_words_advice(const struct network *network, const struct verdict *verdict,
                              const char *texts[static NETWORK_ADVICE_MAX]);

/* Does that replace the verdict's own advice?  The verdict's advice concerns the machine at the
 * address, and the client has no control over a CDN's edge. */
bool network_words_is_all(const struct network *network, const struct verdict *verdict);

/* "list", "asn", "cname"; NULL for NETWORK_ORIGIN_NONE. */
const char *network_words_origin(enum network_origin origin);

#endif
