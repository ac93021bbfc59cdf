/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of configuration keys: sound in itself, and each row explained. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ctype.h>
#include <string.h>

#include "common/base/compiler.h"
#include "common/config/config.h"

#define SECTION(section, help)                 {#section, "", help},
#define KEY(section, name, member, kind, help) {#section, name, help},
static const struct {
    const char *section, *name, *help;
} rows[] = {
#include "common/config/config_keys.def"
};

static void test_each_default_is_in_its_range(void **state)
{
    struct config config;

    (void)state;
    assert_true(config_load(&config, "/dev/null"));
    for (size_t i = 0; i < config_keys_len; i++) {
        const struct config_key *key = &config_keys[i];
        const void *member = (const char *)&config + key->offset;
        uint32_t value;
        if (key->type != CONFIG_NUMBER)
            continue;
        assert_true(key->size == sizeof(uint8_t) || key->size == sizeof(uint32_t));
        assert_true(key->min < key->max);
        assert_true(key->max <= (key->size == sizeof(uint8_t) ? UINT8_MAX : UINT32_MAX - 1));
        value = key->size == sizeof(uint8_t) ? *(const uint8_t *)member : *(const uint32_t *)member;
        if (value < key->min || value > key->max)
            fail_msg("%s.%s is %u, not %ld to %ld", key->section, key->name, value, key->min,
                     key->max);
        if (key->origin == CONFIG_FROM_KEY)
            assert_int_equal(value, key->number);
    }
    config_free(&config);
}

/* Else a value would be written over the member behind. */
static void test_each_member_is_of_its_type(void **state)
{
    static const size_t sizes[] = {
        [CONFIG_FLAG] = sizeof(bool),
        [CONFIG_PORTS] = sizeof(struct policy),
        [CONFIG_PATH] = sizeof(char *),
        [CONFIG_TEXT] = sizeof(char *),
        [CONFIG_NAME] = sizeof(char *),
        [CONFIG_USER] = sizeof(struct config_user),
        [CONFIG_STRINGS] = sizeof(struct config_strings),
        [CONFIG_PREFIXES] = sizeof(struct prefix_list),
    };

    (void)state;
    for (size_t i = 0; i < config_keys_len; i++) {
        const struct config_key *key = &config_keys[i];
        if (key->type != CONFIG_NUMBER && key->size != sizes[key->type])
            fail_msg("%s.%s", key->section, key->name);
        if ((key->type == CONFIG_PATH || key->type == CONFIG_TEXT || key->type == CONFIG_USER) &&
            key->text == NULL)
            fail_msg("%s.%s has no default", key->section, key->name);
    }
}

/* What config.c counts on: a section's keys stand together, each once, on a member of its own. */
static void test_each_key_stands_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < config_keys_len; i++) {
        const struct config_key *key = &config_keys[i];
        bool left = false;
        assert_ptr_equal(config_key_find(key->section, key->name), key);
        for (size_t j = 0; j < i; j++) {
            const struct config_key *other = &config_keys[i - 1 - j];
            bool same = strcmp(other->section, key->section) == 0;
            assert_false(left && same);
            left |= !same;
            assert_true(key->offset != other->offset || key->type == CONFIG_PORTS ||
                        other->type == CONFIG_PORTS);
        }
    }
    assert_null(config_key_find("policy", "user"));
    assert_null(config_key_find("", "ports"));
}

static void test_each_is_explained(void **state)
{
    size_t keys = 0;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        size_t len = strlen(rows[i].help);
        bool sentence =
            len > 10 && isupper((unsigned char)rows[i].help[0]) && rows[i].help[len - 1] == '.';
        if (!sentence)
            fail_msg("%s.%s: %s", rows[i].section, rows[i].name, rows[i].help);
        keys += rows[i].name[0] != '\0';
    }
    assert_int_equal(keys, config_keys_len);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_default_is_in_its_range),
        cmocka_unit_test(test_each_member_is_of_its_type),
        cmocka_unit_test(test_each_key_stands_once),
        cmocka_unit_test(test_each_is_explained),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
