/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/host/host_render.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/compiler.h"
#include "frontend/model/strbuf.h"
#include "frontend/model/utc.h"
#include "frontend/render/json_member.h"
#include "frontend/render/json_network.h"
#include "frontend/render/network_words.h"

const char *host_match_text(enum host_match match, bool is_name)
{
    switch (match) {
    case HOST_MATCH_YES:
        return is_name ? "This name points to you: one of its addresses is yours."
                       : "This is your own address.";
    case HOST_MATCH_NO:
        return is_name
                   ? "This name points to an address other than yours. With dynamic DNS, the entry "
                     "is out of date, or you are now coming through a VPN, a proxy or another line."
                   : "This is not your address.";
    case HOST_MATCH_OTHER_FAMILY:
        return is_name ? "This name has no address of the family that you are using (IPv4 or "
                         "IPv6), so it can't be compared with yours."
                       : "This address and yours are of different families (IPv4 and IPv6), so "
                         "they can't be compared.";
    case HOST_MATCH_UNKNOWN: break;
    }
    return NULL;
}

/* --- JSON --------------------------------------------------------------------------------- */

static bool is_known(enum lookup_status status)
{
    return status == LOOKUP_OK || status == LOOKUP_NO_ADDRESS || status == LOOKUP_NO_NAME;
}

static void add_names(struct json *json, const char *key, const struct dns_names *names)
{
    if (!is_known(names->status)) {
        json_add_null(json, key);
        return;
    }
    json_open_array(json, key);
    for (unsigned i = 0; i < names->count; i++)
        json_add_text(json, NULL, names->items[i].name);
    json_close_array(json);
}

static void add_mail(struct json *json, const struct dns_names *names)
{
    if (!is_known(names->status)) {
        json_add_null(json, "mail");
        return;
    }
    json_open_array(json, "mail");
    for (unsigned i = 0; i < names->count; i++) {
        json_open_object(json, NULL);
        json_add_number(json, "preference", names->items[i].preference);
        json_add_text(json, "host", names->items[i].name);
        json_close_object(json);
    }
    json_close_array(json);
}

static void add_addresses(struct json *json, const struct host_answer *answer)
{
    json_open_array(json, "addresses");
    for (unsigned i = 0; i < answer->addr_count; i++) {
        const struct host_address *address = &answer->addrs[i];
        const struct inquiry_addr *asked = &answer->facts.addrs[i];
        json_open_object(json, NULL);
        json_add_address(json, "address", &address->addr);
        json_add_text(json, "family", addr_family_name((enum addr_family)address->addr.family));
        json_add_network(json, &address->network);
        if (answer->is_name)
            json_add_number(json, "ttl_s", address->ttl_s);
        else
            json_add_null(json, "ttl_s");
        json_add_text(json, "ptr",
                      asked->pointers.count > 0 ? asked->pointers.items[0].name : NULL);
        if (asked->confirmed == INQUIRY_UNKNOWN)
            json_add_null(json, "ptr_confirmed");
        else
            json_add_bool(json, "ptr_confirmed", asked->confirmed == INQUIRY_CONFIRMED);
        json_close_object(json);
    }
    json_close_array(json);
    json_add_number(json, "addresses_left_out", answer->left_out);
}

static void add_sources(struct json *json, const struct host_answer *answer)
{
    json_open_array(json, "sources");
    for (unsigned i = 0; i < answer->source_count; i++) {
        const struct host_source *source = &answer->sources[i];
        json_open_object(json, NULL);
        json_add_text(json, "name", source->name);
        json_add_date(json, "date", source->date_s);
        json_add_text(json, "licence", source->licence);
        json_add_text(json, "attribution", source->attribution);
        json_close_object(json);
    }
    json_close_array(json);
}

static void add_warnings(struct json *json, const struct host_answer *answer)
{
    const struct host_address *edge = host_answer_edge(answer);
    bool is_old = host_answer_is_old(answer);
    char text[NETWORK_SENTENCE_LEN];

    json_open_array(json, "warnings");
    if (edge != NULL) {
        network_words_points_at(ENGLISH, answer->host, &edge->network, text);
        json_add_text(json, NULL, text);
    }
    if (is_old)
        json_add_text(json, NULL, result_warning_text(WARNING_DATA_OLD));
    json_close_array(json);
    json_open_array(json, "warning_codes");
    if (edge != NULL)
        json_add_text(json, NULL, NETWORK_BEHIND_CDN);
    if (is_old)
        json_add_text(json, NULL, result_warning_code(WARNING_DATA_OLD));
    json_close_array(json);
}

