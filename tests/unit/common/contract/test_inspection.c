/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "common/contract/inspect_wire.h"

/* As full as it can be. */
static struct inspection fullest(void)
{
    struct inspection it = {.state = INSPECTION_UNTRUSTED,
                            .alert = -1,
                            .version = 0x0304,
                            .has_certificate = true,
                            .name_count = INSPECTION_NAMES_MAX,
                            .names_count = 1000,
                            .chain_count = INSPECTION_CHAIN_MAX,
                            .checked_s = -5};
    char *texts[] = {it.cipher, it.group,    it.alpn, it.serial,  it.signature, it.anchor,
                     it.store,  it.protocol, it.text, it.missing, it.location,  it.blamed};

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        memset(texts[i], 'x', INSPECTION_TEXT_MAX_LEN);
    for (unsigned i = 0; i < INSPECTION_NAMES_MAX; i++)
        memset(it.names[i], 'n', INSPECTION_TEXT_MAX_LEN);
    for (unsigned i = 0; i < INSPECTION_CHAIN_MAX; i++) {
        memset(it.chain[i].subject, 's', INSPECTION_TEXT_MAX_LEN);
        memset(it.chain[i].issuer, 'i', INSPECTION_TEXT_MAX_LEN);
        it.chain[i].not_after_s = 253402300799;
        it.chain[i].role = ROLE_EXTRA;
    }
    for (unsigned i = 0; i < INSPECTION_PROBLEMS_MAX; i++)
        inspection_add(&it, (enum inspection_problem_id)i, i, true, -7);
    return it;
}

static void test_the_fullest_comes_back(void **state)
{
    static uint8_t bytes[INSPECT_MESSAGE_MAX_LEN];
    static struct inspect_message message, back;
    size_t len;

    (void)state;
    message.type = INSPECT_ANSWER;
    message.answer.job = 7;
    message.answer.inspection = fullest();
    len = inspect_encode(&message, bytes);
    assert_true(len > 16000 && len <= INSPECTION_MAX_LEN);
    assert_true(inspect_decode(bytes, len, INSPECT_INSPECTOR, &back));
    assert_memory_equal(&message, &back, sizeof(back));
    assert_false(inspect_decode(bytes, len, INSPECT_CLIENT, &back));
    for (size_t cut = 1; cut < len; cut++)
        assert_false(inspect_decode(bytes, len - cut, INSPECT_INSPECTOR, &back));
}

static void test_a_chain_comes_back(void **state)
{
    static uint8_t bytes[INSPECT_MESSAGE_MAX_LEN], most[INSPECT_CHAIN_MAX_LEN];
    static struct inspect_message back;
    struct inspect_message message = {.type = INSPECT_CHAIN};
    const uint8_t chain[] = {0, 0, 2, 0x30, 0, 0, 0, 1, 0x31}, *der;
    struct reader reader;
    size_t len, der_len;

    (void)state;
    message.chain.job = 9;
    message.chain.len = sizeof(chain);
    message.chain.bytes = chain;
    len = inspect_encode(&message, bytes);
    assert_true(inspect_decode(bytes, len, INSPECT_INSPECTOR, &back));
    assert_int_equal(back.chain.job, 9);
    reader = reader_of(back.chain.bytes, back.chain.len);
    assert_true(inspect_chain_next(&reader, &der, &der_len));
    assert_true(der_len == 2 && memcmp(der, "0", 2) == 0);
    assert_true(inspect_chain_next(&reader, &der, &der_len));
    assert_true(der_len == 1 && der[0] == 0x31);
    assert_false(inspect_chain_next(&reader, &der, &der_len));
    for (size_t cut = 1; cut < 6; cut++) /* in the middle, or one empty */
        if (cut != 4)
            assert_false(inspect_decode(bytes, len - cut, INSPECT_INSPECTOR, &back));
    most[0] = (sizeof(most) - 3) >> 16;
    most[1] = ((sizeof(most) - 3) >> 8) & 0xff;
    most[2] = (sizeof(most) - 3) & 0xff;
    message.chain.len = sizeof(most);
    message.chain.bytes = most;
    len = inspect_encode(&message, bytes);
    assert_true(inspect_decode(bytes, len, INSPECT_INSPECTOR, &back));
    assert_false(inspect_decode(bytes, len, INSPECT_CLIENT, &back));
}

static void cleaned(const char *in, size_t len, const char *expected)
{
    char out[INSPECTION_TEXT_MAX_LEN + 1];

    inspection_text(out, in, len);
    assert_string_equal(out, expected);
}

