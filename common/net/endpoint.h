/* SPDX-License-Identifier: BSD-2-Clause */
/* An address with a port as people write it.  Pure; all programs. */
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

/* Reads "192.0.2.1", "192.0.2.1:80", "2001:db8::1", "[2001:db8::1]" or "[2001:db8::1]:80":
 * literals of addr.h, a port of digits up to 65535 without leading zeros.  False, with *out
 * spoilt, for anything else. */
bool endpoint_parse(const char *text, struct endpoint *out);

#endif
