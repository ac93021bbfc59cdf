/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "inspector/dialogue/hello.h"
#include "tests/unit/support/hello_frames.h"

static uint16_t u16_at(const uint8_t *at)
{
    return (uint16_t)(at[0] << 8 | at[1]);
}

/* Where the extension's contents begin; NULL if it is not there. */
static const uint8_t *find_extension(const uint8_t *hello, size_t len, unsigned type)
{
    const uint8_t *at = hello + 5 + 4 + 2 + 32 + 1 + 32, *end = hello + len;

    at += 2 + u16_at(at); /* suites */
    at += 2;              /* compression */
    if (at == end)
        return NULL;
    assert_int_equal(u16_at(at), end - at - 2);
    for (at += 2; at < end; at += 4 + u16_at(at + 2))
        if (u16_at(at) == type)
            return at + 4;
    assert_ptr_equal(at, end);
    return NULL;
}

static void test_lengths_and_versions(void **state)
{
    static const uint8_t random[HELLO_RANDOM_LEN] = {1, 2, 3};
    uint8_t hello[HELLO_MAX_LEN];
    char longest[254];

    (void)state;
    memset(longest, 'a', 253);
    longest[253] = '\0';
    for (unsigned question = 0; question < SURVEY_COUNT; question++) {
        for (unsigned with = 0; with < 2; with++) {
            size_t len =
                hello_write((enum survey_question)question, with ? longest : "", random, hello);
            uint16_t version = question >= SURVEY_TLS1_3 ? 0x0303 : (uint16_t)(0x0300 + question);
            assert_true(len > 50);
            assert_int_equal(hello[0], 22);
            assert_int_equal(u16_at(hello + 1), question == SURVEY_SSL3 ? 0x0300 : 0x0301);
            assert_int_equal(u16_at(hello + 3), len - 5);
            assert_int_equal(u16_at(hello + 7), len - 9);
            assert_int_equal(u16_at(hello + 9), version);
            assert_false(len - 5 >= 256 && len - 5 < 512);
            assert_int_equal(find_extension(hello, len, 0) != NULL,
                             with == 1 && question != SURVEY_SSL3);
            assert_int_equal(find_extension(hello, len, 43) != NULL, question >= SURVEY_TLS1_3);
        }
    }
}

static void test_an_empty_key_share_and_groups(void **state)
{
    static const uint8_t random[HELLO_RANDOM_LEN];
    uint8_t hello[HELLO_MAX_LEN];
    size_t len = hello_write(SURVEY_POST_QUANTUM, "a.net", random, hello);
    const uint8_t *share = find_extension(hello, len, 51), *groups = find_extension(hello, len, 10);

    (void)state;
    assert_int_equal(u16_at(share), 0);
    for (unsigned i = 0; i < u16_at(groups); i += 2)
        assert_true(survey_is_post_quantum(u16_at(groups + 2 + i)));
    len = hello_write(SURVEY_TLS1_3, "a.net", random, hello);
    assert_int_equal(u16_at(find_extension(hello, len, 10) + 2), 0x11ec);
}

static void reads(const char *hex, enum hello_result result, uint16_t version, uint16_t group)
{
    uint8_t bytes[HELLO_ANSWER_MAX_LEN] = {0};
    size_t len = hello_frame(hex, bytes);
    struct hello_answer answer = hello_read(bytes, len);

    assert_int_equal(answer.result, result);
    assert_int_equal(answer.version, version);
    assert_int_equal(answer.group, group);
    for (size_t cut = 0; cut < len && result == HELLO_ACCEPTED; cut++)
        assert_int_equal(hello_read(bytes, cut).result, HELLO_MORE);
}

static void test_answers(void **state)
{
    (void)state;
    reads(FRAME_RETRY, HELLO_ACCEPTED, 0x0304, 0x11ec);
    reads(FRAME_HELLO_1_3, HELLO_ACCEPTED, 0x0304, 0x001d);
    reads(FRAME_HELLO_1_0, HELLO_ACCEPTED, 0x0301, 0);
    reads(FRAME_HELLO_IN_PIECES, HELLO_ACCEPTED, 0x0300, 0);
    reads(FRAME_WARNING_FIRST, HELLO_ACCEPTED, 0x0301, 0);
    reads("15030100020246", HELLO_REFUSED, 0, 0);
    reads("15030100020100", HELLO_REFUSED, 0, 0);
    reads("48545450", HELLO_NO_ANSWER, 0, 0);
    reads("17030300010a", HELLO_NO_ANSWER, 0, 0);
    reads("160301000401000000", HELLO_NO_ANSWER, 0, 0);
    reads("1603010000", HELLO_NO_ANSWER, 0, 0);
    reads("1603010004020fffff", HELLO_NO_ANSWER, 0, 0);
    reads("160301000602000002"
          "0301",
          HELLO_NO_ANSWER, 0, 0);
}

static enum survey_answer judged(enum survey_question question, enum hello_result result,
                                 uint16_t version, uint16_t group)
{
    return hello_survey_answer(question, &(struct hello_answer){result, version, group, 0});
}

static void test_what_an_answer_says(void **state)
{
    (void)state;
    assert_int_equal(judged(SURVEY_TLS1_0, HELLO_ACCEPTED, 0x0301, 0), SURVEY_YES);
    assert_int_equal(judged(SURVEY_TLS1_2, HELLO_ACCEPTED, 0x0301, 0), SURVEY_NO);
    assert_int_equal(judged(SURVEY_TLS1_3, HELLO_ACCEPTED, 0x0304, 0x001d), SURVEY_YES);
    assert_int_equal(judged(SURVEY_TLS1_3, HELLO_ACCEPTED, 0x0303, 0), SURVEY_NO);
    assert_int_equal(judged(SURVEY_POST_QUANTUM, HELLO_ACCEPTED, 0x0304, 0x11ec), SURVEY_YES);
    assert_int_equal(judged(SURVEY_POST_QUANTUM, HELLO_ACCEPTED, 0x0304, 0x001d), SURVEY_UNKNOWN);
    assert_int_equal(judged(SURVEY_SSL3, HELLO_REFUSED, 0, 0), SURVEY_NO);
    assert_int_equal(judged(SURVEY_SSL3, HELLO_NO_ANSWER, 0, 0), SURVEY_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lengths_and_versions),
        cmocka_unit_test(test_an_empty_key_share_and_groups),
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_what_an_answer_says),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
