/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "common/contract/wire.h"

/* One good message of each type, and its bytes. */
static const struct good {
    struct wire_message message;
    enum wire_side sender;
    bool greeted;
    uint8_t bytes[WIRE_MESSAGE_MAX_LEN];
    size_t len;
} goods[] = {
    {{.type = WIRE_HELLO}, WIRE_CLIENT, false, {1, 'P', 'L', 'I', 'T', 0, 3}, 7},
    {{.type = WIRE_PING, .token = 0x0102030405060708},
     WIRE_CLIENT,
     true,
     {2, 1, 2, 3, 4, 5, 6, 7, 8},
     9},
    {{.type = WIRE_CHECK,
      .check = {0x01020304, {ADDR_IPV4, {198, 18, 3, 2}}, 2, {443, 22}, 3000, true, true}},
     WIRE_CLIENT,
     true,
     {3, 1, 2, 3, 4, 4, 198, 18, 3, 2, [22] = 2, 1, 187, 0, 22, 0, 0, 0x0b, 0xb8, 3},
     32},
    {{.type = WIRE_CANCEL, .job = 9}, WIRE_CLIENT, true, {4, 0, 0, 0, 9}, 5},
    {{.type = WIRE_WELCOME, .welcome = {3, 3000, 600}},
     WIRE_PROBER,
     false,
     {129, 'P', 'L', 'I', 'T', 0, 3, 3, 0x0b, 0xb8, 0x02, 0x58},
     12},
    {{.type = WIRE_PONG, .pong = {1, 2, 3, 4, 5}},
     WIRE_PROBER,
     true,
     {130, [8] = 1, [16] = 2, [24] = 3, [32] = 4, [36] = 5},
     37},
    {{.type = WIRE_REFUSED, .refused = {7, REFUSED_PORT_NOT_ALLOWED, 2, 1000}},
     WIRE_PROBER,
     true,
     {131, 0, 0, 0, 7, 1, 2, 0, 0, 3, 0xe8},
     11},
    {{.type = WIRE_RESULT,
      .result = {7,
                 true,
                 {.port = 443,
                  .state = STATE_FILTERED,
                  .reason = REASON_ICMP_ADMIN_PROHIBITED,
                  .disposition = DISPOSITION_REJECT,
                  .actor = ACTOR_PATH,
                  .confidence = CONFIDENCE_CERTAIN,
                  .evidence = 0x40,
                  .rtt_ns = 258,
                  .sent = 1,
                  .responder = {ADDR_IPV4, {198, 18, 1, 1}},
                  .ttl = 64,
                  .hops = 1,
                  .actor_hop = -1,
                  .icmp_type = 3,
                  .icmp_code = 13,
                  .last_hop = 2,
                  .silent_from = -1}}},
     WIRE_PROBER,
     true,
     {132, 0,  0, 0, 7,         1, 1, 187,  3,    9, 3, 3, 2,  [20] = 0x40, [27] = 1, 2,    1,   4,
      198, 18, 1, 1, [48] = 64, 0, 1, 0xff, 0xff, 0, 3, 0, 13, 0,           2,        0xff, 0xff},
     61},
    {{.type = WIRE_HOP, .hop = {7, 443, 30, {ADDR_IPV4, {198, 18, 1, 1}}, 258}},
     WIRE_PROBER,
     true,
     {133, 0, 0, 0, 7, 1, 187, 30, 4, 198, 18, 1, 1, [31] = 1, 2},
     33},
    {{.type = WIRE_PACKET, .packet = {7, 443, 258, true, 20, {0x45, [19] = 9}}},
     WIRE_PROBER,
     true,
     {134, 0, 0, 0, 7, 1, 187, [13] = 1, 2, 1, 20, 0x45, [36] = 9},
     209},
    {{.type = WIRE_PLACE, .place = {PLACE_UP, 0x10203, 258, 3, 4, 5, 6, 7}},
     WIRE_PROBER,
     true,
     {135, 1, 0, 1, 2, 3, [12] = 1, 2, [17] = 3, [21] = 4, [25] = 5, [29] = 6, [33] = 7},
     34},
};

/* The prober's messages and HELLO may get fields at their end, see wire.h. */
static bool may_grow(const struct good *good)
{
    return good->sender == WIRE_PROBER || good->message.type == WIRE_HELLO;
}

/* What verdict.def added to a RESULT since WIRE_VERSION 3; goods[] has it as it was then. */
static size_t added_len(const struct good *good)
{
    size_t len = 0;

    for (size_t i = VERDICT_FIELDS_V3; i < verdict_field_count; i++)
        len += good->message.type == WIRE_RESULT ? field_len(&verdict_fields[i]) : 0;
    return len;
}

