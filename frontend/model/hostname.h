/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The host as a client typed it: a strict address literal or a fully qualified DNS name, with no
 * form that parsers read differently.  Pure; the daemon and the command line.  The only user of
 * libidn2.
 */
#ifndef PORTLIGHT_FRONTEND_MODEL_HOSTNAME_H
#define PORTLIGHT_FRONTEND_MODEL_HOSTNAME_H

#include "common/net/addr.h"

enum { HOSTNAME_INPUT_MAX_LEN = 1024, HOSTNAME_MAX_LEN = 253 };

enum hostname_error {
    HOSTNAME_OK = 0,
    HOSTNAME_INVALID,
    HOSTNAME_INVALID_IDNA,
    HOSTNAME_AMBIGUOUS_IPV4, /* 127.1, 0x7f.1, 010.8.8.8: parsers disagree */
    HOSTNAME_TOO_LONG,
    HOSTNAME_SPECIAL_USE, /* localhost, .internal, .onion, ...: never public */
    HOSTNAME_NOT_FQDN,
};

/* text is the canonical form: the literal as addr_format writes it, or the name in lower-case
 * A-labels (RFC 5890) without a trailing dot.  addr.family is ADDR_NONE for a name.  Also filled in
 * with HOSTNAME_SPECIAL_USE and HOSTNAME_NOT_FQDN, because a lab allows such names. */
struct hostname {
    struct addr addr;
    char text[HOSTNAME_MAX_LEN + 1];
};

/* Checks only the form; policy.h decides whether an address may be probed.  Underscores count as
 * letters: RFC 2181 section 11 allows them, and hosts have them. text need not end in NUL and may
 * hold any bytes. */
enum hostname_error hostname_parse(const char *text, size_t len, struct hostname *out);

/* Maps the name as browsers do (UTS 46, non-transitional): capitals of any script, fullwidth forms
 * and other full stops are mapped, and international names become A-labels.  Returns true if that
 * changed more than ASCII capitals or a name to its A-labels; otherwise out is a copy of text.  It
 * only maps; hostname_parse checks the result. */
bool hostname_map(const char *text, char out[static HOSTNAME_INPUT_MAX_LEN + 1]);

/* The API's `code`, such as "ambiguous-ipv4"; problem.h has the sentences. */
const char *hostname_error_code(enum hostname_error error);

#endif
