/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "frontend/share/piece.h"

static const uint8_t key[SIPHASH_KEY_LEN] = {5}, other_key[SIPHASH_KEY_LEN] = {6};
static const struct piece_ask from_start = {.name = "00112233445566778899aabbccddeeff"};

static uint8_t file[PIECE_BYTES_MAX + 100], out[PIECE_MAX_LEN];

static void test_a_question(void **state)
{
    const struct piece_ask ask = {.name = "0123456789abcdef0123456789abcdef", .at = 0x01020304};
    uint8_t bytes[PIECE_ASK_LEN + 1];
    struct piece_ask read;

    (void)state;
    piece_ask_write(&ask, bytes);
    assert_memory_equal(bytes, "0123456789abcdef0123456789abcdef\x01\x02\x03\x04", PIECE_ASK_LEN);
    assert_true(piece_ask_read(bytes, PIECE_ASK_LEN, &read));
    assert_string_equal(read.name, ask.name);
    assert_int_equal(read.at, ask.at);
    assert_false(piece_ask_read(bytes, PIECE_ASK_LEN - 1, &read));
    assert_false(piece_ask_read(bytes, PIECE_ASK_LEN + 1, &read));
    bytes[3] = '/';
    assert_false(piece_ask_read(bytes, PIECE_ASK_LEN, &read));
    bytes[3] = 'A';
    assert_false(piece_ask_read(bytes, PIECE_ASK_LEN, &read));
}

static void test_a_file_in_pieces(void **state)
{
    struct piece_ask ask = from_start;
    struct file_piece piece;
    size_t len;

    (void)state;
    for (size_t i = 0; i < sizeof(file); i++)
        file[i] = (uint8_t)(i * 7 + i / 256);
    len = piece_write(&ask, file, sizeof(file), key, out);
    assert_true(piece_read(&ask, out, len, key, &piece));
    assert_int_equal(piece.file_len, sizeof(file));
    assert_int_equal(piece.len, PIECE_BYTES_MAX);
    assert_memory_equal(piece.bytes, file, PIECE_BYTES_MAX);
    ask.at = PIECE_BYTES_MAX;
    len = piece_write(&ask, file, sizeof(file), key, out);
    assert_true(piece_read(&ask, out, len, key, &piece));
    assert_int_equal(piece.len, 100);
    assert_memory_equal(piece.bytes, file + PIECE_BYTES_MAX, 100);
}

static void test_no_file(void **state)
{
    struct file_piece piece = {.len = 77};
    size_t len = piece_write(&from_start, NULL, 0, key, out);

    (void)state;
    assert_true(piece_read(&from_start, out, len, key, &piece));
    assert_int_equal(piece.file_len, 0);
    assert_int_equal(piece.len, 0);
}

/* Anew: the MAC is of the question and what follows it. */
static void sign(const struct piece_ask *ask, size_t len)
{
    static uint8_t text[PIECE_ASK_LEN + PIECE_MAX_LEN];
    uint64_t mac;

    piece_ask_write(ask, text);
    memcpy(text + PIECE_ASK_LEN, out + 8, len - 8);
    mac = siphash(key, text, PIECE_ASK_LEN + len - 8);
    for (unsigned i = 0; i < 8; i++)
        out[i] = (uint8_t)(mac >> (56 - 8 * i));
}

/* Not of this question, this key, these bytes; none of the file where there should be some. */
static void test_forged(void **state)
{
    struct piece_ask other = from_start, beyond = from_start;
    struct file_piece piece;
    size_t len = piece_write(&from_start, file, 10, key, out);

    (void)state;
    assert_true(piece_read(&from_start, out, len, key, &piece));
    assert_false(piece_read(&from_start, out, len, other_key, &piece));
    other.at = 1;
    assert_false(piece_read(&other, out, len, key, &piece));
    other = from_start;
    other.name[0] = '1';
    assert_false(piece_read(&other, out, len, key, &piece));
    for (size_t i = 0; i < len; i++) {
        assert_false(piece_read(&from_start, out, i, key, &piece));
        out[i] ^= 1;
        assert_false(piece_read(&from_start, out, len, key, &piece));
        out[i] ^= 1;
    }
    /* signed, and yet more than the file has */
    len = piece_write(&from_start, file, 10, key, out);
    out[8 + 3] = 9;
    sign(&from_start, len);
    assert_false(piece_read(&from_start, out, len, key, &piece));
    out[8 + 3] = 10;
    sign(&from_start, len);
    assert_true(piece_read(&from_start, out, len, key, &piece));
    beyond.at = 10;
    len = piece_write(&beyond, file, 10, key, out);
    assert_false(piece_read(&beyond, out, len, key, &piece));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_question),
        cmocka_unit_test(test_a_file_in_pieces),
        cmocka_unit_test(test_no_file),
        cmocka_unit_test(test_forged),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