static void test_texts_of_strangers(void **state)
{
    char longest[600], out[INSPECTION_TEXT_MAX_LEN + 1];

    (void)state;
    cleaned("M\xc3\xbcller", 7, "M\xc3\xbcller");
    cleaned("a\0b", 3, "a?b");
    cleaned("a\x1b[31m\r\n\x7f", 8, "a?[31m??");
    cleaned("\xff\xfe", 2, "??");
    cleaned("\xc2\x9b", 2, "?"); /* CSI, a C1 control */
    cleaned("a\xe2\x80\xae"
            "b",
            5, "a?b"); /* right-to-left override */
    cleaned("a\xe2\x81\xa6"
            "b",
            5, "a?b"); /* isolate */
    cleaned("a\xe2\x80\x8b"
            "b",
            5, "a?b"); /* zero width space */
    cleaned("\xf0\x9f\x94\x92", 4, "\xf0\x9f\x94\x92");
    cleaned("\xe2\x82", 2, "??"); /* cut */
    memset(longest, 'x', sizeof(longest));
    memcpy(longest + INSPECTION_TEXT_MAX_LEN - 1, "\xc3\xbc", 2);
    inspection_text(out, longest, sizeof(longest));
    assert_int_equal(strlen(out), INSPECTION_TEXT_MAX_LEN - 1); /* no half a letter */
}

static void refuses(struct inspection *it, const void *at, uint8_t bad)
{
    uint8_t bytes[INSPECTION_MAX_LEN];
    struct writer writer = writer_of(bytes, sizeof(bytes));
    struct reader reader;
    struct inspection back;

    inspection_write(&writer, it);
    assert_false(writer.failed);
    for (size_t i = 0; i < writer.pos; i++)
        if (bytes[i] == *(const uint8_t *)at) {
            bytes[i] = bad;
            break;
        }
    reader = reader_of(bytes, writer.pos);
    assert_false(inspection_read(&reader, &back));
}

static void test_what_the_reader_refuses(void **state)
{
    struct inspection it = {.state = INSPECTION_TRUSTED, .alert = -1};

    (void)state;
    refuses(&it, &(uint8_t){INSPECTION_TRUSTED}, INSPECTION_STATE_COUNT);
    strcpy(it.text, "~");
    refuses(&it, "~", '\n');
    refuses(&it, "~", 0xff);
    refuses(&it, "~", 0);
}

static bool comes_back(const struct inspection *it)
{
    uint8_t bytes[INSPECTION_MAX_LEN];
    struct writer writer = writer_of(bytes, sizeof(bytes));
    struct reader reader;
    struct inspection back;

    inspection_write(&writer, it);
    reader = reader_of(bytes, writer.pos);
    return inspection_read(&reader, &back);
}

static void test_what_no_certificate_can_say(void **state)
{
    struct inspection it = {.state = INSPECTION_TRUSTED, .alert = -1};

    (void)state;
    it.checked_s = 253402300799; /* the end of 9999 */
    assert_true(comes_back(&it));
    it.checked_s++;
    assert_false(comes_back(&it));
    it.checked_s = INT64_MIN;
    assert_false(comes_back(&it));
    it.checked_s = 0;
    it.version = 0x0304;
    assert_true(comes_back(&it));
    it.version++;
    assert_false(comes_back(&it));
}

/* A new word costs the reader that word, not its session. */
static void test_words_of_a_newer_inspector(void **state)
{
    static uint8_t bytes[INSPECT_MESSAGE_MAX_LEN];
    static struct inspect_message message, back;
    struct inspection *it = &message.answer.inspection, *read = &back.answer.inspection;

    (void)state;
    for (unsigned more = 0; more < 2; more++) {
        message = (struct inspect_message){.type = INSPECT_ANSWER};
        *it = (struct inspection){.state = INSPECTION_UNTRUSTED,
                                  .has_certificate = true,
                                  .chain_count = 1,
                                  .problem_count = 1};
        it->problems[0].id = (uint8_t)(INSPECTION_PROBLEM_COUNT + more);
        it->chain[0].role = (uint8_t)(ROLE_COUNT + more);
        it->key = (uint8_t)(KEY_COUNT + more);
        it->by = (uint8_t)(BY_COUNT + more);
        it->survey.answers[1] = (uint8_t)(SURVEY_ANSWER_COUNT + more);
        assert_true(
            inspect_decode(bytes, inspect_encode(&message, bytes), INSPECT_INSPECTOR, &back));
        assert_int_equal(read->state, INSPECTION_UNTRUSTED);
        assert_int_equal(read->problems[0].id, INSPECTION_PROBLEM_OTHER);
        assert_int_equal(read->chain[0].role, ROLE_EXTRA);
        assert_int_equal(read->key, KEY_OTHER);
        assert_int_equal(read->by, BY_NOTHING);
        assert_int_equal(read->survey.answers[1], SURVEY_UNKNOWN);
        message = (struct inspect_message){.type = INSPECT_REFUSED};
        message.refused.reason = (enum inspect_refusal)(INSPECT_REFUSAL_COUNT + more);
        assert_true(
            inspect_decode(bytes, inspect_encode(&message, bytes), INSPECT_INSPECTOR, &back));
        assert_int_equal(back.refused.reason, INSPECT_REFUSED_OTHER);
    }
}

