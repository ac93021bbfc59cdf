/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/http/proxy_log.h"

#include "common/base/clock.h"
#include "common/net/bogons.h"

#define TELL_NS (60 * NS_PER_S)

static bool is_due(uint64_t *told_ns, uint64_t now_ns)
{
    if (*told_ns != 0 && now_ns - *told_ns < TELL_NS)
        return false;
    *told_ns = now_ns;
    return true;
}

/* The peer's address as text; a Unix socket has none. */
static const char *name_of(const struct addr *peer, char text[static ADDR_TEXT_LEN])
{
    if (peer->family == ADDR_NONE)
        return "a Unix socket";
    addr_format(peer, text);
    return text;
}

void proxy_log_request(struct proxy_log *log, const struct proxy_log_request *request,
                       uint64_t now_ns)
{
    char text[ADDR_TEXT_LEN];
    const char *name = name_of(request->peer, text);

    if (request->is_proxy && !request->names_client && is_due(&log->hidden_ns, now_ns))
        log_warn(
            "http",
            "the proxy at %s sends no X-Forwarded-For: the limits count all its clients as one",
            name);
    if (!request->is_proxy && request->names_client &&
        bogon_kind_of(request->peer) == BOGON_NOT_PUBLIC && is_due(&log->unknown_ns, now_ns))
        log_warn("http",
                 "X-Forwarded-For from %s is not trusted; if that is your proxy, name it in "
                 "http.trusted-proxies",
                 name);
}

void proxy_log_refused(struct proxy_log *log, const struct addr *peer, const char *why,
                       uint64_t now_ns)
{
    char text[ADDR_TEXT_LEN];

    if (log_allows(&log->refused, now_ns))
        log_warn("http", "refused a request from the proxy at %s: %s", name_of(peer, text), why);
}