static void test_golden_bytes(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(goods); i++) {
        uint8_t bytes[WIRE_MESSAGE_MAX_LEN] = {0};
        size_t len = goods[i].len + added_len(&goods[i]);
        assert_int_equal(wire_encode(&goods[i].message, bytes), len);
        assert_memory_equal(bytes, goods[i].bytes, goods[i].len);
        assert_int_equal(wire_len(goods[i].bytes[0]), len);
    }
    assert_int_equal(wire_len(0), 0);
    assert_int_equal(wire_len(255), 0);
}

/* The good message as it is today, with zeros behind it. */
static size_t make_good(unsigned good, uint8_t bytes[static WIRE_MESSAGE_MAX_LEN])
{
    memset(bytes, 0, WIRE_MESSAGE_MAX_LEN);
    return wire_encode(&goods[good].message, bytes);
}

static void test_round_trips(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(goods); i++) {
        struct wire_message message;
        uint8_t bytes[WIRE_MESSAGE_MAX_LEN], again[WIRE_MESSAGE_MAX_LEN] = {0};
        size_t len = make_good(i, bytes);
        assert_int_equal(wire_decode(bytes, len, &message), WIRE_OK);
        assert_int_equal(wire_encode(&message, again), len);
        assert_memory_equal(again, bytes, sizeof(again));
    }
}

static void test_shape_is_length_side_and_time(void **state)
{
    static const uint8_t unknown[4] = {99};

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(goods); i++) {
        const struct good *g = &goods[i];
        enum wire_side other = g->sender == WIRE_CLIENT ? WIRE_PROBER : WIRE_CLIENT;
        assert_int_equal(wire_check_shape(g->bytes, g->len, g->sender, g->greeted), WIRE_OK);
        assert_int_equal(wire_check_shape(g->bytes, g->len - 1, g->sender, g->greeted),
                         WIRE_WRONG_LENGTH);
        assert_int_equal(wire_check_shape(g->bytes, g->len + 1, g->sender, g->greeted),
                         may_grow(g) ? WIRE_OK : WIRE_WRONG_LENGTH);
        assert_int_equal(
            wire_check_shape(g->bytes, WIRE_MESSAGE_MAX_LEN + 1, g->sender, g->greeted),
            WIRE_WRONG_LENGTH);
        assert_int_equal(wire_check_shape(g->bytes, g->len, other, g->greeted), WIRE_NOT_PERMITTED);
        assert_int_equal(wire_check_shape(g->bytes, g->len, g->sender, !g->greeted),
                         WIRE_NOT_PERMITTED);
        assert_int_equal(wire_check_shape(g->bytes, 0, g->sender, g->greeted), WIRE_WRONG_LENGTH);
    }
    assert_int_equal(wire_check_shape(unknown, 4, WIRE_CLIENT, true), WIRE_UNKNOWN_TYPE);
}

/* Only the client skips what it doesn't know, and only after WELCOME. */
static void test_types_of_a_newer_prober(void **state)
{
    static const uint8_t newer[4] = {200}, odd[4] = {99};

    (void)state;
    assert_int_equal(wire_check_shape(newer, 4, WIRE_PROBER, true), WIRE_NOT_FOR_US);
    assert_int_equal(wire_check_shape(newer, 4, WIRE_PROBER, false), WIRE_UNKNOWN_TYPE);
    assert_int_equal(wire_check_shape(newer, 4, WIRE_CLIENT, true), WIRE_UNKNOWN_TYPE);
    assert_int_equal(wire_check_shape(odd, 4, WIRE_PROBER, true), WIRE_UNKNOWN_TYPE);
}

static void test_every_truncation_and_extension_fails(void **state)
{
    struct wire_message message;

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(goods); i++)
        for (size_t len = 0; len < goods[i].len + 4; len++)
            if (len < goods[i].len || (len > goods[i].len && !may_grow(&goods[i])))
                assert_int_not_equal(wire_decode(goods[i].bytes, len, &message), WIRE_OK);
}

/* What stands behind the fields that we know changes nothing. */
static void test_fields_of_a_newer_peer(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(goods); i++) {
        uint8_t bytes[WIRE_MESSAGE_MAX_LEN], again[WIRE_MESSAGE_MAX_LEN] = {0};
        struct wire_message message;
        size_t len = make_good(i, bytes);
        if (!may_grow(&goods[i]))
            continue;
        memset(bytes + len, 0xa5, sizeof(bytes) - len);
        assert_int_equal(wire_decode(bytes, sizeof(bytes), &message), WIRE_OK);
        assert_int_equal(wire_encode(&message, again), len);
        assert_memory_equal(again, bytes, len);
    }
}

