/* SPDX-License-Identifier: BSD-2-Clause */
/* One blocking conversation with the prober.  An edge; the command line. */
#ifndef PORTLIGHT_FRONTEND_CLI_PROBER_CLIENT_H
#define PORTLIGHT_FRONTEND_CLI_PROBER_CLIENT_H

#include "common/contract/wire.h"
#include "frontend/model/result.h"

enum prober_client_status {
    PROBER_CLIENT_DONE = 0,
    PROBER_CLIENT_REFUSED,   /* *refused says why */
    PROBER_CLIENT_NO_PROBER, /* no prober at the socket, or it went away; see errno */
};

/* A prober that is silent this long after its own deadline is stuck. */
enum { PROBER_CLIENT_GRACE_MS = 1000 };

struct prober_client_options {
    uint16_t timeout_ms; /* 0: the prober's own */
    bool trace, packets;
    /* called as soon as a port has its verdict */
    void (*on_port)(void *context, const struct result *result, unsigned target, unsigned port);
    void *context;
};

/*
 * Checks every target of *result, whose verdicts hold only their ports, and fills in the
 * verdicts and their details, for result_free.
 */
enum prober_client_status prober_client_check(const char *socket_path,
                                              const struct prober_client_options *options,
                                              struct result *result, struct wire_refused *refused);

/* What portlight-fleet(8) says about the place that it offers at this socket.  False with errno if
 * nothing answers there. */
bool prober_client_place(const char *socket_path, struct wire_place *place);

#endif
