/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "common/base/cursor.h"

static const uint8_t bytes[] = {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef,
                                0xfe, 0xdc, 0xba, 0x98, 0x76, 0x54, 0x32, 0x10};

static void test_reads(void **state)
{
    struct reader r = reader_of(bytes, sizeof(bytes));
    uint8_t tail[2];

    (void)state;
    assert_int_equal(read_u8(&r), 0x01);
    assert_int_equal(read_u16(&r), 0x2345);
    assert_int_equal(read_u32(&r), 0x6789abcd);
    assert_int_equal(read_left(&r), 9);
    read_skip(&r, 1);
    assert_true(read_u64(&r) == UINT64_C(0xfedcba9876543210));
    assert_false(r.failed);
    assert_int_equal(read_left(&r), 0);
    read_bytes(&r, tail, 0);
    read_skip(&r, 0);
    assert_false(r.failed);
}

/* Once short, always short: bytes that are still there are not returned. */
static void test_a_short_read_sticks(void **state)
{
    static const uint8_t zeros[4];
    uint8_t out[4] = {9, 9, 9, 9};
    struct reader r = reader_of(bytes, 3);

    (void)state;
    assert_int_equal(read_u32(&r), 0);
    assert_true(r.failed);
    assert_int_equal(read_left(&r), 0);
    assert_int_equal(read_u8(&r), 0);
    read_bytes(&r, out, sizeof(out));
    assert_memory_equal(out, zeros, sizeof(zeros));

    r = reader_of(bytes, 3);
    read_bytes(&r, out, 4);
    assert_true(r.failed);
    r = reader_of(bytes, 3);
    read_skip(&r, SIZE_MAX);
    assert_true(r.failed);
    r = reader_of(NULL, 0);
    assert_int_equal(read_u8(&r), 0);
    assert_true(r.failed);
}

static void test_writes(void **state)
{
    uint8_t out[18];
    struct writer w = writer_of(out, 17);

    (void)state;
    memset(out, 0x5a, sizeof(out));
    write_u8(&w, 0x01);
    write_u16(&w, 0x2345);
    write_u32(&w, 0x6789abcd);
    write_u64(&w, UINT64_C(0xeffedcba98765432));
    write_bytes(&w, bytes + 15, 1);
    assert_false(w.failed);
    assert_int_equal(w.pos, sizeof(bytes));
    assert_memory_equal(out, bytes, sizeof(bytes));

    write_u16(&w, 0x1122); /* one byte is left */
    assert_true(w.failed);
    write_u8(&w, 0x33); /* would fit, but the writer has failed */
    write_bytes(&w, bytes, 1);
    assert_int_equal(w.pos, sizeof(bytes));
    assert_int_equal(out[16], 0x5a);
    assert_int_equal(out[17], 0x5a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads),
        cmocka_unit_test(test_a_short_read_sticks),
        cmocka_unit_test(test_writes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
