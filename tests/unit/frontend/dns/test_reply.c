/* SPDX-License-Identifier: BSD-2-Clause */
/* Which records of a name server's reply are the name's addresses, whatever c-ares thinks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/nameser.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "frontend/dns/reply.h"
#include "tests/unit/support/name_server.h"

enum { QUIET_MS = 300, RECORDS_MAX = 5, FIRST_RECORD = 12 + 17 + 4 /* header, question */ };

static const struct row {
    const char *records[RECORDS_MAX]; /* name_server.h tells the form */
    enum lookup_status status;
    const char *found;
} rows[] = {
    {{"9.9.9.9", "8.8.4.4", "9.9.9.9"}, LOOKUP_OK, "9.9.9.9 8.8.4.4 9.9.9.9"},
    /* other owners */
    {{"@127.0.0.1"}, LOOKUP_NO_ADDRESS, ""},
    {{"@127.0.0.1", "9.9.9.9", "@10.0.0.1"}, LOOKUP_OK, "9.9.9.9"},
    {{"ww.example.net 10.0.0.1", "wwww.example.net 10.0.0.2"}, LOOKUP_NO_ADDRESS, ""},
    {{"@16 10.0.0.1", "www.example.net.uk 10.0.0.2", "a.@12 10.0.0.3"}, LOOKUP_NO_ADDRESS, ""},
    /* aliases */
    {{"@12 > a.example.org", "a.example.org 9.9.9.9"}, LOOKUP_OK, "9.9.9.9"},
    {{"@12 > a.net", "a.net > b.net", "b.net > c.net", "c.net 9.9.9.9"}, LOOKUP_OK, "9.9.9.9"},
    {{"@12 > a.net", "a.net > b.net"}, LOOKUP_NO_ADDRESS, ""},
    {{"@12 > a.net", "@12 > A.net", "a.net 9.9.9.9"}, LOOKUP_OK, "9.9.9.9"},
    /* in any order; the addresses in theirs */
    {{"a.net 9.9.9.9", "@12 > a.net"}, LOOKUP_OK, "9.9.9.9"},
    {{"b.net 9.9.9.9", "a.net > b.net", "b.net 8.8.4.4", "@12 > a.net"},
     LOOKUP_OK,
     "9.9.9.9 8.8.4.4"},
    {{"a.net > b.net", "b.net > c.net", "c.net 9.9.9.9", "@12 > a.net"}, LOOKUP_OK, "9.9.9.9"},
    /* a chain that is broken leads nowhere */
    {{"@12 > a.net", "b.net > c.net", "c.net 9.9.9.9"}, LOOKUP_NO_ADDRESS, ""},
    {{"a.net > b.net", "b.net 9.9.9.9"}, LOOKUP_NO_ADDRESS, ""},
    {{"@12 > a.net", "b.net 9.9.9.9"}, LOOKUP_NO_ADDRESS, ""},
    {{"a.net > b.net", "9.9.9.9", "b.net 10.0.0.1"}, LOOKUP_OK, "9.9.9.9"},
    /* towards the name is not from it */
    {{"a.net > www.example.net", "a.net 9.9.9.9"}, LOOKUP_NO_ADDRESS, ""},
    /* case is no difference */
    {{"WWW.exaMPLE.Net 9.9.9.9"}, LOOKUP_OK, "9.9.9.9"},
    {{"wWw.example.net > A.eXample.neT", "a.ExAMPLE.net 9.9.9.9"}, LOOKUP_OK, "9.9.9.9"},
    /* loops */
    {{"@12 > www.example.net"}, LOOKUP_FAILED, ""},
    {{"@12 > WWW.example.net", "9.9.9.9"}, LOOKUP_FAILED, ""},
    {{"@12 > a.net", "a.net > b.net", "b.net > A.net", "b.net 9.9.9.9"}, LOOKUP_FAILED, ""},
    {{"@12 > a.net", "a.net 9.9.9.9", "a.net > www.example.net"}, LOOKUP_FAILED, ""},
    {{"a.net > b.net", "b.net > a.net", "9.9.9.9"}, LOOKUP_OK, "9.9.9.9"}, /* elsewhere */
    /* two ways to go */
    {{"@12 > a.net", "@12 > b.net", "a.net 9.9.9.9"}, LOOKUP_FAILED, ""},
    {{"a.net > b.net", "a.net > c.net", "9.9.9.9"}, LOOKUP_OK, "9.9.9.9"}, /* elsewhere */
    /* addresses beside an alias: another's; its own, which ought not be there, is judged */
    {{"@127.0.0.1", "@12 > a.net", "@10.0.0.1", "a.net 9.9.9.9", "@10.0.0.2"},
     LOOKUP_OK,
     "9.9.9.9"},
    {{"@12 > a.net", "10.0.0.1", "a.net 9.9.9.9"}, LOOKUP_OK, "10.0.0.1 9.9.9.9"},
    {{"@12 > a.net", "10.0.0.1"}, LOOKUP_OK, "10.0.0.1"},
    /* compressed: the rest of the question's name, and a name in a record's data */
    {{"@12 > a.@16", "a.@16 9.9.9.9"}, LOOKUP_OK, "9.9.9.9"},
    {{"@12 > a.@16", "@45 > b.@45", "@61 9.9.9.9", "@16 10.0.0.1"}, LOOKUP_OK, "9.9.9.9"},
    {{"@12 > a.@16", "a.@12 10.0.0.1", "b.@45 10.0.0.2"}, LOOKUP_NO_ADDRESS, ""},
};

