/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/remote/json_reader_member.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/base/clock.h"
#include "common/contract/verdict.h"
#include "frontend/render/network_words.h"

enum { YEAR_MAX = 2500 /* 64 bits of nanoseconds reach a little further */ };

static const double max_ms = 1e9;

const cJSON *json_member(const cJSON *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

int16_t json_read_number(const cJSON *object, const char *key, int max, int16_t none, bool *ok)
{
    const cJSON *item = json_member(object, key);

    if (cJSON_IsNull(item) && none < 0)
        return none;
    if (cJSON_IsNumber(item) && item->valuedouble >= 0 && item->valuedouble <= max &&
        item->valuedouble == (int)item->valuedouble)
        return (int16_t)item->valuedouble;
    *ok = false;
    return none;
}

uint64_t json_read_ms(const cJSON *object, const char *key, bool *ok)
{
    const cJSON *item = json_member(object, key);

    if (cJSON_IsNumber(item) && item->valuedouble >= 0 && item->valuedouble <= max_ms)
        return (uint64_t)(item->valuedouble * 1e6 + 0.5);
    *ok = *ok && cJSON_IsNull(item);
    return VERDICT_NO_RTT;
}

struct addr json_read_address(const cJSON *object, const char *key, bool *ok)
{
    const cJSON *item = json_member(object, key);
    struct addr addr = {0};

    if (cJSON_IsString(item) && strcmp(item->valuestring, "private") == 0)
        return (struct addr){.family = ADDR_IPV4}; /* the family does not matter */
    *ok = *ok &&
          (cJSON_IsNull(item) || (cJSON_IsString(item) && addr_parse(item->valuestring, &addr)));
    return addr;
}

static bool is_date(const struct tm *utc)
{
    return utc->tm_year >= 1970 && utc->tm_year <= YEAR_MAX && utc->tm_mon >= 1 &&
           utc->tm_mon <= 12 && utc->tm_mday >= 1 && utc->tm_mday <= 31 && utc->tm_hour >= 0 &&
           utc->tm_hour <= 23 && utc->tm_min >= 0 && utc->tm_min <= 59 && utc->tm_sec >= 0 &&
           utc->tm_sec <= 60;
}

uint64_t json_read_time(const cJSON *object, const char *key, bool *ok)
{
    const cJSON *item = json_member(object, key);
    struct tm utc = {0};
    char fraction[10] = "";
    uint64_t ns = 0;
    int end = 0;

    if (!cJSON_IsString(item) ||
        sscanf(item->valuestring, "%4d-%2d-%2dT%2d:%2d:%2d.%9[0-9]Z%n", &utc.tm_year, &utc.tm_mon,
               &utc.tm_mday, &utc.tm_hour, &utc.tm_min, &utc.tm_sec, fraction, &end) != 7 ||
        end == 0 || item->valuestring[end] != '\0' || !is_date(&utc)) {
        *ok = false;
        return 0;
    }
    utc.tm_year -= 1900;
    utc.tm_mon--;
    for (unsigned i = 0, missing = 0; i < 9; i++) {
        missing |= fraction[i] == '\0';
        ns = ns * 10 + (missing ? 0 : (uint64_t)(fraction[i] - '0'));
    }
    return (uint64_t)timegm(&utc) * NS_PER_S + ns;
}

void json_copy_text(const cJSON *item, char *to, size_t to_len)
{
    const char *from = cJSON_IsString(item) ? item->valuestring : "";
    size_t n = 0;

    for (; from[n] != '\0' && n + 1 < to_len; n++)
        to[n] = from[n] >= ' ' && from[n] <= '~' ? from[n] : '?';
    to[n] = '\0';
}

/* --- whose network an address is in --------------------------------------------------------- */

static const char *text_of(const cJSON *object, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

    return cJSON_IsString(item) ? item->valuestring : "";
}

static void take_text(const cJSON *object, const char *name, char to[static NETWORK_TEXT_LEN])
{
    json_copy_text(json_member(object, name), to, NETWORK_TEXT_LEN);
}

uint64_t json_read_date(const cJSON *object, const char *key)
{
    struct tm day = {0};
    const char *end = strptime(text_of(object, key), "%Y-%m-%d", &day);
    time_t seconds = end != NULL && *end == '\0' ? timegm(&day) : 0;

    return seconds > 0 && seconds < UINT32_MAX ? (uint64_t)seconds : 0;
}

/* 0: missing; 1: false; 2: true, as in the enums. */
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

void json_read_network(const cJSON *object, struct network *network)
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
    network->as_of_s = json_read_date(own, "as_of");
}
