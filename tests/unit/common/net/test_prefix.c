/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/base/compiler.h"
#include "common/net/prefix.h"

static void test_texts(void **state)
{
    static const struct {
        const char *text;
        enum prefix_error error;
        const char *read; /* as prefix_format writes it */
    } rows[] = {
        {"192.0.2.0/24", PREFIX_OK, "192.0.2.0/24"},
        {"192.0.2.1", PREFIX_OK, "192.0.2.1/32"},
        {"0.0.0.0/0", PREFIX_OK, "0.0.0.0/0"},
        {"192.0.2.128/25", PREFIX_OK, "192.0.2.128/25"},
        {"2001:DB8::/32", PREFIX_OK, "2001:db8::/32"},
        {"2001:db8::1", PREFIX_OK, "2001:db8::1/128"},
        {"::/0", PREFIX_OK, "::/0"},
        {"2001:db8:ffff:ffff:ffff:ffff:ffff:fffe/127", PREFIX_OK,
         "2001:db8:ffff:ffff:ffff:ffff:ffff:fffe/127"},
        {"10.0.0.1/8", PREFIX_HOST_BITS, NULL},
        {"2001:db8::1/64", PREFIX_HOST_BITS, NULL},
        {"192.0.2.0/33", PREFIX_BAD_LENGTH, NULL},
        {"192.0.2.0/08", PREFIX_BAD_LENGTH, NULL},
        {"192.0.2.0/", PREFIX_BAD_LENGTH, NULL},
        {"192.0.2.0/-1", PREFIX_BAD_LENGTH, NULL},
        {"192.0.2.0/24/24", PREFIX_BAD_LENGTH, NULL},
        {"192.0.2.0/4294967320", PREFIX_BAD_LENGTH, NULL},
        {"2001:db8::/129", PREFIX_BAD_LENGTH, NULL},
        {"", PREFIX_BAD_ADDRESS, NULL},
        {"/24", PREFIX_BAD_ADDRESS, NULL},
        {"192.0.2/24", PREFIX_BAD_ADDRESS, NULL},
        {"2001:0db8:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000/32", PREFIX_BAD_ADDRESS,
         NULL},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        char text[PREFIX_TEXT_LEN];
        struct prefix prefix = {.bits = 77};
        if (prefix_parse(rows[i].text, &prefix) != rows[i].error)
            fail_msg("%s", rows[i].text);
        if (rows[i].error != PREFIX_OK) {
            assert_int_equal(prefix.bits, 77);
            continue;
        }
        prefix_format(&prefix, text);
        assert_string_equal(text, rows[i].read);
    }
}

static struct prefix prefix_of(const char *text)
{
    struct prefix prefix;

    assert_int_equal(prefix_parse(text, &prefix), PREFIX_OK);
    return prefix;
}

static struct addr addr_of(const char *text)
{
    struct addr addr;

    assert_true(addr_parse(text, &addr));
    return addr;
}

static void test_what_is_inside(void **state)
{
    static const struct {
        const char *prefix, *addr;
        bool inside;
    } rows[] = {
        {"192.0.2.0/24", "192.0.2.0", true},
        {"192.0.2.0/24", "192.0.2.255", true},
        {"192.0.2.0/24", "192.0.3.0", false},
        {"192.0.2.0/24", "192.0.1.255", false},
        {"192.0.2.128/25", "192.0.2.127", false},
        {"192.0.2.128/25", "192.0.2.128", true},
        {"0.0.0.0/0", "255.255.255.255", true},
        {"0.0.0.0/0", "::", false},
        {"::/0", "0.0.0.0", false},
        {"2001:db8::/33", "2001:db8:7fff::1", true},
        {"2001:db8::/33", "2001:db8:8000::", false},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        struct prefix prefix = prefix_of(rows[i].prefix);
        struct addr addr = addr_of(rows[i].addr);
        if (prefix_contains(&prefix, &addr) != rows[i].inside)
            fail_msg("%s in %s", rows[i].addr, rows[i].prefix);
    }
}

static void test_a_list(void **state)
{
    struct prefix items[] = {prefix_of("192.0.2.0/24"), prefix_of("2001:db8::/32")};
    const struct prefix_list list = {items, ARRAY_LEN(items)}, empty = {0};
    struct addr first = addr_of("192.0.2.9"), second = addr_of("2001:db8::9"),
                neither = addr_of("198.51.100.9");

    (void)state;
    assert_true(prefix_list_contains(&list, &first));
    assert_true(prefix_list_contains(&list, &second));
    assert_false(prefix_list_contains(&list, &neither));
    assert_false(prefix_list_contains(&empty, &first));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts),
        cmocka_unit_test(test_what_is_inside),
        cmocka_unit_test(test_a_list),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