static void add_client(struct json *json, const struct host_answer *answer)
{
    if (answer->client.family == ADDR_NONE) {
        json_add_null(json, "visitor");
        return;
    }
    json_open_object(json, "visitor");
    json_add_address(json, "address", &answer->client);
    json_add_text(json, "match", host_match_name(host_answer_match(answer)));
    json_close_object(json);
}

char *host_write_json(const struct host_answer *answer)
{
    const struct inquiry_facts *facts = &answer->facts;
    struct json json = {0};

    json_open_object(&json, NULL);
    json_add_text(&json, "host", answer->host);
    json_add_time(&json, "started", answer->started_wall_ns, 3);
    json_add_ms(&json, "duration_ms", answer->duration_ns);
    add_addresses(&json, answer);
    json_open_array(&json, "cname");
    for (unsigned i = 0; i < answer->aliases.count; i++)
        json_add_text(&json, NULL, answer->aliases.names[i]);
    json_close_array(&json);
    json_add_text(&json, "zone", facts->zone[0] != '\0' ? facts->zone : NULL);
    add_names(&json, "nameservers", &facts->name_servers);
    json_add_text(&json, "mail_of", facts->mail_of[0] != '\0' ? facts->mail_of : NULL);
    add_mail(&json, &facts->mail);
    add_client(&json, answer);
    add_sources(&json, answer);
    add_warnings(&json, answer);
    return json_take(&json);
}

/* --- text ------------------------------------------------------------------------------------ */

static void put_address(struct strbuf *buf, const struct host_address *address,
                        const struct inquiry_addr *asked)
{
    char text[ADDR_TEXT_LEN], line[NETWORK_LINE_LEN], prefix[PREFIX_TEXT_LEN];

    addr_format(&address->addr, text);
    strbuf_printf(buf, "address\t%s\n", text);
    if (network_words_line(ENGLISH, &address->addr, &address->network, line))
        strbuf_printf(buf, "network\t%s\n", line);
    prefix_format(&address->network.prefix, prefix);
    if (address->network.prefix.bits > 0)
        strbuf_printf(buf, "prefix\t%s\n", prefix);
    if (asked->pointers.count > 0)
        strbuf_printf(buf, "ptr\t%s%s\n", asked->pointers.items[0].name,
                      asked->confirmed == INQUIRY_CONFIRMED ? " (leads back)"
                      : asked->confirmed == INQUIRY_REFUTED ? " (does not lead back)"
                                                            : "");
}

char *host_write_text(const struct host_answer *answer)
{
    const struct host_address *edge = host_answer_edge(answer);
    const char *match = host_match_text(host_answer_match(answer), answer->is_name);
    char text[NETWORK_SENTENCE_LEN], address[ADDR_TEXT_LEN];
    struct strbuf buf = {0};

    strbuf_printf(&buf, "host\t%s\n", answer->host);
    for (unsigned i = 0; i < answer->aliases.count; i++)
        strbuf_printf(&buf, "cname\t%s\n", answer->aliases.names[i]);
    for (unsigned i = 0; i < answer->addr_count; i++)
        put_address(&buf, &answer->addrs[i], &answer->facts.addrs[i]);
    for (unsigned i = 0; i < answer->facts.name_servers.count; i++)
        strbuf_printf(&buf, "nameserver\t%s\n", answer->facts.name_servers.items[i].name);
    for (unsigned i = 0; i < answer->facts.mail.count; i++)
        strbuf_printf(&buf, "mail\t%u %s\n", answer->facts.mail.items[i].preference,
                      answer->facts.mail.items[i].name);
    if (match != NULL && edge == NULL) { /* a CDN's name never points to the client */
        addr_format(&answer->client, address);
        strbuf_printf(&buf, "visitor\t%s\t%s\n", address, match);
    }
    if (edge != NULL) {
        network_words_points_at(ENGLISH, answer->host, &edge->network, text);
        strbuf_printf(&buf, "warning\t%s\n", text);
    }
    if (host_answer_is_old(answer))
        strbuf_printf(&buf, "warning\t%s\n", result_warning_text(WARNING_DATA_OLD));
    for (unsigned i = 0; i < answer->source_count; i++) {
        const struct host_source *source = &answer->sources[i], *before = source - 1;
        char date[UTC_DATE_LEN];
        if (i > 0 && source->date_s == before->date_s &&
            strcmp(source->attribution, before->attribution) == 0)
            continue; /* the other family of the same source */
        utc_write_date((int64_t)source->date_s, date);
        strbuf_printf(&buf, "source\t%s, %s, %s\n", source->attribution, source->licence,
                      source->date_s > 0 ? date : "undated");
    }
    return strbuf_take(&buf);
}
