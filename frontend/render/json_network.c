/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/render/json_network.h"

#include "frontend/model/utc.h"
#include "frontend/render/json_member.h"
#include "frontend/render/network_words.h"

static void add_known_text(struct json *json, const char *key, const char *text)
{
    json_add_text(json, key, text[0] != '\0' ? text : NULL);
}

static void add_answer(struct json *json, const char *key, bool known, bool yes)
{
    if (known)
        json_add_bool(json, key, yes);
    else
        json_add_null(json, key);
}

void json_add_date(struct json *json, const char *key, uint64_t seconds)
{
    char date[UTC_DATE_LEN];

    if (seconds > 0)
        utc_write_date((int64_t)seconds, date);
    json_add_text(json, key, seconds > 0 ? date : NULL);
}

void json_add_network(struct json *json, const struct network *network)
{
    char prefix[PREFIX_TEXT_LEN];

    json_open_object(json, "network");
    if (network->asn != 0)
        json_add_number(json, "asn", network->asn);
    else
        json_add_null(json, "asn");
    add_known_text(json, "name", network->name);
    if (network->prefix.bits > 0)
        prefix_format(&network->prefix, prefix);
    json_add_text(json, "prefix", network->prefix.bits > 0 ? prefix : NULL);
    add_known_text(json, "country", network->country);
    add_known_text(json, "provider", network->provider);
    json_add_text(json, "provider_from", network_words_origin(network->origin));
    add_known_text(json, "region", network->region);
    json_add_text(json, "kind", network_kind_name(network->kind));
    add_answer(json, "cdn", network->cdn != NETWORK_CDN_UNKNOWN, network->cdn == NETWORK_CDN_YES);
    add_answer(json, "is_visitor", network->is_visitor != NETWORK_VISITOR_UNKNOWN,
               network->is_visitor == NETWORK_VISITOR_YES);
    json_add_date(json, "as_of", network->as_of_s);
    json_close_object(json);
}

void json_add_warnings(struct json *json, const struct result *result)
{
    char text[NETWORK_SENTENCE_LEN];
    bool behind_cdn = network_words_behind_cdn(ENGLISH, result, text);

    json_open_array(json, "warnings");
    if (behind_cdn)
        json_add_text(json, NULL, text);
    for (unsigned i = 0; i < WARNING_COUNT; i++)
        if ((result->warnings >> i & 1) != 0)
            json_add_text(json, NULL, result_warning_text((enum result_warning)i));
    json_close_array(json);
    json_open_array(json, "warning_codes");
    if (behind_cdn)
        json_add_text(json, NULL, NETWORK_BEHIND_CDN);
    for (unsigned i = 0; i < WARNING_COUNT; i++)
        if ((result->warnings >> i & 1) != 0)
            json_add_text(json, NULL, result_warning_code((enum result_warning)i));
    json_close_array(json);
}
