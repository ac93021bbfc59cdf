/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/http/connection_end.h"

const char *connection_end_name(enum connection_end why)
{
    static const char *const names[CONNECTION_END_COUNT] = {
        [CONNECTION_END_CLIENT] = "client-connections",
        [CONNECTION_END_NO_REQUEST] = "no-request",
        [CONNECTION_END_IDLE] = "idle",
        [CONNECTION_END_SLOW] = "slow-reader",
        [CONNECTION_END_OUTPUT] = "output",
    };

    return names[why];
}
