/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One inspection, in a process of its own that ends with it: reads and writes the connected
 * socket and the pipe for its result, and can do nothing else.  An edge; the inspector's
 * children.
 */
#ifndef PORTLIGHT_INSPECTOR_DAEMON_WORKER_H
#define PORTLIGHT_INSPECTOR_DAEMON_WORKER_H

#include "common/base/compiler.h"
#include "common/contract/inspect_wire.h"
#include "inspector/tls/handshake.h"

/* What the parent made once for all children. */
struct worker_setup {
    const struct trust *trust;
    const struct handshake_settings *settings;
    const char *helo; /* our host's name */
};

/* The question, and what the parent knows. */
struct worker_task {
    struct inspect_ask ask;
    enum survey_question question; /* of the survey; SURVEY_COUNT: what `ask` asks */
    uint64_t connected_ns, connect_ns, deadline_ns;
    int64_t now_s;
};

/* Moves the two descriptors to their places, closes all others, confines itself, inspects,
 * writes the encoded result to the pipe and ends the process. */
void worker_run(const struct worker_setup *setup, const struct worker_task *task, int socket,
                int pipe) NORETURN;

#endif
