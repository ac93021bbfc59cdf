/* SPDX-License-Identifier: BSD-2-Clause */
/* An address with a port, as people write it.  Pure; every program. */
#ifndef PORTLIGHT_COMMON_NET_ENDPOINT_H
#define PORTLIGHT_COMMON_NET_ENDPOINT_H

#include "common/net/addr.h"

/* A local socket's, instead: bytes of sun_path, without the NUL. */
enum { ENDPOINT_PATH_MAX = 107 };

struct endpoint {
    struct addr addr;
    uint16_t port;
    bool has_port;
};

/* Reads "192.0.2.1", "192.0.2.1:80", "2001:db8::1", "[2001:db8::1]" or "[2001:db8::1]:80", with a
 * literal as in addr.h and a port up to 65535 without leading zeros.  False for anything else; *out
 * is then undefined. */
bool endpoint_parse(const char *text, struct endpoint *out);

#endif
