/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs one inspection in its own process, which can only read and write the connected socket and
 * write its result to the pipe.  An edge; the inspector's children.
 */
#ifndef PORTLIGHT_INSPECTOR_DAEMON_WORKER_H
#define PORTLIGHT_INSPECTOR_DAEMON_WORKER_H

#include "common/base/compiler.h"
#include "common/contract/inspect_wire.h"
#include "inspector/tls/handshake.h"

/* Made once by the parent, for all children. */
struct worker_setup {
    const struct trust *trust;
    const struct handshake_settings *settings;
    const char *helo; /* our host's name */
};

/* The request, and what the parent measured. */
struct worker_task {
    struct inspect_ask ask;
    enum survey_question question; /* of a survey; SURVEY_COUNT: the inspection itself */
    uint64_t connected_ns, connect_ns, deadline_ns;
    int64_t now_s;
};

/* Moves the two descriptors to WORKER_SOCKET and WORKER_PIPE, closes all others, confines the
 * process, inspects, writes the encoded result to the pipe and exits: 0, or 1 without a result. */
void worker_run(const struct worker_setup *setup, const struct worker_task *task, int socket,
                int pipe) NORETURN;

#endif