static size_t reply_of(uint8_t reply[static NAME_SERVER_REPLY_MAX_LEN], const char *const *records)
{
    unsigned count = 0;

    while (count < RECORDS_MAX && records[count] != NULL)
        count++;
    return name_server_reply(reply, ADDR_IPV4, 0, records, count);
}

static struct lookup read_reply(const void *reply, size_t len)
{
    return dns_reply_read(reply, len, NAME_SERVER_NAME, ADDR_IPV4);
}

static void judge(unsigned row, const char *way, const struct lookup *lookup)
{
    char found[LOOKUP_ADDRS_MAX * ADDR_TEXT_LEN] = "", text[ADDR_TEXT_LEN];

    for (unsigned i = 0; i < lookup->count; i++) {
        addr_format(&lookup->addrs[i], text);
        strcat(strcat(found, i > 0 ? " " : ""), text);
    }
    if (lookup->status != rows[row].status || strcmp(found, rows[row].found) != 0)
        fail_msg("row %u, %s: status %d, \"%s\"", row, way, (int)lookup->status, found);
}

static void test_whose_addresses(void **state)
{
    uint8_t reply[NAME_SERVER_REPLY_MAX_LEN];

    (void)state;
    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        size_t len = reply_of(reply, rows[i].records);
        struct lookup lookup = read_reply(reply, len);
        judge(i, "read", &lookup);
        lookup = name_server_ask(ADDR_IPV4, reply, len, QUIET_MS);
        judge(i, "through the library", &lookup);
    }
}

/* Only of letters.  The library would not let these names through. */
static void test_no_case(void **state)
{
    static const char *const records[RECORDS_MAX] = {"@12 > a[.net", "a{.net 9.9.9.9",
                                                     "a;.net 9.9.9.9"};
    uint8_t reply[NAME_SERVER_REPLY_MAX_LEN];
    struct lookup lookup = read_reply(reply, reply_of(reply, records));

    (void)state;
    assert_int_equal(lookup.status, LOOKUP_NO_ADDRESS);
}

/* As many aliases as are followed, and one more. */
static void test_long_chain(void **state)
{
    uint8_t reply[NAME_SERVER_REPLY_MAX_LEN];
    char texts[DNS_REPLY_ALIASES_MAX + 2][64];
    const char *records[DNS_REPLY_ALIASES_MAX + 2];

    (void)state;
    for (unsigned more = 0; more < 2; more++) {
        unsigned count = DNS_REPLY_ALIASES_MAX + more;
        struct lookup lookup;
        for (unsigned i = 0; i <= count; i++) {
            snprintf(texts[i], sizeof(texts[i]),
                     i < count ? "n%u.net > n%u.net" : "n%u.net 9.9.9.9", i, i + 1);
            records[i] = i > 0 ? texts[i] : "@12 > n1.net";
        }
        lookup = read_reply(reply, name_server_reply(reply, ADDR_IPV4, 0, records, count + 1));
        assert_int_equal(lookup.status, more == 0 ? LOOKUP_OK : LOOKUP_FAILED);
    }
}

