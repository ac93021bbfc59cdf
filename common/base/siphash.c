/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/base/siphash.h"

#include <endian.h>
#include <string.h>

struct sip {
    uint64_t a, b, c, d;
};

static uint64_t load_little_endian(const uint8_t *bytes)
{
    uint64_t word;

    memcpy(&word, bytes, sizeof(word));
    return le64toh(word);
}

static uint64_t rotate(uint64_t word, unsigned bits)
{
    return word << bits | word >> (64 - bits);
}

static inline void sip_round(struct sip *s)
{
    s->a += s->b;
    s->b = rotate(s->b, 13) ^ s->a;
    s->a = rotate(s->a, 32);
    s->c += s->d;
    s->d = rotate(s->d, 16) ^ s->c;
    s->a += s->d;
    s->d = rotate(s->d, 21) ^ s->a;
    s->c += s->b;
    s->b = rotate(s->b, 17) ^ s->c;
    s->c = rotate(s->c, 32);
}

static void compress(struct sip *s, uint64_t word)
{
    s->d ^= word;
    sip_round(s);
    s->a ^= word;
}

uint64_t siphash(const uint8_t key[static SIPHASH_KEY_LEN], const void *data, size_t len)
{
    const uint8_t *bytes = data;
    uint64_t k0 = load_little_endian(key);
    uint64_t k1 = load_little_endian(key + 8);
    struct sip s = {
        .a = k0 ^ UINT64_C(0x736f6d6570736575),
        .b = k1 ^ UINT64_C(0x646f72616e646f6d),
        .c = k0 ^ UINT64_C(0x6c7967656e657261),
        .d = k1 ^ UINT64_C(0x7465646279746573),
    };
    size_t whole = len - len % 8;
    uint64_t last = (uint64_t)len << 56;

    for (size_t i = 0; i < whole; i += 8)
        compress(&s, load_little_endian(bytes + i));
    for (size_t i = whole; i < len; i++)
        last |= (uint64_t)bytes[i] << (i - whole) * 8;
    compress(&s, last);
    s.c ^= 0xff;
    for (int i = 0; i < 3; i++)
        sip_round(&s);
    return s.a ^ s.b ^ s.c ^ s.d;
}
