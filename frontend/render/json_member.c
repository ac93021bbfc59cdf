/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/render/json_member.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "common/base/clock.h"

static cJSON *add(cJSON *object, const char *key, cJSON *item)
{
    if (cJSON_AddItemToObjectCS(object, key, item))
        return item;
    cJSON_Delete(item);
    return NULL;
}

void json_add_text(cJSON *object, const char *key, const char *text)
{
    add(object, key, text != NULL ? cJSON_CreateString(text) : cJSON_CreateNull());
}

void json_add_word(cJSON *object, const char *key, const char *word)
{
    add(object, key, word != NULL ? cJSON_CreateStringReference(word) : cJSON_CreateNull());
}

void json_add_null(cJSON *object, const char *key)
{
    add(object, key, cJSON_CreateNull());
}

/* Written here: cJSON would print a double, and read it back to see whether all of it is there. */
void json_add_number(cJSON *object, const char *key, long long number)
{
    char text[24];

    snprintf(text, sizeof(text), "%lld", number);
    add(object, key, cJSON_CreateRaw(text));
}

void json_add_number_or_null(cJSON *object, const char *key, int number)
{
    if (number >= 0)
        json_add_number(object, key, number);
    else
        json_add_null(object, key);
}

void json_add_ms(cJSON *object, const char *key, uint64_t ns)
{
    uint64_t us = (ns + 500) / 1000;
    char text[32];
    int len = snprintf(text, sizeof(text), "%" PRIu64 ".%03u", us / 1000, (unsigned)(us % 1000));

    while (text[len - 1] == '0')
        len--;
    if (text[len - 1] == '.')
        len--;
    text[len] = '\0';
    add(object, key, cJSON_CreateRaw(text));
}

void json_add_address(cJSON *object, const char *key, const struct addr *addr)
{
    char text[ADDR_TEXT_LEN];

    addr_format_shown(addr, text);
    json_add_text(object, key, addr->family != ADDR_NONE ? text : NULL);
}

void json_add_time(cJSON *object, const char *key, uint64_t wall_ns, unsigned digits)
{
    time_t seconds = (time_t)(wall_ns / NS_PER_S);
    char text[48], date[24], fraction[16];
    struct tm utc;

    gmtime_r(&seconds, &utc);
    strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &utc);
    snprintf(fraction, sizeof(fraction), "%09u", (unsigned)(wall_ns % NS_PER_S));
    snprintf(text, sizeof(text), "%s.%.*sZ", date, (int)digits, fraction);
    json_add_text(object, key, text);
}

cJSON *json_add_object(cJSON *object, const char *key)
{
    return add(object, key, cJSON_CreateObject());
}

cJSON *json_add_array(cJSON *object, const char *key)
{
    return add(object, key, cJSON_CreateArray());
}
