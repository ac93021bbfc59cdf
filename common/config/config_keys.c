/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/config/config_keys.h"

#include <string.h>

#include "common/base/compiler.h"

#define NUMBER(preset, least, most) \
    .type = CONFIG_NUMBER, .number = (preset), .min = (least), .max = (most)
#define DERIVED(least, most, words) \
    .type = CONFIG_NUMBER, .origin = CONFIG_FROM_OTHERS, .min = (least), .max = (most)
#define POLICY_NUMBER(least, most) \
    .type = CONFIG_NUMBER, .origin = CONFIG_FROM_POLICY, .min = (least), .max = (most)
#define FLAG(preset)    .type = CONFIG_FLAG, .number = (preset)
#define POLICY_FLAG     .type = CONFIG_FLAG, .origin = CONFIG_FROM_POLICY
#define PORTS           .type = CONFIG_PORTS, .origin = CONFIG_FROM_POLICY, .min = 1, .max = UINT16_MAX
#define PATH(preset)    .type = CONFIG_PATH, .text = (preset)
#define TEXT            .type = CONFIG_TEXT, .text = ""
#define USER(preset)    .type = CONFIG_USER, .text = (preset)
#define NAME(preset)    .type = CONFIG_NAME, .text = (preset)
#define STRINGS(preset) .type = CONFIG_STRINGS, .text = (preset)
#define PREFIXES        .type = CONFIG_PREFIXES

#define SECTION(section, help)
#define KEY(in, key, member, kind, help)              \
    {.section = #in,                                  \
     .name = (key),                                   \
     .offset = offsetof(struct config, member),       \
     .size = sizeof(((struct config *)NULL)->member), \
     kind},

const struct config_key config_keys[] = {
#include "common/config/config_keys.def"
};
const size_t config_keys_len = ARRAY_LEN(config_keys);

const struct config_key *config_key_find(const char *section, const char *name)
{
    for (size_t i = 0; i < config_keys_len; i++)
        if (strcmp(config_keys[i].name, name) == 0 && strcmp(config_keys[i].section, section) == 0)
            return &config_keys[i];
    return NULL;
}
