/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A beacon: a port whose true state the operator knows, so that places can be tested with it
 * (portlight.conf(5), fleet.beacons).  Pure; portlight-fleet.
 */
#ifndef PORTLIGHT_COMMON_CONTRACT_BEACON_H
#define PORTLIGHT_COMMON_CONTRACT_BEACON_H

#include "common/contract/verdict.h"
#include "common/net/addr.h"

struct beacon {
    struct addr addr;
    uint16_t port;
    enum verdict_state state; /* open, closed or filtered */
};

/* Reads "192.0.2.9:443 open" or "[2001:db8::9]:22 closed".  Returns NULL, or what is wrong: a
 * clause to print after the text. */
const char *beacon_read(const char *text, struct beacon *out);

#endif
