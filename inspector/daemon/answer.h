/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Does a program answer behind an accepted connection, in which protocol, and if it is a web
 * server, with which status?  An edge; the inspector's worker.
 */
#ifndef PORTLIGHT_INSPECTOR_DAEMON_ANSWER_H
#define PORTLIGHT_INSPECTOR_DAEMON_ANSWER_H

#include "inspector/io/stream.h"
#include "inspector/tls/handshake.h"

/* Waits for a greeting, or asks what request.h has for the port, where TLS is usual inside TLS;
 * fills *out.  setup->alpn and ->chain are not used. */
void answer_look(const struct handshake_setup *setup, struct stream *stream,
                 struct inspection *out);

#endif