/* A new word costs the reader that word, not its session. */
static void test_words_of_a_newer_prober(void **state)
{
    static const struct {
        unsigned good;
        size_t at;
        uint8_t first, fallback;
    } rows[] = {
        {6, 5, REFUSED_COUNT, REFUSED_OTHER},
        {7, 9, REASON_COUNT, REASON_OTHER},
        {7, 10, DISPOSITION_COUNT, DISPOSITION_UNKNOWN},
        {7, 11, ACTOR_COUNT, ACTOR_UNKNOWN},
        {7, 12, CONFIDENCE_COUNT, CONFIDENCE_GUESS},
        {10, 1, PLACE_STATE_COUNT, PLACE_DOWN},
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        for (unsigned value = rows[i].first; value <= UINT8_MAX; value++) {
            uint8_t bytes[WIRE_MESSAGE_MAX_LEN], again[WIRE_MESSAGE_MAX_LEN] = {0};
            size_t len = make_good(rows[i].good, bytes);
            struct wire_message message;
            bytes[rows[i].at] = (uint8_t)value;
            assert_int_equal(wire_decode(bytes, len, &message), WIRE_OK);
            bytes[rows[i].at] = rows[i].fallback;
            wire_encode(&message, again);
            assert_memory_equal(again, bytes, sizeof(again));
        }
    }
}

static void test_evidence_of_a_newer_prober(void **state)
{
    uint8_t bytes[WIRE_MESSAGE_MAX_LEN];
    struct wire_message message;

    (void)state;
    for (unsigned bit = EVIDENCE_COUNT; bit < 64; bit++) {
        size_t len = make_good(7, bytes);
        bytes[13 + (63 - bit) / 8] |= (uint8_t)(1U << bit % 8);
        assert_int_equal(wire_decode(bytes, len, &message), WIRE_OK);
        assert_int_equal(message.result.verdict.evidence, 0x40);
    }
}

/* Behind the first fields of WIRE_VERSION 3 an older prober ends where its last field does. */
static void test_a_verdict_may_end_early(void **state)
{
    uint8_t bytes[WIRE_MESSAGE_MAX_LEN];
    struct wire_message message;
    size_t len = make_good(7, bytes);

    (void)state;
    for (size_t i = verdict_field_count; i-- > VERDICT_FIELDS_V3;) {
        len -= field_len(&verdict_fields[i]);
        assert_int_equal(wire_check_shape(bytes, len, WIRE_PROBER, true), WIRE_OK);
        assert_int_equal(wire_decode(bytes, len, &message), WIRE_OK);
    }
    assert_int_equal(len, 61); /* WIRE_VERSION 3 as it began; never changes */
    assert_int_equal(wire_check_shape(bytes, len - 1, WIRE_PROBER, true), WIRE_WRONG_LENGTH);
    assert_int_equal(wire_decode(bytes, len - 1, &message), WIRE_WRONG_LENGTH);
}

/* Is this byte one whose unknown words a reader replaces? */
static bool is_lenient(unsigned good, size_t at)
{
    size_t end = goods[7].len;

    if (good != 7 || at < end)
        return (good == 6 && at == 5) || (good == 7 && at >= 9 && at < 21) ||
               (good == 10 && at == 1);
    for (size_t i = VERDICT_FIELDS_V3; i < verdict_field_count; i++) {
        end += field_len(&verdict_fields[i]);
        if (at < end)
            return verdict_fields[i].words != NULL;
    }
    return false;
}

/* Whatever decodes says exactly what it was made of. */
static void test_every_flipped_bit(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(goods); i++) {
        for (size_t bit = 0; bit < wire_len(goods[i].bytes[0]) * 8; bit++) {
            uint8_t bytes[WIRE_MESSAGE_MAX_LEN], again[WIRE_MESSAGE_MAX_LEN] = {0};
            size_t good_len = make_good(i, bytes), len;
            struct wire_message message;
            bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
            if (wire_decode(bytes, good_len, &message) != WIRE_OK)
                continue;
            len = wire_encode(&message, again);
            /* a flipped type may be that of a shorter message with something behind */
            assert_int_equal(len, bit < 8 ? wire_len(bytes[0]) : good_len);
            if (is_lenient(i, bit / 8))
                bytes[bit / 8] = again[bit / 8];
            assert_memory_equal(again, bytes, len);
        }
    }
}

