/* SPDX-License-Identifier: BSD-2-Clause */
/* Why the server, and not the client, ended a connection.  Pure; the daemon. */
#ifndef PORTLIGHT_FRONTEND_HTTP_CONNECTION_END_H
#define PORTLIGHT_FRONTEND_HTTP_CONNECTION_END_H

enum connection_end {
    CONNECTION_END_CLIENT,     /* the client or its network holds too many */
    CONNECTION_END_NO_REQUEST, /* no complete request in time */
    CONNECTION_END_IDLE,       /* idle the longest when new clients were waiting */
    CONNECTION_END_SLOW,       /* the client reads the answer too slowly */
    CONNECTION_END_OUTPUT,     /* too much output was waiting in total, and this waited longest */
    CONNECTION_END_COUNT
};

/* The metric's label for it, such as "slow-reader". */
const char *connection_end_name(enum connection_end why);

#endif
