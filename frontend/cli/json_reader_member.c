/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/cli/json_reader_member.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/base/clock.h"
#include "common/contract/verdict.h"

enum { YEAR_MAX = 2500 /* 64 bits of nanoseconds last a little longer */ };

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
        return (struct addr){.family = ADDR_IPV4}; /* of either family */
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
