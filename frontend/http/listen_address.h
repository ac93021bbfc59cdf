/* SPDX-License-Identifier: BSD-2-Clause */
/* Where to listen, as the configuration says it.  Pure; the daemon. */
#ifndef PORTLIGHT_FRONTEND_HTTP_LISTEN_ADDRESS_H
#define PORTLIGHT_FRONTEND_HTTP_LISTEN_ADDRESS_H

#include "common/net/addr.h"

/* Splits "ADDRESS:PORT" or "[ADDRESS]:PORT"; false for any other text. */
bool listen_address_split(const char *where, char address[static ADDR_TEXT_LEN], uint16_t *port);

#endif
