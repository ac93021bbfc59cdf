/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/host/host_render.h"

#include <cjson/cJSON.h>
#include <stdlib.h>

#include "common/base/compiler.h"
#include "frontend/model/strbuf.h"
#include "frontend/render/json_member.h"
#include "frontend/render/json_network.h"
#include "frontend/render/network_words.h"

const char host_data_old_text[] = "The data about networks are old: they may have changed since.";

const char *host_match_text(enum host_match match, bool is_name)
{
    switch (match) {
    case HOST_MATCH_YES:
        return is_name ? "This name points at you: your own address is among its addresses."
                       : "This is your own address.";
    case HOST_MATCH_NO:
        return is_name ? "This name points elsewhere, not at the address that you come from. With "
                         "dynamic DNS: the entry is out of date, or you come by a VPN, a proxy or "
                         "another line now."
                       : "This is not the address that you come from.";
    case HOST_MATCH_OTHER_FAMILY:
        return is_name ? "This name has no address of the family that you come by (IPv4 or IPv6), "
                         "so that it can't be compared with yours."
                       : "This address is of the other family than the one you come from, so that "
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

static void add_names(cJSON *object, const char *key, const struct dns_names *names)
{
    cJSON *list;

    if (!is_known(names->status)) {
        json_add_null(object, key);
        return;
    }
    list = json_add_array(object, key);
    for (unsigned i = 0; i < names->count; i++)
        cJSON_AddItemToArray(list, cJSON_CreateString(names->items[i].name));
}

static void add_mail(cJSON *object, const struct dns_names *names)
{
    cJSON *list;

    if (!is_known(names->status)) {
        json_add_null(object, "mail");
        return;
    }
    list = json_add_array(object, "mail");
    for (unsigned i = 0; i < names->count; i++) {
        cJSON *item = cJSON_CreateObject();
        cJSON_AddItemToArray(list, item);
        json_add_number(item, "preference", names->items[i].preference);
        json_add_text(item, "host", names->items[i].name);
    }
}

static void add_addresses(cJSON *root, const struct host_answer *answer)
{
    cJSON *list = json_add_array(root, "addresses");

    for (unsigned i = 0; i < answer->addr_count; i++) {
        const struct host_address *address = &answer->addrs[i];
        const struct inquiry_addr *asked = &answer->facts.addrs[i];
        cJSON *object = cJSON_CreateObject();
        cJSON_AddItemToArray(list, object);
        json_add_address(object, "address", &address->addr);
        json_add_word(object, "family", addr_family_name((enum addr_family)address->addr.family));
        json_add_network(object, &address->network);
        if (answer->is_name)
            json_add_number(object, "ttl_s", address->ttl_s);
        else
            json_add_null(object, "ttl_s");
        json_add_text(object, "ptr",
                      asked->pointers.count > 0 ? asked->pointers.items[0].name : NULL);
        if (asked->confirmed == INQUIRY_UNKNOWN)
            json_add_null(object, "ptr_confirmed");
        else
            cJSON_AddBoolToObject(object, "ptr_confirmed", asked->confirmed == INQUIRY_CONFIRMED);
    }
    json_add_number(root, "addresses_left_out", answer->left_out);
}

static void add_sources(cJSON *root, const struct host_answer *answer)
{
    cJSON *list = json_add_array(root, "sources");

    for (unsigned i = 0; i < answer->source_count; i++) {
        const struct host_source *source = &answer->sources[i];
        cJSON *object = cJSON_CreateObject();
        cJSON_AddItemToArray(list, object);
        json_add_text(object, "name", source->name);
        json_add_date(object, "date", source->date_s);
        json_add_text(object, "licence", source->licence);
        json_add_text(object, "attribution", source->attribution);
    }
}

static void add_warnings(cJSON *root, const struct host_answer *answer)
{
    const struct host_address *edge = host_answer_edge(answer);
    cJSON *warnings = json_add_array(root, "warnings");
    cJSON *codes = json_add_array(root, "warning_codes");
    char text[NETWORK_SENTENCE_LEN];

    if (edge != NULL) {
        network_words_points_at(ENGLISH, answer->host, &edge->network, text);
        cJSON_AddItemToArray(warnings, cJSON_CreateString(text));
        cJSON_AddItemToArray(codes, cJSON_CreateStringReference(NETWORK_BEHIND_CDN));
    }
    if (host_answer_is_old(answer)) {
        cJSON_AddItemToArray(warnings, cJSON_CreateStringReference(host_data_old_text));
        cJSON_AddItemToArray(codes, cJSON_CreateStringReference(HOST_DATA_OLD));
    }
}

char *host_write_json(const struct host_answer *answer)
{
    cJSON *root = cJSON_CreateObject(), *list, *visitor;
    char *text;

    json_add_text(root, "host", answer->host);
    json_add_time(root, "started", answer->started_wall_ns, 3);
    json_add_ms(root, "duration_ms", answer->duration_ns);
    add_addresses(root, answer);
    list = json_add_array(root, "cname");
    for (unsigned i = 0; i < answer->aliases.count; i++)
        cJSON_AddItemToArray(list, cJSON_CreateString(answer->aliases.names[i]));
    json_add_text(root, "zone", answer->facts.zone[0] != '\0' ? answer->facts.zone : NULL);
    add_names(root, "nameservers", &answer->facts.name_servers);
    json_add_text(root, "mail_of", answer->facts.mail_of[0] != '\0' ? answer->facts.mail_of : NULL);
    add_mail(root, &answer->facts.mail);
    if (answer->visitor.family == ADDR_NONE) {
        json_add_null(root, "visitor");
    } else {
        visitor = json_add_object(root, "visitor");
        json_add_address(visitor, "address", &answer->visitor);
        json_add_word(visitor, "match", host_match_name(host_answer_match(answer)));
    }
    add_sources(root, answer);
    add_warnings(root, answer);
    text = cJSON_PrintUnformatted(root);
    cJSON_Delete(root);
    return text;
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
    char text[NETWORK_SENTENCE_LEN];
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
    if (match != NULL)
        strbuf_printf(&buf, "visitor\t%s\n", match);
    if (edge != NULL) {
        network_words_points_at(ENGLISH, answer->host, &edge->network, text);
        strbuf_printf(&buf, "warning\t%s\n", text);
    }
    if (host_answer_is_old(answer))
        strbuf_printf(&buf, "warning\t%s\n", host_data_old_text);
    for (unsigned i = 0; i < answer->source_count; i++) {
        const struct host_source *source = &answer->sources[i];
        char date[NETWORK_DATE_LEN];
        network_words_date(source->date_s, date);
        strbuf_printf(&buf, "source\t%s, %s, %s\n", source->attribution, source->licence,
                      source->date_s > 0 ? date : "undated");
    }
    return strbuf_take(&buf);
}
