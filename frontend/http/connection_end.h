/* SPDX-License-Identifier: BSD-2-Clause */
/* Why the server ends a connection that its client did not end.  Pure; the daemon. */
#ifndef PORTLIGHT_FRONTEND_HTTP_CONNECTION_END_H
#define PORTLIGHT_FRONTEND_HTTP_CONNECTION_END_H

enum connection_end {
    CONNECTION_END_CLIENT,     /* the client or its network had its share */
    CONNECTION_END_NO_REQUEST, /* none in time */
    CONNECTION_END_IDLE,       /* of all the longest, when others wanted in */
    CONNECTION_END_SLOW,       /* the answer was read too slowly */
    CONNECTION_END_OUTPUT,     /* too much output waited in all, and this the longest */
    CONNECTION_END_COUNT
};

/* "slow-reader", as metrics have it. */
const char *connection_end_name(enum connection_end why);

#endif
