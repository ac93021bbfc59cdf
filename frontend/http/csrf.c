/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/http/csrf.h"

#include <string.h>
#include <strings.h>

#include "frontend/model/hostname.h"

static bool header_is(const struct exchange *exchange, const char *name, const char *value)
{
    const char *sent = exchange_header(exchange, name);

    return sent != NULL && strcmp(sent, value) == 0;
}

/* Does the URL's authority differ from the Host header? "null" does. */
static bool is_of_another_host(const struct exchange *exchange, const char *url)
{
    const char *host = exchange_header(exchange, "Host");
    const char *authority = strstr(url, "://");
    size_t len;

    if (authority == NULL || host == NULL)
        return true;
    authority += strlen("://");
    len = strcspn(authority, "/?#");
    return len != strlen(host) || strncasecmp(authority, host, len) != 0;
}

/* Browsers send Fetch Metadata only over HTTPS.  Without it, Origin shows whose page made the
 * request, or Referer if the request is no page load. */
static bool names_another_page(const struct exchange *exchange)
{
    const char *origin = exchange_header(exchange, "Origin");
    const char *referer = exchange_header(exchange, "Referer");
    const char *accept = exchange_header(exchange, "Accept");

    if (origin != NULL)
        return is_of_another_host(exchange, origin);
    return referer != NULL && (accept == NULL || strstr(accept, "text/html") == NULL) &&
           is_of_another_host(exchange, referer);
}

bool csrf_is_cross_site(const struct exchange *exchange)
{
    if (exchange_header(exchange, "Sec-Fetch-Site") == NULL)
        return names_another_page(exchange);
    if (header_is(exchange, "Sec-Fetch-Site", "same-origin") ||
        header_is(exchange, "Sec-Fetch-Site", "none"))
        return false;
    return !(header_is(exchange, "Sec-Fetch-Mode", "navigate") &&
             header_is(exchange, "Sec-Fetch-Dest", "document") &&
             header_is(exchange, "Sec-Fetch-User", "?1"));
}

/* Programs that pose as Mozilla send no Accept-Language. */
static bool is_browser(const struct exchange *exchange)
{
    const char *agent = exchange_header(exchange, "User-Agent");

    return agent != NULL && strstr(agent, "Mozilla/") != NULL &&
           exchange_header(exchange, "Accept-Language") != NULL;
}

bool csrf_is_unproven(const struct exchange *exchange)
{
    const char *origin = exchange_header(exchange, "Origin");
    const char *referer = exchange_header(exchange, "Referer");

    if (exchange_header(exchange, "Sec-Fetch-Site") != NULL || !is_browser(exchange))
        return false;
    if (origin != NULL)
        return is_of_another_host(exchange, origin);
    return referer == NULL || is_of_another_host(exchange, referer);
}

/* A Host header without its port, and an IPv6 literal without its brackets. */
static bool split_host(const char *host, char *name, size_t name_len)
{
    bool bracketed = host[0] == '[';
    size_t len = bracketed ? strcspn(++host, "]") : strcspn(host, ":");

    if (len >= name_len || (bracketed && host[len] != ']'))
        return false;
    memcpy(name, host, len);
    name[len] = '\0';
    return true;
}

bool csrf_knows_host(const struct exchange *exchange, const struct config_strings *names)
{
    const char *host = exchange_header(exchange, "Host");
    char name[HOSTNAME_MAX_LEN + 1];
    struct addr addr;

    if (names->count == 0 || host == NULL) /* HTTP/1.0 needs no Host; browsers always send it */
        return true;
    if (!split_host(host, name, sizeof(name)))
        return false;
    if (addr_parse(name, &addr) || strcasecmp(name, "localhost") == 0)
        return true;
    for (size_t i = 0; i < names->count; i++)
        if (strcasecmp(name, names->items[i]) == 0)
            return true;
    return false;
}
