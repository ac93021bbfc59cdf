/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A TLS handshake like a current client's, but one that old servers can also complete (RFC 8446,
 * RFC 5246): TLS 1.0 to 1.3, no anonymous suites, no client certificate.  The inspector: the parent
 * makes the settings once, a worker makes the handshake.
 */
#ifndef PORTLIGHT_INSPECTOR_TLS_HANDSHAKE_H
#define PORTLIGHT_INSPECTOR_TLS_HANDSHAKE_H

#include "common/contract/inspect_wire.h"
#include "inspector/io/stream.h"
#include "inspector/tls/trust.h"

struct handshake_settings;
struct handshake;

/* NULL after logging why, or if out of memory.  Reads no files, neither here nor later.  Never
 * freed.
 */
struct handshake_settings *handshake_settings_new(void);

/* The application protocols to offer (RFC 7301). */
enum handshake_alpn { ALPN_NONE, ALPN_WEB, ALPN_HTTP1 };

struct handshake_setup {
    const struct handshake_settings *settings;
    const struct trust *trust;
    const struct inspect_ask *ask;
    enum handshake_alpn alpn;
    struct writer *chain; /* receives the certificates as sent; NULL: not wanted */
};

/* Makes the handshake on the stream and fills *out: the negotiated parameters, the checked
 * certificates, or why it failed.  Returns the session, which handshake_end frees, or NULL if there
 * is none.  The stream must outlive it. */
struct handshake *handshake_make(const struct handshake_setup *setup, struct stream *stream,
                                 struct inspection *out);

/* Sends bytes through the session; false on failure. */
bool handshake_send(struct handshake *handshake, const void *data, size_t len);
/* Reads decrypted bytes; 0 at the end or after until_ns. */
size_t handshake_read(struct handshake *handshake, void *out, size_t len, uint64_t until_ns);
/* Sends the protocol's farewell `word` (may be empty) and close_notify in one flight, then frees
 * the session.  A server closes after the farewell, and would answer anything later with RST. */
void handshake_end(struct handshake *handshake, const char *word);

#endif
