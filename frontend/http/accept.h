/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a client prefers: the lists of Accept, Accept-Encoding and Accept-Language with
 * their weights (RFC 9110 section 12.4.2).  An element whose weight can't be read is
 * ignored.  Headers are the lines of that name joined with commas, or NULL.  Pure; the
 * daemon.
 */
#ifndef PORTLIGHT_FRONTEND_HTTP_ACCEPT_H
#define PORTLIGHT_FRONTEND_HTTP_ACCEPT_H

#include <stdbool.h>

/* The index of the offer that the client likes best: by weight, then by place in the
 * header, then by place among the offers.  0 if it accepts none, or does not say.
 *
 * media: offers such as "text/plain" (section 12.5.1); the most specific range counts.
 * language: offers such as "de" (section 12.5.4); a range such as "de-AT" means "de", too
 * (RFC 4647 section 3.4). */
unsigned accept_media(const char *header, const char *const offers[], unsigned count);
unsigned accept_language(const char *header, const char *const offers[], unsigned count);

/* May the content be coded like this (section 12.5.3), and is it liked no less than the
 * plain one? */
bool accept_coding(const char *header, const char *coding);

#endif
