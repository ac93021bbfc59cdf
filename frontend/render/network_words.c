/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/render/network_words.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "common/base/compiler.h"
#include "frontend/model/utc.h"

static const char edge_open[] =
    "This is the CDN's edge, which accepts connections for all its customers: that says nothing "
    "about your own server. Test your server's own address.";
static const char edge_other[] =
    "This is the CDN's edge, which forwards only some ports: what it does with this one says "
    "nothing about your server. Test your server's own address, or take the name out of the proxy "
    "(“DNS only”).";
static const char edge_shut[] =
    "This is the CDN's edge, not your server: test your server's own address.";
static const char access_line[] =
    "This is the address of an access line: the router there must forward the port to your "
    "machine. If the provider shares the address among customers (CGNAT), no port forward helps: "
    "compare it with the one that the router shows.";
static const char mobile_line[] = "This is an address of a mobile network. Such networks usually "
                                  "share an address among customers (CGNAT) and let no connections "
                                  "in. Use IPv6 or a relay, or ask for an address of your own.";
static const char hairpin[] =
    "From inside your own network the same address may fail, or show the router, although it works "
    "from outside: many routers don't support such connections (NAT loopback). Inside, use the "
    "machine's own address.";

const char *network_words_origin(enum network_origin origin)
{
    static const char *const names[NETWORK_ORIGIN_COUNT] = {NULL, "list", "asn", "cname"};

    return names[origin];
}

/* A text of limited size; what does not fit is cut off. */
struct words_line {
    char *text;
    size_t len, room;
};

static void PRINTF_LIKE(2, 3) add(struct words_line *line, const char *format, ...)
{
    va_list arguments;
    int len;

    va_start(arguments, format);
    len = vsnprintf(line->text + line->len, line->room - line->len, format, arguments);
    va_end(arguments);
    if (len > 0)
        line->len +=
            (size_t)len < line->room - line->len ? (size_t)len : line->room - line->len - 1;
}

bool network_words_line(enum language l, const struct addr *addr, const struct network *network,
                        char text[static NETWORK_LINE_LEN])
{
    struct words_line line = {text, 0, NETWORK_LINE_LEN};
    const char *name = network_shown_name(network);
    char address[ADDR_TEXT_LEN], date[UTC_DATE_LEN], prefix[PREFIX_TEXT_LEN];
    size_t empty;

    text[0] = '\0';
    addr_format(addr, address);
    add(&line, "%s: ", address);
    empty = line.len;
    if (name[0] != '\0' && network->origin == NETWORK_ORIGIN_ASN)
        add(&line, "%s%s", tr(l, "probably "), name);
    else if (name[0] != '\0')
        add(&line, "%s", name);
    if (network->region[0] != '\0')
        add(&line, "%s%s", line.len > empty ? ", " : "", network->region);
    if (network->asn != 0)
        add(&line, "%s(AS%" PRIu32 ")", line.len > empty ? " " : "", network->asn);
    prefix_format(&network->prefix, prefix);
    if (network->prefix.bits > 0 && line.len > empty)
        add(&line, ", %s", prefix);
    if (network->country[0] != '\0')
        add(&line, "%s%s", line.len > empty ? ", " : "", network->country);
    if (line.len == empty) {
        text[0] = '\0';
        return false;
    }
    if (network->is_visitor == NETWORK_VISITOR_YES)
        add(&line, "; %s", tr(l, "your own address"));
    utc_write_date((int64_t)network->as_of_s, date);
    if (network->as_of_s > 0)
        add(&line, "; %s %s", tr(l, "data of"), date);
    return true;
}

static bool is_literal(const char *host)
{
    struct addr addr;

    return addr_parse(host, &addr);
}

/* "80, 443, 8080 and 8443": the ports that it forwards and the allowlist has; all that it forwards
 * if the allowlist is lifted. */
static void add_ports(struct words_line *line, enum language l, const struct provider *provider)
{
    static const uint16_t usual[] = {80, 443, 8080, 8443};
    const char *before = "";
    unsigned left = 0;

    for (unsigned i = 0; i < ARRAY_LEN(usual); i++)
        left += provider_forwards(provider, usual[i]);
    for (unsigned i = 0; i < ARRAY_LEN(usual); i++) {
        if (!provider_forwards(provider, usual[i]))
            continue;
        add(line, "%s%u", before, usual[i]);
        left--;
        before = left == 1 ? tr(l, " and ") : ", ";
    }
}

/* Adds the requested ports that its proxies don't forward. */
static void add_missing(struct words_line *line, enum language l, const struct provider *provider,
                        const struct result_target *target)
{
    const char *before = "";

    for (unsigned i = 0; i < target->port_count; i++) {
        uint16_t port = target->verdicts[i].port;
        if (provider_forwards(provider, port))
            continue;
        if (before[0] == '\0')
            add(line, " %s ", tr(l, "Of the ports you asked about, it never forwards:"));
        add(line, "%s%u", before, port);
        before = ", ";
    }
    if (before[0] != '\0')
        add(line, ".");
}