/* What is cut off has no addresses, not even those that are whole. */
static void test_truncated(void **state)
{
    static const char *const records[RECORDS_MAX] = {"9.9.9.9", "@12 > a.@16", "a.@16 8.8.4.4"};
    uint8_t reply[NAME_SERVER_REPLY_MAX_LEN];
    size_t len = reply_of(reply, records);
    struct lookup lookup;

    (void)state;
    for (size_t cut = 0; cut < len; cut++) {
        lookup = read_reply(reply, cut);
        assert_int_equal(lookup.status, LOOKUP_FAILED);
        assert_int_equal(lookup.count, 0);
    }
    lookup = read_reply(reply, len + 1); /* what follows is none of ours */
    assert_int_equal(lookup.status, LOOKUP_OK);
}

/* One byte, or two, of a reply with an address and an alias are others. */
static void test_malformed(void **state)
{
    enum { DATA_LEN = FIRST_RECORD + 10, ALIAS = DATA_LEN + 6, ALIAS_DATA_LEN = ALIAS + 12 };
    static const struct {
        size_t at;
        uint8_t bytes[2], len;
    } changes[] = {
        {2, {0x01}, 1},                      /* a question */
        {2, {0x83}, 1},                      /* cut off by the server */
        {3, {0x86}, 1},                      /* an error that has no name */
        {4, {0, 0}, 2},                      /* without the question */
        {4, {0, 2}, 2},                      /* another one, too */
        {6, {0, 3}, 2},                      /* more answers than there are */
        {13, {'x'}, 1},                      /* the question for another name, */
        {FIRST_RECORD - 3, {ns_t_aaaa}, 1},  /* type, */
        {FIRST_RECORD - 1, {ns_c_chaos}, 1}, /* class */
        {FIRST_RECORD, {0xc0, 33}, 2},       /* pointers to themselves, */
        {FIRST_RECORD, {0xc0, 34}, 2},       /* into themselves, */
        {FIRST_RECORD, {0xc0, ALIAS}, 2},    /* forward, */
        {FIRST_RECORD, {0xc0, 0}, 2},        /* into the header, */
        {FIRST_RECORD, {0xff, 0xff}, 2},     /* away */
        {FIRST_RECORD, {0x40, 12}, 2},       /* labels of no known type */
        {FIRST_RECORD, {0x80, 12}, 2},
        {DATA_LEN, {0, 3}, 2},           /* an address too short, */
        {DATA_LEN, {0, 5}, 2},           /* too long, */
        {DATA_LEN, {0xff, 0xff}, 2},     /* with data beyond the end */
        {ALIAS_DATA_LEN, {0, 1}, 2},     /* an alias ends too early, */
        {ALIAS_DATA_LEN, {0, 5}, 2},     /* too late, */
        {ALIAS_DATA_LEN + 2, {0x41}, 1}, /* is no name */
    };
    static const char *const records[RECORDS_MAX] = {"9.9.9.9", "a.@16 > b.@16"};
    uint8_t whole[NAME_SERVER_REPLY_MAX_LEN], reply[NAME_SERVER_REPLY_MAX_LEN] = {0};
    size_t len = reply_of(whole, records);

    (void)state;
    for (unsigned i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        struct lookup lookup = read_reply(whole, len);
        assert_int_equal(lookup.status, LOOKUP_OK);
        memcpy(reply, whole, len);
        memcpy(reply + changes[i].at, changes[i].bytes, changes[i].len);
        lookup = read_reply(reply, len + 1);
        if (lookup.status != LOOKUP_FAILED || lookup.count != 0)
            fail_msg("change %u: status %d", i, (int)lookup.status);
    }
}

/* Another owner's record is malformed, too: where the next one begins is not sure. */
static void test_address_length_of_another(void **state)
{
    static const char *const records[RECORDS_MAX] = {"@127.0.0.1", "9.9.9.9"};
    uint8_t reply[NAME_SERVER_REPLY_MAX_LEN];
    size_t len = reply_of(reply, records);
    struct lookup lookup;

    (void)state;
    reply[FIRST_RECORD + 19 + 9] = 3;
    lookup = read_reply(reply, len);
    assert_int_equal(lookup.status, LOOKUP_FAILED);
}

static void test_other_class(void **state)
{
    static const char *const records[RECORDS_MAX] = {"9.9.9.9", "@12 > a.@16", "a.@16 8.8.4.4"};
    uint8_t reply[NAME_SERVER_REPLY_MAX_LEN];
    size_t len = reply_of(reply, records);
    struct lookup lookup;

    (void)state;
    reply[FIRST_RECORD + 5] = ns_c_chaos;
    lookup = read_reply(reply, len);
    assert_int_equal(lookup.count, 1);
    reply[FIRST_RECORD + 16 + 5] = ns_c_chaos;
    lookup = read_reply(reply, len);
    assert_int_equal(lookup.status, LOOKUP_NO_ADDRESS);
}

