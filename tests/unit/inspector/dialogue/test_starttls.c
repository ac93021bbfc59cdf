/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "inspector/dialogue/starttls.h"

struct turn {
    const char *in;
    enum starttls_step step;
    const char *out;
};

static void play(enum starttls protocol, const struct turn *turns)
{
    struct starttls_dialogue dialogue;

    assert_int_equal(starttls_begin(&dialogue, protocol, "me.example"), STARTTLS_MORE);
    for (; turns->in != NULL; turns++) {
        assert_int_equal(starttls_feed(&dialogue, turns->in, strlen(turns->in)), turns->step);
        assert_int_equal(dialogue.out_len, strlen(turns->out));
        assert_memory_equal(dialogue.out, turns->out, dialogue.out_len);
    }
}

static void test_smtp_in_pieces(void **state)
{
    static const struct turn turns[] = {
        {"22", STARTTLS_MORE, ""},
        {"0-a\r\n220 b\r", STARTTLS_MORE, ""},
        {"\n", STARTTLS_SEND, "EHLO me.example\r\n"},
        {"250-x\r\n250-StartTLS\r\n", STARTTLS_MORE, ""},
        {"250 OK\r\n", STARTTLS_SEND, "STARTTLS\r\n"},
        {"220 go\r\n", STARTTLS_READY, ""},
        {NULL, STARTTLS_MORE, NULL},
    };

    (void)state;
    play(STARTTLS_SMTP, turns);
}

static void test_imap_has_lines_of_its_own(void **state)
{
    static const struct turn turns[] = {
        {"* OK hi\r\n", STARTTLS_SEND, "a1 STARTTLS\r\n"},
        {"* CAPABILITY\r\n* X\r\n", STARTTLS_MORE, ""},
        {"A1 ok go\r\n\x16", STARTTLS_INJECTED, ""},
        {NULL, STARTTLS_MORE, NULL},
    };

    (void)state;
    play(STARTTLS_IMAP, turns);
}

static void test_offers_that_are_none(void **state)
{
    static const struct turn turns[] = {
        {"220 a\r\n", STARTTLS_SEND, "EHLO me.example\r\n"},
        {"250-XSTARTTLS\r\n250-STARTTLSX\r\n250 SIZE\r\n", STARTTLS_REFUSED, ""},
        {NULL, STARTTLS_MORE, NULL},
    };

    (void)state;
    play(STARTTLS_SMTP, turns);
}

static void test_too_much_is_strange(void **state)
{
    struct starttls_dialogue dialogue;
    char line[STARTTLS_IN_MAX_LEN];

    (void)state;
    memset(line, 'x', sizeof(line));
    starttls_begin(&dialogue, STARTTLS_POP3, "");
    assert_int_equal(starttls_feed(&dialogue, line, sizeof(line)), STARTTLS_MORE);
    assert_int_equal(starttls_feed(&dialogue, line, 1), STARTTLS_STRANGE);
}

static enum starttls_step after(enum starttls protocol, const char *bytes, size_t len)
{
    struct starttls_dialogue dialogue;
    enum starttls_step step = STARTTLS_MORE;

    starttls_begin(&dialogue, protocol, "");
    for (size_t i = 0; i < len && step == STARTTLS_MORE; i++) /* byte by byte */
        step = starttls_feed(&dialogue, bytes + i, 1);
    return step;
}

#define AFTER(protocol, bytes) after(protocol, bytes, sizeof(bytes) - 1)

static void test_bytes_of_ldap(void **state)
{
    (void)state;
    assert_int_equal(
        AFTER(STARTTLS_LDAP, "\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x00\x04\x00\x04\x00"),
        STARTTLS_READY);
    assert_int_equal(AFTER(STARTTLS_LDAP, "\x30\x84\x00\x00\x00\x10\x02\x01\x01\x78\x84\x00\x00\x00"
                                          "\x07\x0a\x01\x00\x04\x00\x04\x00"),
                     STARTTLS_READY);
    assert_int_equal(
        AFTER(STARTTLS_LDAP, "\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x35\x04\x00\x04\x00"),
        STARTTLS_REFUSED);
    assert_int_equal(AFTER(STARTTLS_LDAP, "\x30\x84\xff\xff\xff\xff"), STARTTLS_STRANGE);
    assert_int_equal(AFTER(STARTTLS_LDAP, "\x30\x80"), STARTTLS_STRANGE);
    assert_int_equal(AFTER(STARTTLS_LDAP, "HTTP"), STARTTLS_STRANGE);
}