static void add_points_at(struct words_line *line, enum language l, const char *host,
                          const struct network *network)
{
    const struct provider *provider = network_provider(network);

    add(line, "%s %s %s. ", host, tr(l, is_literal(host) ? "belongs to the edge of" : "points to"),
        network_shown_name(network));
    add(line, "%s ", tr(l, "What answers there is the CDN's edge, not your server."));
    if (provider == NULL || provider->ports[0] == 0) {
        add(line, "%s", tr(l, "It forwards web ports only."));
    } else {
        add(line, "%s ", tr(l, "It forwards only the ports"));
        add_ports(line, l, provider);
        add(line, ".");
    }
}

static void add_instead(struct words_line *line, enum language l)
{
    add(line, " %s",
        tr(l, "To check your own server, enter its own address, or a name that leads straight to "
              "it."));
}

void network_words_points_at(enum language l, const char *host, const struct network *network,
                             char text[static NETWORK_SENTENCE_LEN])
{
    struct words_line line = {text, 0, NETWORK_SENTENCE_LEN};

    add_points_at(&line, l, host, network);
    add_instead(&line, l);
}

bool network_words_behind_cdn(enum language l, const struct result *result,
                              char text[static NETWORK_SENTENCE_LEN])
{
    const struct result_target *edge = result_edge(result);
    struct words_line line = {text, 0, NETWORK_SENTENCE_LEN};
    const struct provider *provider;

    text[0] = '\0';
    if (edge == NULL)
        return false;
    provider = network_provider(&edge->network);
    add_points_at(&line, l, result->host, &edge->network);
    if (provider != NULL)
        add_missing(&line, l, provider, edge);
    add_instead(&line, l);
    return true;
}

/* --- advice by provider and verdict ------------------------------------------------------------
 */

static bool is_mail(uint16_t port)
{
    return port == 25 || port == 465 || port == 587;
}

/* Is this a silent drop, as by a cloud's filter?  Rejections come from the machine itself. */
static bool is_silent_drop(const struct verdict *verdict)
{
    return verdict->state == STATE_FILTERED && verdict->reason == REASON_NO_RESPONSE;
}

static bool is_own_reject(const struct verdict *verdict)
{
    return verdict->state == STATE_FILTERED && verdict->disposition == DISPOSITION_REJECT &&
           (verdict->evidence >> EVIDENCE_RESPONDER_IS_TARGET & 1) != 0;
}

/* As far as we know, does the answer come from the machine itself, and not from a device before or
 * behind it? */
static bool is_own_answer(const struct verdict *verdict)
{
    return is_own_reject(verdict) ||
           (verdict->state == STATE_CLOSED &&
            (verdict->actor == ACTOR_HOST || verdict->actor == ACTOR_HOST_FIREWALL));
}

/* The collected texts. */
struct advice_list {
    const char **texts;
    unsigned count;
};

static void advise(struct advice_list *list, const char *text)
{
    if (text != NULL && list->count < NETWORK_ADVICE_MAX)
        list->texts[list->count++] = text;
}

static void advise_on_edge(struct advice_list *list, const struct provider *provider,
                           const struct verdict *verdict)
{
    bool forwards = provider == NULL || provider_forwards(provider, verdict->port);

    if (!forwards)
        advise(list, edge_other);
    else
        advise(list, verdict->state == STATE_OPEN ? edge_open : edge_shut);
    if (forwards && provider != NULL && verdict->state == STATE_OPEN)
        advise(list, provider_sign_text(provider, PROVIDER_EDGE_OPEN));
}

static void advise_at_provider(struct advice_list *list, const struct provider *provider,
                               const struct verdict *verdict)
{
    if (is_silent_drop(verdict)) {
        advise(list, provider->firewall);
        advise(list, provider_sign_text(provider, PROVIDER_SILENCE));
        if (is_mail(verdict->port))
            advise(list, provider_sign_text(provider, PROVIDER_MAIL_SILENCE));
    }
    if (is_own_answer(verdict))
        advise(list, provider_sign_text(provider, PROVIDER_OWN_ANSWER));
    if (is_own_reject(verdict))
        advise(list, provider_sign_text(provider, PROVIDER_OWN_REJECT));
}

/* Advice for an access line: one by the data, or the client's own. */
static void advise_on_line(struct advice_list *list, const struct network *network,
                           const struct verdict *verdict)
{
    bool is_own = network->is_visitor == NETWORK_VISITOR_YES;

    if (network->kind == NETWORK_MOBILE && is_silent_drop(verdict))
        advise(list, mobile_line);
    else if ((network->kind == NETWORK_ISP || is_own) &&
             (is_silent_drop(verdict) || verdict->state == STATE_CLOSED))
        advise(list, access_line);
    else if (is_own && verdict->state == STATE_OPEN)
        advise(list, hairpin);
}

unsigned network_words_advice(const struct network *network, const struct verdict *verdict,
                              const char *texts[static NETWORK_ADVICE_MAX])
{
    const struct provider *provider = network_provider(network);
    struct advice_list list = {texts, 0};

    if (network_is_edge(network))
        advise_on_edge(&list, provider, verdict);
    else if (provider != NULL)
        advise_at_provider(&list, provider, verdict);
    else
        advise_on_line(&list, network, verdict);
    return list.count;
}

bool network_words_is_all(const struct network *network, const struct verdict *verdict)
{
    return network_is_edge(network) && verdict->state != STATE_OPEN &&
           verdict->state != STATE_UNKNOWN;
}