static void test_values_out_of_range(void **state)
{
    static const struct {
        unsigned good;
        size_t at;
        uint8_t value;
    } rows[] = {
        {0, 1, 'Q'},                       /* magic */
        {0, 6, 1},                         /* version */
        {2, 5, 5},           {2, 5, 0},    /* family */
        {2, 10, 1},                        /* behind an IPv4 address */
        {2, 22, 0},          {2, 22, 4},   /* port count */
        {2, 28, 1},                        /* an unused port */
        {2, 22, 1},                        /* then the second is unused, too */
        {6, 5, 0},           {6, 6, 3},    /* port index */
        {7, 5, 2},                         /* flags */
        {7, 8, STATE_COUNT}, {7, 30, 7},   /* responder's family */
        {7, 47, 1},                        /* TTL 320 */
        {7, 49, 0x80},                     /* hops below -1 */
        {2, 31, 4},                        /* flags */
        {7, 58, 31},                       /* last hop */
        {7, 60, 32},                       /* silent from: 65312 */
        {8, 7, 0},           {8, 7, 31},   /* hop */
        {8, 8, 5},                         /* family */
        {9, 15, 2},                        /* flags */
        {9, 16, 19},         {9, 16, 193}, /* length */
        {9, 37, 1},                        /* behind the packet */
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        const struct good *g = &goods[rows[i].good];
        uint8_t bytes[WIRE_MESSAGE_MAX_LEN];
        struct wire_message message;
        memcpy(bytes, g->bytes, sizeof(bytes));
        bytes[rows[i].at] = rows[i].value;
        if (wire_decode(bytes, g->len, &message) != WIRE_BAD_VALUE)
            fail_msg("row %u: byte %zu = %u is taken", i, rows[i].at, rows[i].value);
    }
}

static void test_twin_ports_are_malformed(void **state)
{
    struct wire_message message = goods[2].message;
    uint8_t bytes[WIRE_MESSAGE_MAX_LEN];
    size_t len;

    (void)state;
    message.check.ports[1] = message.check.ports[0];
    len = wire_encode(&message, bytes);
    assert_int_equal(wire_decode(bytes, len, &message), WIRE_BAD_VALUE);
}

/* What ends in the log when a session is cut off. */
static void test_errors_have_words(void **state)
{
    static const char *const words[] = {
        [WIRE_OK] = "ok",
        [WIRE_UNKNOWN_TYPE] = "unknown type",
        [WIRE_WRONG_LENGTH] = "wrong length for its type",
        [WIRE_NOT_PERMITTED] = "not permitted from this side now",
        [WIRE_NOT_FOR_US] = "a newer prober's message",
        [WIRE_BAD_VALUE] = "a field is out of range",
    };

    (void)state;
    for (unsigned i = 0; i < ARRAY_LEN(words); i++)
        assert_string_equal(wire_error_text((enum wire_error)i), words[i]);
}

static void test_a_refusal_for_each_answer(void **state)
{
    static const enum wire_refusal refusals[] = {
        [POLICY_PORT_NOT_ALLOWED] = REFUSED_PORT_NOT_ALLOWED,
        [POLICY_TOO_MANY_PORTS] = REFUSED_TOO_MANY_PORTS,
        [POLICY_TIMEOUT_TOO_LONG] = REFUSED_TIMEOUT_TOO_LONG,
        [POLICY_ADDRESS_NOT_PUBLIC] = REFUSED_ADDRESS_NOT_PUBLIC,
        [POLICY_ADDRESS_EMBEDDED] = REFUSED_ADDRESS_EMBEDDED,
        [POLICY_OPTED_OUT] = REFUSED_OPTED_OUT,
    };

    (void)state;
    for (unsigned i = POLICY_OK + 1; i < ARRAY_LEN(refusals); i++)
        assert_int_equal(wire_refusal_of((enum policy_answer)i), refusals[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_golden_bytes),
        cmocka_unit_test(test_round_trips),
        cmocka_unit_test(test_shape_is_length_side_and_time),
        cmocka_unit_test(test_types_of_a_newer_prober),
        cmocka_unit_test(test_every_truncation_and_extension_fails),
        cmocka_unit_test(test_fields_of_a_newer_peer),
        cmocka_unit_test(test_words_of_a_newer_prober),
        cmocka_unit_test(test_evidence_of_a_newer_prober),
        cmocka_unit_test(test_a_verdict_may_end_early),
        cmocka_unit_test(test_every_flipped_bit),
        cmocka_unit_test(test_values_out_of_range),
        cmocka_unit_test(test_twin_ports_are_malformed),
        cmocka_unit_test(test_errors_have_words),
        cmocka_unit_test(test_a_refusal_for_each_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
