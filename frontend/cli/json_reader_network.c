/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/cli/json_reader_network.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "frontend/cli/json_reader_member.h"
#include "frontend/render/network_words.h"

static const char *text_of(const cJSON *object, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

    return cJSON_IsString(item) ? item->valuestring : "";
}

static void take_text(const cJSON *object, const char *name, char to[static NETWORK_TEXT_LEN])
{
    json_copy_text(json_member(object, name), to, NETWORK_TEXT_LEN);
}

uint64_t json_reader_read_date(const cJSON *object, const char *name)
{
    struct tm day = {0};
    const char *end = strptime(text_of(object, name), "%Y-%m-%d", &day);
    time_t seconds = end != NULL && *end == '\0' ? timegm(&day) : 0;

    return seconds > 0 && seconds < UINT32_MAX ? (uint64_t)seconds : 0;
}

/* 0: neither; 1: false; 2: true, as the enums have it. */
static unsigned answer_of(const cJSON *object, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

    return cJSON_IsBool(item) ? 1 + (unsigned)cJSON_IsTrue(item) : 0;
}

static unsigned word_of(const cJSON *object, const char *name, unsigned count,
                        const char *(*word)(unsigned which))
{
    for (unsigned i = 1; i < count; i++)
        if (word(i) != NULL && strcmp(word(i), text_of(object, name)) == 0)
            return i;
    return 0;
}

static const char *kind_word(unsigned which)
{
    return network_kind_name((enum network_kind)which);
}

static const char *origin_word(unsigned which)
{
    return network_words_origin((enum network_origin)which);
}

void json_reader_read_network(const cJSON *object, struct network *network)
{
    const cJSON *own = cJSON_GetObjectItemCaseSensitive(object, "network");
    const cJSON *asn = cJSON_GetObjectItemCaseSensitive(own, "asn");
    const char *country = text_of(own, "country");

    *network = (struct network){0};
    if (cJSON_IsNumber(asn) && asn->valuedouble >= 1 && asn->valuedouble <= UINT32_MAX)
        network->asn = (uint32_t)asn->valuedouble;
    take_text(own, "name", network->name);
    take_text(own, "provider", network->provider);
    take_text(own, "region", network->region);
    if (strlen(country) == 2 && strspn(country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 2)
        snprintf(network->country, sizeof(network->country), "%s", country);
    if (prefix_parse(text_of(own, "prefix"), &network->prefix) != PREFIX_OK)
        network->prefix = (struct prefix){.bits = 0};
    network->kind = (enum network_kind)word_of(own, "kind", NETWORK_KIND_COUNT, kind_word);
    network->origin =
        (enum network_origin)word_of(own, "provider_from", NETWORK_ORIGIN_COUNT, origin_word);
    network->cdn = (enum network_cdn)answer_of(own, "cdn");
    network->is_visitor = (enum network_visitor)answer_of(own, "is_visitor");
    network->as_of_s = json_reader_read_date(own, "as_of");
}
