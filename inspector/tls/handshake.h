/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One TLS handshake as today's clients make it, but with a mind to see what old servers do
 * (RFC 8446, RFC 5246): TLS 1.0 to 1.3, no anonymous suites, no certificate of ours.  The
 * inspector: the settings are made once by the parent, the handshake by a worker.
 */
#ifndef PORTLIGHT_INSPECTOR_TLS_HANDSHAKE_H
#define PORTLIGHT_INSPECTOR_TLS_HANDSHAKE_H

#include "common/contract/inspect_wire.h"
#include "inspector/io/stream.h"
#include "inspector/tls/trust.h"

struct handshake_settings;
struct handshake;

/* NULL after logging why.  Nothing is read from files, neither here nor later; they live as long as
 * the program. */
struct handshake_settings *handshake_settings_new(void);

/* What the other side is to know of application protocols (RFC 7301). */
enum handshake_alpn { ALPN_NONE, ALPN_WEB, ALPN_HTTP1 };

struct handshake_setup {
    const struct handshake_settings *settings;
    const struct trust *trust;
    const struct inspect_ask *ask;
    enum handshake_alpn alpn;
    struct writer *chain; /* gets the certificates as they were sent; NULL: not wanted */
};

/* Shakes hands on the stream and fills *out: what was agreed, the certificates judged, or why
 * it failed.  Returns the session for what follows inside it, or NULL when there is none;
 * handshake_end releases it. */
struct handshake *handshake_make(const struct handshake_setup *setup, struct stream *stream,
                                 struct inspection *out);

/* Sends bytes inside the session; false if it could not. */
bool handshake_send(struct handshake *handshake, const void *data, size_t len);
/* Reads from inside; 0 at the end or after until_ns. */
size_t handshake_read(struct handshake *handshake, void *out, size_t len, uint64_t until_ns);
/* Says the protocol's last word, which may be empty, and goodbye (close_notify), in one flight: who
 * has the word hangs up, and would answer more with a RST. */
void handshake_end(struct handshake *handshake, const char *word);

#endif