/* What stands behind the fields that we know changes nothing, and an unknown type is skipped; but
 * a client's message is exactly one that we know. */
static void test_messages_of_a_newer_inspector(void **state)
{
    static uint8_t bytes[INSPECT_MESSAGE_MAX_LEN];
    static const enum inspect_type grow[] = {INSPECT_WELCOME, INSPECT_PONG, INSPECT_ANSWER};
    static struct inspect_message message, back;
    size_t len;

    (void)state;
    for (unsigned i = 0; i < sizeof(grow) / sizeof(grow[0]); i++) {
        message = (struct inspect_message){.type = grow[i]};
        len = inspect_encode(&message, bytes);
        bytes[len] = 0xa5;
        assert_true(inspect_decode(bytes, len + 1, INSPECT_INSPECTOR, &back));
        assert_int_equal(back.type, grow[i]);
    }
    message = (struct inspect_message){.type = INSPECT_HELLO};
    len = inspect_encode(&message, bytes);
    assert_true(inspect_decode(bytes, len + 1, INSPECT_CLIENT, &back));
    message = (struct inspect_message){.type = INSPECT_PING};
    len = inspect_encode(&message, bytes);
    assert_true(inspect_decode(bytes, len, INSPECT_CLIENT, &back));
    assert_false(inspect_decode(bytes, len + 1, INSPECT_CLIENT, &back));
    for (unsigned type = 0; type <= UINT8_MAX; type++) {
        bytes[0] = (uint8_t)type;
        if (type > INSPECT_CHAIN || (type > INSPECT_PING && type < INSPECT_WELCOME)) {
            assert_false(inspect_decode(bytes, 40, INSPECT_CLIENT, &back));
            assert_int_equal(inspect_decode(bytes, 40, INSPECT_INSPECTOR, &back), type >= 128);
            assert_true(type < 128 || back.type == INSPECT_NOT_FOR_US);
        }
    }
}

static void test_problems_in_order(void **state)
{
    struct inspection it = {0};

    (void)state;
    inspection_add(&it, INSPECTION_PROBLEM_ROOT_SENT, 1, false, 0);
    inspection_add(&it, INSPECTION_PROBLEM_EXPIRES_SOON, 0, false, 3);
    inspection_add(&it, INSPECTION_PROBLEM_EXPIRED, 0, false, 1);
    inspection_add(&it, INSPECTION_PROBLEM_NAME_MISMATCH, 0, false, 0);
    inspection_add(&it, INSPECTION_PROBLEM_EXPIRED, 2, false, 9);
    inspection_sort(&it);
    assert_int_equal(it.problem_count, 4);
    assert_int_equal(it.problems[0].id, INSPECTION_PROBLEM_EXPIRED);
    assert_int_equal(it.problems[0].depth, 0);
    assert_int_equal(it.problems[1].id, INSPECTION_PROBLEM_NAME_MISMATCH);
    assert_int_equal(it.problems[2].id, INSPECTION_PROBLEM_EXPIRES_SOON);
    assert_int_equal(it.problems[3].id, INSPECTION_PROBLEM_ROOT_SENT);
    for (unsigned i = 0; i < 60; i++)
        inspection_add(&it, (enum inspection_problem_id)(i % INSPECTION_PROBLEM_COUNT), 0, false,
                       0);
    assert_int_equal(it.problem_count, INSPECTION_PROBLEMS_MAX);
}

static void test_names_that_may_be_asked(void **state)
{
    static uint8_t bytes[INSPECT_MESSAGE_MAX_LEN];
    static struct inspect_message ask, back;
    static const struct {
        const char *name;
        bool sound;
    } names[] = {{"", true},       {"a.net", true},  {"xn--bcher-kva.de", true},
                 {"A.net", false}, {"a b", false},   {"a.net/", false},
                 {".net", false},  {"a\r\nb", false}};

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        ask = (struct inspect_message){.type = INSPECT_ASK};
        ask.ask.addr = (struct addr){ADDR_IPV4, {192, 0, 2, 1}};
        ask.ask.port = 443;
        strcpy(ask.ask.name, names[i].name);
        assert_int_equal(inspect_decode(bytes, inspect_encode(&ask, bytes), INSPECT_CLIENT, &back),
                         names[i].sound);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_fullest_comes_back),
        cmocka_unit_test(test_a_chain_comes_back),
        cmocka_unit_test(test_texts_of_strangers),
        cmocka_unit_test(test_what_the_reader_refuses),
        cmocka_unit_test(test_what_no_certificate_can_say),
        cmocka_unit_test(test_words_of_a_newer_inspector),
        cmocka_unit_test(test_messages_of_a_newer_inspector),
        cmocka_unit_test(test_problems_in_order),
        cmocka_unit_test(test_names_that_may_be_asked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
