/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/remote/json_reader_host.h"

#include <cjson/cJSON.h>
#include <string.h>

#include "common/contract/verdict.h"
#include "frontend/host/host_render.h"
#include "frontend/remote/json_reader_member.h"

static const double max_u32 = UINT32_MAX;

/* Reads a DNS name in the form of dns_reply_read_names. */
static bool read_name(const cJSON *item, char to[static DNS_NAME_LEN])
{
    const char *text = cJSON_GetStringValue(item);
    size_t len = text != NULL ? strlen(text) : 0;

    if (len == 0 || len >= DNS_NAME_LEN ||
        strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.?:") != len)
        return false;
    memcpy(to, text, len + 1);
    return true;
}

/* The same; "" for null. */
static bool read_name_or_null(const cJSON *item, char to[static DNS_NAME_LEN])
{
    to[0] = '\0';
    return cJSON_IsNull(item) || read_name(item, to);
}

static uint32_t read_u32(const cJSON *object, const char *key, bool *ok)
{
    const cJSON *item = json_member(object, key);

    *ok = *ok && cJSON_IsNumber(item) && item->valuedouble >= 0 && item->valuedouble <= max_u32;
    return *ok ? (uint32_t)item->valuedouble : 0;
}

/* Reads names, or with is_mail objects with a host and a preference. */
static bool read_names(const cJSON *list, struct dns_names *names, bool is_mail)
{
    const cJSON *item;
    bool ok = true;

    names->status = cJSON_IsArray(list) ? LOOKUP_OK : LOOKUP_FAILED;
    if (cJSON_IsNull(list))
        return true;
    if (!cJSON_IsArray(list) || cJSON_GetArraySize(list) > DNS_NAMES_MAX)
        return false;
    cJSON_ArrayForEach(item, list)
    {
        struct dns_named *named = &names->items[names->count++];
        uint32_t preference = is_mail ? read_u32(item, "preference", &ok) : 0;
        if (!ok || preference > UINT16_MAX ||
            !read_name(is_mail ? json_member(item, "host") : item, named->name))
            return false;
        named->preference = (uint16_t)preference;
    }
    return true;
}

static bool read_address(const cJSON *object, struct host_address *address,
                         struct inquiry_addr *asked)
{
    const cJSON *confirmed = json_member(object, "ptr_confirmed");
    bool ok = true;

    address->addr = asked->addr = json_read_address(object, "address", &ok);
    if (!ok || address->addr.family == ADDR_NONE)
        return false;
    json_read_network(object, &address->network);
    if (!cJSON_IsNull(json_member(object, "ttl_s")))
        address->ttl_s = read_u32(object, "ttl_s", &ok);
    if (!ok || !read_name_or_null(json_member(object, "ptr"), asked->pointers.items[0].name))
        return false;
    asked->pointers.count = asked->pointers.items[0].name[0] != '\0';
    if (cJSON_IsBool(confirmed))
        asked->confirmed = cJSON_IsTrue(confirmed) ? INQUIRY_CONFIRMED : INQUIRY_REFUTED;
    return true;
}

static bool read_addresses(const cJSON *root, struct host_answer *answer)
{
    const cJSON *list = json_member(root, "addresses"), *item;
    bool ok = true;

    if (!cJSON_IsArray(list) || cJSON_GetArraySize(list) > INQUIRY_ADDRS_MAX)
        return false;
    cJSON_ArrayForEach(item, list)
    {
        unsigned i = answer->addr_count++;
        if (!read_address(item, &answer->addrs[i], &answer->facts.addrs[i]))
            return false;
    }
    answer->facts.addr_count = answer->addr_count;
    answer->left_out = read_u32(root, "addresses_left_out", &ok);
    return ok;
}

static bool read_aliases(const cJSON *list, struct network_aliases *aliases)
{
    const cJSON *item;

    if (!cJSON_IsArray(list) || cJSON_GetArraySize(list) > NETWORK_ALIASES_MAX)
        return false;
    cJSON_ArrayForEach(item, list)
    {
        if (!read_name(item, aliases->names[aliases->count++]))
            return false;
    }
    return true;
}

static bool read_sources(const cJSON *list, struct host_answer *answer)
{
    const cJSON *item;

    if (!cJSON_IsArray(list) || cJSON_GetArraySize(list) > NETWORK_TABLE_SOURCES_MAX)
        return false;
    cJSON_ArrayForEach(item, list)
    {
        struct host_source *source = &answer->sources[answer->source_count++];
        json_copy_text(json_member(item, "name"), source->name, sizeof(source->name));
        json_copy_text(json_member(item, "licence"), source->licence, sizeof(source->licence));
        json_copy_text(json_member(item, "attribution"), source->attribution,
                       sizeof(source->attribution));
        source->date_s = json_read_date(item, "date");
    }
    return true;
}

/* The server decides whether the data is old, by its own clock and its operator's limit. */
static uint64_t max_age_of(const cJSON *codes)
{
    const cJSON *code;

    cJSON_ArrayForEach(code, codes)
    {
        const char *word = cJSON_GetStringValue(code);
        if (word != NULL && strcmp(word, result_warning_code(WARNING_DATA_OLD)) == 0)
            return 0;
    }
    return UINT64_MAX;
}

static bool read_root(const cJSON *root, struct host_answer *answer)
{
    struct inquiry_facts *facts = &answer->facts;
    const cJSON *client = json_member(root, "visitor");
    struct addr literal;
    bool ok = true;

    if (!read_name(json_member(root, "host"), answer->host))
        return false;
    answer->is_name = !addr_parse(answer->host, &literal);
    answer->started_wall_ns = json_read_time(root, "started", &ok);
    answer->duration_ns = json_read_ms(root, "duration_ms", &ok);
    if (!cJSON_IsNull(client))
        answer->client = json_read_address(client, "address", &ok);
    answer->max_age_s = max_age_of(json_member(root, "warning_codes"));
    return ok && answer->duration_ns != VERDICT_NO_RTT && read_addresses(root, answer) &&
           read_aliases(json_member(root, "cname"), &answer->aliases) &&
           read_name_or_null(json_member(root, "zone"), facts->zone) &&
           read_names(json_member(root, "nameservers"), &facts->name_servers, false) &&
           read_name_or_null(json_member(root, "mail_of"), facts->mail_of) &&
           read_names(json_member(root, "mail"), &facts->mail, true) &&
           read_sources(json_member(root, "sources"), answer);
}

bool json_reader_read_host(const char *body, size_t len, struct host_answer *answer)
{
    cJSON *root = cJSON_ParseWithLength(body, len);
    bool ok;

    *answer = (struct host_answer){.addr_count = 0};
    ok = cJSON_IsObject(root) && read_root(root, answer);
    cJSON_Delete(root);
    return ok;
}
