/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/render/json_network.h"

#include "frontend/render/json_member.h"
#include "frontend/render/network_words.h"

static void add_known_text(cJSON *object, const char *key, const char *text)
{
    json_add_text(object, key, text[0] != '\0' ? text : NULL);
}

static void add_answer(cJSON *object, const char *key, bool known, bool yes)
{
    if (known)
        cJSON_AddBoolToObject(object, key, yes);
    else
        json_add_null(object, key);
}

void json_add_date(cJSON *object, const char *key, uint64_t seconds)
{
    char date[NETWORK_DATE_LEN];

    network_words_date(seconds, date);
    json_add_text(object, key, seconds > 0 ? date : NULL);
}

void json_add_network(cJSON *object, const struct network *network)
{
    cJSON *own = json_add_object(object, "network");
    char prefix[PREFIX_TEXT_LEN];

    if (network->asn != 0)
        json_add_number(own, "asn", network->asn);
    else
        json_add_null(own, "asn");
    add_known_text(own, "name", network->name);
    prefix_format(&network->prefix, prefix);
    json_add_text(own, "prefix", network->prefix.bits > 0 ? prefix : NULL);
    add_known_text(own, "country", network->country);
    add_known_text(own, "provider", network->provider);
    json_add_word(own, "provider_from", network_words_origin(network->origin));
    add_known_text(own, "region", network->region);
    json_add_word(own, "kind", network_kind_name(network->kind));
    add_answer(own, "cdn", network->cdn != NETWORK_CDN_UNKNOWN, network->cdn == NETWORK_CDN_YES);
    add_answer(own, "is_visitor", network->is_visitor != NETWORK_VISITOR_UNKNOWN,
               network->is_visitor == NETWORK_VISITOR_YES);
    json_add_date(own, "as_of", network->as_of_s);
}

void json_add_warnings(cJSON *object, const struct result *result)
{
    cJSON *warnings = json_add_array(object, "warnings");
    cJSON *codes = json_add_array(object, "warning_codes");
    char text[NETWORK_SENTENCE_LEN];

    if (network_words_behind_cdn(ENGLISH, result, text)) {
        cJSON_AddItemToArray(warnings, cJSON_CreateString(text));
        cJSON_AddItemToArray(codes, cJSON_CreateStringReference(NETWORK_BEHIND_CDN));
    }
    for (unsigned i = 0; i < WARNING_COUNT; i++) {
        if ((result->warnings >> i & 1) == 0)
            continue;
        cJSON_AddItemToArray(warnings,
                             cJSON_CreateString(result_warning_text((enum result_warning)i)));
        cJSON_AddItemToArray(
            codes, cJSON_CreateStringReference(result_warning_code((enum result_warning)i)));
    }
}
