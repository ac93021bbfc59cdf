/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/http/listen_address.h"

#include <stdlib.h>
#include <string.h>

bool listen_address_split(const char *where, char address[static ADDR_TEXT_LEN], uint16_t *port)
{
    const char *colon = strrchr(where, ':');
    bool bracketed = where[0] == '[';
    struct addr addr;
    char *end;
    unsigned long number;
    size_t len;

    if (colon == NULL || (bracketed && (colon == where || colon[-1] != ']')))
        return false;
    len = (size_t)(colon - where) - (bracketed ? 2 : 0);
    if (len >= ADDR_TEXT_LEN)
        return false;
    memcpy(address, where + bracketed, len);
    address[len] = '\0';
    number = strtoul(colon + 1, &end, 10);
    *port = (uint16_t)number;
    return *end == '\0' && colon[1] >= '0' && colon[1] <= '9' && number <= UINT16_MAX &&
           addr_parse(address, &addr) && (addr.family == ADDR_IPV6) == bracketed;
}
