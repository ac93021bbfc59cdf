/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/base/compiler.h"
#include "common/base/siphash.h"

/* The reference's form: key 00..0f, data 00 01 02 ...; the hashes are those of
 * OpenSSL 3.0 (mac SIPHASH, c-rounds 1, d-rounds 3, size 8), first byte lowest. */
static const struct {
    size_t len;
    uint64_t hash;
} vectors[] = {
    {0, 0xabac0158050fc4dc},  {1, 0xc9f49bf37d57ca93},  {7, 0xd3927d989bb11140},
    {8, 0x369095118d299a8e},  {9, 0x25a48eb36c063de4},  {15, 0xd320d86d2a519956},
    {16, 0xcc4fdd1a7d908b66}, {17, 0x9cf2689063dbd80c}, {63, 0x9d199062b7bbb3a8},
};

static void test_vectors(void **state)
{
    uint8_t key[SIPHASH_KEY_LEN], data[64];

    (void)state;
    for (uint8_t i = 0; i < sizeof(data); i++)
        data[i] = i;
    for (uint8_t i = 0; i < sizeof(key); i++)
        key[i] = i;
    for (unsigned i = 0; i < ARRAY_LEN(vectors); i++)
        assert_int_equal(siphash(key, data, vectors[i].len), vectors[i].hash);
}

static void test_every_bit_of_key_and_data_counts(void **state)
{
    uint8_t key[SIPHASH_KEY_LEN] = {0}, data[20] = {0};
    uint64_t plain = siphash(key, data, sizeof(data));

    (void)state;
    for (unsigned bit = 0; bit < sizeof(key) * 8; bit++) {
        key[bit / 8] ^= (uint8_t)(1U << bit % 8);
        assert_int_not_equal(siphash(key, data, sizeof(data)), plain);
        key[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
    for (unsigned bit = 0; bit < sizeof(data) * 8; bit++) {
        data[bit / 8] ^= (uint8_t)(1U << bit % 8);
        assert_int_not_equal(siphash(key, data, sizeof(data)), plain);
        data[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
    assert_int_not_equal(siphash(key, data, sizeof(data) - 1), plain);
    assert_int_equal(siphash(key, data, sizeof(data)), plain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_every_bit_of_key_and_data_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