/* 255 bytes are a name (RFC 1035 section 2.3.4), 256 are none. */
static void test_lengthy_owner(void **state)
{
    uint8_t reply[NAME_SERVER_REPLY_MAX_LEN];
    char label[NS_MAXLABEL + 1], record[NS_MAXDNAME];

    (void)state;
    memset(label, 'a', NS_MAXLABEL);
    label[NS_MAXLABEL] = '\0';
    for (int more = 0; more < 2; more++) { /* 3 labels, the fourth, and the question's 17 */
        const char *records[] = {record, "9.9.9.9"};
        struct lookup lookup;
        snprintf(record, sizeof(record), "%s.%s.%s.%.*s.@12 10.0.0.1", label, label, label,
                 255 - 3 * (1 + NS_MAXLABEL) - 1 - 17 + more, label);
        lookup = read_reply(reply, name_server_reply(reply, ADDR_IPV4, 0, records, 2));
        assert_int_equal(lookup.status, more == 0 ? LOOKUP_OK : LOOKUP_FAILED);
    }
}

static void test_names_that_are_none(void **state)
{
    static const char *const names[] = {
        "www..example.net",
        ".www.example.net",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.net",
        "other.example.net",
        "",
    };
    uint8_t reply[NAME_SERVER_REPLY_MAX_LEN];
    size_t len = name_server_reply(reply, ADDR_IPV4, 0, (const char *const[]){"9.9.9.9"}, 1);

    (void)state;
    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct lookup lookup = dns_reply_read(reply, len, names[i], ADDR_IPV4);
        assert_int_equal(lookup.status, LOOKUP_FAILED);
    }
}

/* A reply of one SRV record, whose target is compressed or not. */
static size_t srv_reply(uint8_t *out, uint16_t port, const char *target, size_t target_len)
{
    static const char head[] = "\x12\x34\x81\x80\0\1\0\1\0\0\0\0"
                               "\2_x\4_tcp\1a\3net\0\0\x21\0\1"
                               "\xc0\x0c\0\x21\0\1\0\0\0\x3c\0";
    size_t len = sizeof(head) - 1;

    memcpy(out, head, len);
    out[len++] = (uint8_t)(6 + target_len);
    memcpy(out + len, "\0\0\0\5", 4);
    out[len + 4] = (uint8_t)(port >> 8);
    out[len + 5] = (uint8_t)port;
    memcpy(out + len + 6, target, target_len);
    return len + 6 + target_len;
}

static void test_where_a_service_is(void **state)
{
    static const struct dns_service service = {"_x._tcp.a.net", "a.net", 25565};
    static const struct {
        uint16_t port;
        const char *target;
        size_t len;
        bool elsewhere;
    } targets[] = {
        {25565, "\1A\3net", 7, false}, /* with the NUL */
        {25565, "\xc0\x14", 2, false}, /* a.net of the question */
        {25566, "\xc0\x14", 2, true},    {25565, "\1b\3net", 7, true},
        {25565, "\1b\xc0\x14", 4, true}, {1, "", 1, false}, /* "." */
        {25566, "\xc0\xff", 2, false},   {25566, "\1b\3net\0", 8, false},
        {25566, "\1b", 2, false},
    };
    uint8_t reply[128];

    (void)state;
    for (unsigned i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
        size_t len = srv_reply(reply, targets[i].port, targets[i].target, targets[i].len);
        if (dns_reply_serves_elsewhere(reply, len, &service) != targets[i].elsewhere)
            fail_msg("target %u", i);
        for (size_t cut = 0; cut < len; cut++)
            assert_false(dns_reply_serves_elsewhere(reply, cut, &service));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_where_a_service_is),
        cmocka_unit_test(test_whose_addresses),
        cmocka_unit_test(test_no_case),
        cmocka_unit_test(test_long_chain),
        cmocka_unit_test(test_truncated),
        cmocka_unit_test(test_malformed),
        cmocka_unit_test(test_address_length_of_another),
        cmocka_unit_test(test_other_class),
        cmocka_unit_test(test_lengthy_owner),
        cmocka_unit_test(test_names_that_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
