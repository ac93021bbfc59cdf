/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The host as a client typed it: a strict address literal or a fully qualified
 * DNS name, nothing that any parser could read as something else.  Pure; the
 * daemon and the command line.  The only user of libidn2.
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

/* text is the canonical form: the literal as addr_format writes it, or the name
 * in lower-case A-labels (RFC 5890) without a trailing dot.  addr.family is
 * ADDR_NONE for a name.  Filled with HOSTNAME_SPECIAL_USE and HOSTNAME_NOT_FQDN, too: in a lab
 * they are names like others. */
struct hostname {
    struct addr addr;
    char text[HOSTNAME_MAX_LEN + 1];
};

/* Checks the form only; underscores count as letters (RFC 2181 section 11, and what people call
 * their machines).  policy.h decides whether an address may be probed.
 * text need not end in NUL and may hold any bytes. */
enum hostname_error hostname_parse(const char *text, size_t len, struct hostname *out);

/* The name as browsers read it (UTS 46, non-transitional): capitals of any script, fullwidth forms
 * and other full stops are mapped; international names become A-labels.  True if that changed
 * anything but ASCII capitals or a name to its A-labels; otherwise out is text.  It only maps;
 * hostname_parse judges what comes out. */
bool hostname_map(const char *text, char out[static HOSTNAME_INPUT_MAX_LEN + 1]);

/* The `code` of the API, "ambiguous-ipv4"; problem.h has the sentences. */
const char *hostname_error_code(enum hostname_error error);

#endif
