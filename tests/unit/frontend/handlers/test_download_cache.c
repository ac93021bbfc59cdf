/* SPDX-License-Identifier: BSD-2-Clause */
/* What is kept: for how long, how much, and under which names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "frontend/handlers/download_cache.h"

enum { FILES_MAX = 256, BYTES_MAX = 8 << 20, KEPT_S = 600 };

static const uint64_t start_ns = 1000 * NS_PER_S;

static struct addr owner = {ADDR_IPV4, {192, 0, 2}};

static bool put(struct download_cache *cache, size_t len, uint8_t byte, uint64_t now_ns,
                char name[static DOWNLOAD_CACHE_NAME_LEN])
{
    uint8_t *data = malloc(len);

    assert_non_null(data);
    memset(data, byte, len);
    return download_cache_put(cache, &owner, data, len, now_ns, name);
}

/* The first byte of what is kept, or -1. */
static int look(const struct download_cache *cache, const char *name, uint64_t now_ns)
{
    size_t len = 0;
    const uint8_t *data = download_cache_get(cache, name, now_ns, &len);

    if (data == NULL)
        return -1;
    assert_int_equal(data[0], data[len - 1]);
    return data[0];
}

static void test_kept_for_ten_minutes(void **state)
{
    struct download_cache *cache = download_cache_new();
    char name[DOWNLOAD_CACHE_NAME_LEN], other[DOWNLOAD_CACHE_NAME_LEN];
    size_t len;

    (void)state;
    assert_true(put(cache, 100, 7, start_ns, name));
    assert_int_equal(strlen(name), DOWNLOAD_CACHE_NAME_LEN - 1);
    assert_int_equal(strspn(name, "0123456789abcdef"), DOWNLOAD_CACHE_NAME_LEN - 1);
    assert_non_null(download_cache_get(cache, name, start_ns, &len));
    assert_int_equal(len, 100);
    assert_int_equal(look(cache, name, start_ns + KEPT_S * NS_PER_S - 1), 7);
    assert_int_equal(look(cache, name, start_ns + KEPT_S * NS_PER_S), -1);
    /* the next one drops it, and does not bring it back */
    assert_true(put(cache, 100, 8, start_ns + KEPT_S * NS_PER_S, other));
    assert_string_not_equal(name, other);
    assert_int_equal(look(cache, name, start_ns), -1);
    assert_int_equal(look(cache, other, start_ns + KEPT_S * NS_PER_S), 8);
    assert_int_equal(look(cache, "", start_ns), -1);
    assert_int_equal(look(cache, "../../etc/passwd", start_ns), -1);
    download_cache_free(cache);
}

static void test_the_oldest_make_room(void **state)
{
    enum { COUNT = 3 * FILES_MAX + 5 };
    struct download_cache *cache = download_cache_new();
    static char names[COUNT][DOWNLOAD_CACHE_NAME_LEN];

    (void)state;
    for (unsigned i = 0; i < COUNT; i++) {
        assert_true(put(cache, 10, (uint8_t)i, start_ns + i, names[i]));
        assert_int_equal(look(cache, names[i], start_ns + i), (uint8_t)i);
    }
    for (unsigned i = 0; i < COUNT; i++)
        assert_int_equal(look(cache, names[i], start_ns + COUNT),
                         i < COUNT - FILES_MAX ? -1 : (uint8_t)i);
    download_cache_free(cache);
}

static void test_memory_is_bounded(void **state)
{
    struct download_cache *cache = download_cache_new();
    char first[DOWNLOAD_CACHE_NAME_LEN], second[DOWNLOAD_CACHE_NAME_LEN],
        third[DOWNLOAD_CACHE_NAME_LEN];

    (void)state;
    assert_true(put(cache, BYTES_MAX / 2, 1, start_ns, first));
    assert_true(put(cache, BYTES_MAX / 2, 2, start_ns, second));
    assert_int_equal(look(cache, first, start_ns), 1);
    assert_true(put(cache, 1, 3, start_ns, third)); /* one byte too many */
    assert_int_equal(look(cache, first, start_ns), -1);
    assert_int_equal(look(cache, second, start_ns), 2);
    assert_int_equal(look(cache, third, start_ns), 3);
    assert_true(put(cache, BYTES_MAX, 4, start_ns, first));
    assert_int_equal(look(cache, second, start_ns), -1);
    assert_int_equal(look(cache, first, start_ns), 4);
    /* what fits nowhere is refused, and freed */
    assert_false(put(cache, BYTES_MAX + 1, 5, start_ns, second));
    assert_true(put(cache, 1, 6, start_ns, third));
    assert_int_equal(look(cache, third, start_ns), 6);
    download_cache_free(cache);
}

/* The client that keeps most makes room, not the one that came first. */
static void test_one_network_pushes_out_its_own(void **state)
{
    struct download_cache *cache = download_cache_new();
    char name[DOWNLOAD_CACHE_NAME_LEN], honest[DOWNLOAD_CACHE_NAME_LEN];

    (void)state;
    assert_true(put(cache, 5000, 7, start_ns, honest));
    owner.bytes[0]++;
    for (unsigned i = 0; i < 2 * FILES_MAX; i++)
        assert_true(put(cache, 1, 8, start_ns + i, name));
    for (unsigned i = 0; i < 16; i++)
        assert_true(put(cache, BYTES_MAX / 8, 9, start_ns + 1000 + i, name));
    assert_int_equal(look(cache, name, start_ns + 2000), 9);
    assert_int_equal(look(cache, honest, start_ns + 2000), 7);
    download_cache_free(cache);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kept_for_ten_minutes),
        cmocka_unit_test(test_one_network_pushes_out_its_own),
        cmocka_unit_test(test_the_oldest_make_room),
        cmocka_unit_test(test_memory_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
