/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/net/endpoint.h"

#include <stdlib.h>
#include <string.h>

static bool read_port(const char *text, uint16_t *port)
{
    size_t len = strspn(text, "0123456789");
    int number = atoi(text);

    *port = (uint16_t)number;
    return len > 0 && len <= 5 && text[len] == '\0' && number <= UINT16_MAX &&
           (text[0] != '0' || len == 1);
}

bool endpoint_parse(const char *text, struct endpoint *out)
{
    bool bracketed = text[0] == '[';
    const char *start = text + bracketed, *end = strchr(start, bracketed ? ']' : ':');
    char literal[ADDR_TEXT_LEN];

    *out = (struct endpoint){.has_port = false};
    if (addr_parse(text, &out->addr)) /* IPv6 has colons of its own */
        return true;
    if (end == NULL || (size_t)(end - start) >= sizeof(literal))
        return false;
    memcpy(literal, start, (size_t)(end - start));
    literal[end - start] = '\0';
    end += bracketed;
    out->has_port = *end == ':';
    return addr_parse(literal, &out->addr) && (out->addr.family == ADDR_IPV6) == bracketed &&
           (out->has_port ? read_port(end + 1, &out->port) : *end == '\0');
}