static void test_bytes_of_the_others(void **state)
{
    static const char mysql[] = "\x21\0\0\0\x0a"
                                "5.0\0"
                                "1234"
                                "12345678\0"
                                "\x00\x0a"
                                "1234567890123";

    (void)state;
    assert_int_equal(AFTER(STARTTLS_POSTGRES, "S"), STARTTLS_READY);
    assert_int_equal(AFTER(STARTTLS_POSTGRES, "N"), STARTTLS_REFUSED);
    assert_int_equal(after(STARTTLS_MYSQL, mysql, 4 + 0x21), STARTTLS_READY);
    assert_int_equal(AFTER(STARTTLS_MYSQL, "\x05\0\0\0\xff\x6a\x04no"), STARTTLS_TURNED_AWAY);
    assert_int_equal(AFTER(STARTTLS_MYSQL, "\xff\xff\xff\0\x0a"), STARTTLS_STRANGE);
    assert_int_equal(AFTER(STARTTLS_RDP, "\3\0\0\x13\x0e\xd0\0\0\0\0\0\2\0\x08\0\1\0\0\0"),
                     STARTTLS_READY);
    assert_int_equal(AFTER(STARTTLS_RDP, "\3\0\0\x13\x0e\xd0\0\0\0\0\0\3\0\x08\0\5\0\0\0"),
                     STARTTLS_REFUSED);
    assert_int_equal(AFTER(STARTTLS_RDP, "\3\0\0\x0b\x06\xd0\0\0\0\0\0"), STARTTLS_REFUSED);
}

static void test_bytes_of_tds(void **state)
{
    static const char on[] = "\x04\1\0\x1a\0\0\0\0" /* version, encryption, end */
                             "\0\0\x0b\0\6"
                             "\1\0\x11\0\1\xff"
                             "\x0f\0\0\0\0\0";
    char answer[] = "0123456789012345678901234567";
    struct starttls_dialogue dialogue;

    (void)state;
    assert_int_equal(starttls_begin(&dialogue, STARTTLS_TDS, ""), STARTTLS_SEND);
    assert_int_equal(dialogue.out_len, 26);
    assert_int_equal(dialogue.out[3], 26);
    memcpy(answer, on, 25);
    for (char encryption = 0; encryption < 4; encryption++) {
        answer[25] = encryption;
        assert_int_equal(after(STARTTLS_TDS, answer, 26),
                         encryption == 2 ? STARTTLS_REFUSED : STARTTLS_READY);
    }
    assert_int_equal(starttls_begin(&dialogue, STARTTLS_TDS, ""), STARTTLS_SEND);
    assert_int_equal(starttls_feed(&dialogue, answer, 27), STARTTLS_INJECTED);
    assert_int_equal(AFTER(STARTTLS_TDS, "\x04\1\0\x09\0\0\0\0\xff"), STARTTLS_STRANGE);
    assert_int_equal(AFTER(STARTTLS_TDS, "\x04\1\0\x0d\0\0\0\0\1\0\x50\0\1"), STARTTLS_STRANGE);
    assert_int_equal(AFTER(STARTTLS_TDS, "\x04\1\xff\xff\0\0\0\0"), STARTTLS_STRANGE);
    assert_int_equal(AFTER(STARTTLS_TDS, "SSH-"), STARTTLS_STRANGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_smtp_in_pieces),
        cmocka_unit_test(test_imap_has_lines_of_its_own),
        cmocka_unit_test(test_offers_that_are_none),
        cmocka_unit_test(test_too_much_is_strange),
        cmocka_unit_test(test_bytes_of_ldap),
        cmocka_unit_test(test_bytes_of_the_others),
        cmocka_unit_test(test_bytes_of_tds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
