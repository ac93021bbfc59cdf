/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/contract/beacon.h"

#include <string.h>

#include "common/net/endpoint.h"

enum { ENDPOINT_LEN = ADDR_TEXT_LEN + 9 /* [ ] : 65535 NUL */ };

const char *beacon_read(const char *text, struct beacon *out)
{
    static const char wrong[] =
        "must be ADDRESS:PORT or [ADDRESS]:PORT, a space, and open, closed or filtered";
    const char *blank = strchr(text, ' ');
    size_t len = blank != NULL ? (size_t)(blank - text) : 0;
    struct endpoint at;
    char where[ENDPOINT_LEN];

    memset(out, 0, sizeof(*out));
    if (len == 0 || len >= sizeof(where))
        return wrong;
    memcpy(where, text, len);
    where[len] = '\0';
    if (!endpoint_parse(where, &at) || !at.has_port || at.port == 0)
        return wrong;
    out->addr = at.addr;
    out->port = at.port;
    for (unsigned state = 0; state < STATE_COUNT; state++)
        if (state != STATE_UNKNOWN &&
            strcmp(blank + 1, verdict_state_name((enum verdict_state)state)) == 0) {
            out->state = (enum verdict_state)state;
            return NULL;
        }
    return wrong;
}
