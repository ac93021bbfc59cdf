/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finds out whether a program answers on an open connection, in which protocol, and for a web
 * server with which status.  An edge; the inspector's worker.
 */
#ifndef PORTLIGHT_INSPECTOR_DAEMON_ANSWER_H
#define PORTLIGHT_INSPECTOR_DAEMON_ANSWER_H

#include "inspector/io/stream.h"
#include "inspector/tls/handshake.h"

/* Sends the port's request (request.h), inside TLS on ports that usually have it, or waits for a
 * greeting.  Fills *out.  Ignores setup->alpn and setup->chain. */
void answer_look(const struct handshake_setup *setup, struct stream *stream,
                 struct inspection *out);

#endif
