/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "frontend/share/ledger.h"
#include "frontend/share/piece.h"

static const uint8_t key[SIPHASH_KEY_LEN] = {7}, other_key[SIPHASH_KEY_LEN] = {8};
static uint64_t now_ns;
static unsigned noted;
static uint64_t noted_cost, last_age_ns;
static uint8_t bytes[STATEMENT_MAX_LEN];

static void on_note(void *context, enum statement_limit limit,
                    const struct ratelimit_charge *charge, uint64_t age_ns)
{
    (void)context, (void)limit;
    noted++;
    noted_cost += charge->cost;
    last_age_ns = age_ns;
}

static struct ledger *begin(unsigned self, void *memory, const uint8_t *with)
{
    const struct ledger_setup setup = {.key = with,
                                       .names = {"f1", "f2"},
                                       .count = 2,
                                       .self = self,
                                       .random = 100 + self,
                                       .memory = memory,
                                       .note = on_note};
    struct ledger *ledger = ledger_new(&setup, now_ns);

    assert_non_null(ledger);
    return ledger;
}

static void *memories[2];
static struct ledger *both[2];

static int setup(void **state)
{
    (void)state;
    now_ns = 1000 * NS_PER_S;
    noted = 0;
    noted_cost = 0;
    for (unsigned i = 0; i < 2; i++) {
        memories[i] = calloc(1, ledger_memory_len());
        both[i] = begin(i, memories[i], key);
    }
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        ledger_free(both[i]);
        free(memories[i]);
    }
    return 0;
}

static void charge(struct ledger *ledger, unsigned count, uint32_t cost)
{
    for (unsigned i = 0; i < count; i++)
        ledger_add(ledger, STATEMENT_VISITORS, &(struct ratelimit_charge){i, 32, cost}, now_ns);
}

static unsigned tell(unsigned from, bool arrives)
{
    unsigned statements = 0;
    size_t len;

    while ((len = ledger_tell(both[from], now_ns, bytes)) > 0) {
        statements++;
        if (arrives)
            assert_true(ledger_take(both[1 - from], from == 0 ? "f1" : "f2", bytes, len, now_ns));
    }
    return statements;
}

static void beat(bool arrives)
{
    for (unsigned i = 0; i < 2; i++) {
        ledger_beat(both[i], now_ns);
        tell(i, arrives);
    }
    now_ns += NS_PER_S;
}

static void test_charges_go_over_once(void **state)
{
    (void)state;
    charge(both[0], 5, 3);
    assert_true(ledger_has_news(both[0]));
    assert_int_equal(tell(0, true), 1);
    assert_false(ledger_has_news(both[0]));
    assert_int_equal(noted, 5);
    assert_int_equal(noted_cost, 15);
    for (unsigned i = 0; i < 10; i++)
        beat(true);
    assert_int_equal(noted, 5);
    assert_int_equal(ledger_counts(both[0])->again, 0);
    assert_int_equal(tell(0, true), 0);
}

static void test_what_was_lost_is_told_again_with_its_age(void **state)
{
    (void)state;
    beat(true);
    beat(true);
    charge(both[0], 5000, 1);
    assert_int_equal(tell(0, false), 3);
    for (unsigned i = 0; i < 4; i++)
        beat(true);
    assert_int_equal(noted, 5000);
    assert_in_range(last_age_ns, NS_PER_S, 4 * NS_PER_S);
    assert_true(ledger_hears(both[1], 0, now_ns) && ledger_hears(both[0], 1, now_ns));
}

/* Silence costs the share, and all that was said meanwhile comes afterwards. */
static void test_an_outage(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 4; i++)
        beat(true);
    assert_int_equal(ledger_share(both[0], NS_PER_S, now_ns), 2);
    for (unsigned i = 0; i < 60; i++) {
        charge(both[0], 500, 1);
        beat(false);
    }
    assert_int_equal(ledger_share(both[0], NS_PER_S, now_ns), 1);
    assert_int_equal(noted, 0);
    for (unsigned i = 0; i < 8; i++)
        beat(true);
    assert_int_equal(noted, 30000);
    assert_int_equal(ledger_share(both[0], NS_PER_S, now_ns), 2);
    assert_int_equal(ledger_share(both[1], NS_PER_S, now_ns), 2);
    assert_int_equal(ledger_counts(both[1])->lost, 0);
}

/* More than there is room for: the other one grants its share for a window. */
static void test_more_than_is_kept(void **state)
{
    enum { WINDOW_S = 60 };

    (void)state;
    for (unsigned i = 0; i < WINDOW_S + 4; i++)
        beat(true);
    for (unsigned i = 0; i < 100; i++) {
        charge(both[0], 1000, 1);
        beat(false);
    }
    for (unsigned i = 0; i < 12; i++)
        beat(true);
    assert_int_equal(ledger_counts(both[1])->lost, 1);
    assert_in_range(noted, LEDGER_CHARGES - 2000, LEDGER_CHARGES);
    assert_true(ledger_hears(both[1], 0, now_ns));
    assert_int_equal(ledger_share(both[1], WINDOW_S * NS_PER_S, now_ns), 1);
    assert_int_equal(ledger_share(both[0], WINDOW_S * NS_PER_S, now_ns), 2);
    for (unsigned i = 0; i < WINDOW_S; i++)
        beat(true);
    assert_int_equal(ledger_share(both[1], WINDOW_S * NS_PER_S, now_ns), 2);
}

static void test_a_restart_goes_on(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 4; i++)
        beat(true);
    charge(both[0], 10, 1);
    tell(0, false); /* the process ends before the others have it */
    ledger_free(both[0]);
    both[0] = begin(0, memories[0], key);
    assert_int_equal(ledger_began(both[0]), LEDGER_AS_LEFT);
    for (unsigned i = 0; i < 5; i++)
        beat(true);
    assert_int_equal(noted, 10);
    assert_int_equal(ledger_share(both[0], NS_PER_S, now_ns), 2);
}

static void test_anothers_memory(void **state)
{
    (void)state;
    charge(both[0], 10, 1);
    ledger_free(both[0]);
    both[0] = begin(0, memories[0], other_key);
    assert_int_equal(ledger_began(both[0]), LEDGER_ANOTHERS);
    assert_false(ledger_has_news(both[0]));
    assert_int_equal(ledger_share(both[0], NS_PER_S, now_ns), 1);
    ledger_free(both[0]);
    both[0] = begin(1, memories[0], other_key);
    assert_int_equal(ledger_began(both[0]), LEDGER_ANOTHERS);
}

static void test_who_says_it(void **state)
{
    size_t len;

    (void)state;
    charge(both[0], 1, 1);
    len = ledger_tell(both[0], now_ns, bytes);
    assert_false(ledger_take(both[1], "f2", bytes, len, now_ns)); /* its own */
    assert_false(ledger_take(both[1], "f3", bytes, len, now_ns));
    assert_false(ledger_take(both[1], "", bytes, len, now_ns));
    for (size_t i = 0; i < len; i++) {
        bytes[i] ^= 1;
        assert_false(ledger_take(both[1], "f1", bytes, len, now_ns));
        bytes[i] ^= 1;
        assert_false(ledger_take(both[1], "f1", bytes, i, now_ns));
    }
    assert_int_equal(noted, 0);
    assert_int_equal(ledger_counts(both[1])->refused, 3 + 2 * len);
    assert_true(ledger_take(both[1], "f1", bytes, len, now_ns));
    assert_int_equal(noted, 1);
    assert_true(ledger_take(both[1], "f1", bytes, len, now_ns)); /* again: nothing happens */
    assert_int_equal(noted, 1);
}

/* What a machine said before it booted can't be played back afterwards. */
static void test_a_row_that_ended(void **state)
{
    static uint8_t old[STATEMENT_MAX_LEN];
    size_t len;

    (void)state;
    charge(both[0], 3, 1);
    len = ledger_tell(both[0], now_ns, old);
    assert_true(ledger_take(both[1], "f1", old, len, now_ns));
    ledger_free(both[0]);
    memset(memories[0], 0, ledger_memory_len());
    now_ns += NS_PER_S;
    both[0] = ledger_new(&(struct ledger_setup){.key = key,
                                                .names = {"f1", "f2"},
                                                .count = 2,
                                                .random = 4711,
                                                .memory = memories[0],
                                                .note = on_note},
                         now_ns);
    charge(both[0], 2, 1);
    tell(0, true);
    assert_int_equal(noted, 5);
    assert_false(ledger_take(both[1], "f1", old, len, now_ns));
    assert_int_equal(noted, 5);
}

/* Charges that come faster than anybody can make them are believed later. */
static void test_a_flood(void **state)
{
    (void)state;
    beat(true);
    charge(both[0], LEDGER_CHARGES, 1);
    tell(0, true);
    assert_in_range(noted, 1, 2 * LEDGER_TAKEN_A_S);
    for (unsigned i = 0; i < 10; i++)
        beat(true);
    assert_int_equal(noted, LEDGER_CHARGES);
}

static void test_a_great_cost_is_several(void **state)
{
    (void)state;
    charge(both[0], 1, 200000);
    tell(0, true);
    assert_int_equal(noted, 4);
    assert_int_equal(noted_cost, 200000);
}

/* --- statements and pieces ----------------------------------------------------------------- */

static struct statement good(void)
{
    return (struct statement){.epoch = 1,
                              .beat = 2,
                              .oldest = 3,
                              .first = 4,
                              .next = 6,
                              .frontend_count = 2,
                              .charge_count = 2,
                              .charges = {{1, 1, 0, 0, 32}, {2, 1, 0, 4, 64}}};
}

static bool is_read(const struct statement *statement)
{
    static struct statement read;

    return statement_read(bytes, statement_write(statement, key, "f1", bytes), key, "f1", 2, &read);
}

static void test_numbers_that_do_not_fit(void **state)
{
    static struct statement statement;

    (void)state;
    statement = good();
    assert_true(is_read(&statement));
    statement.epoch = 0;
    assert_false(is_read(&statement));
    statement = good(), statement.oldest = 5;
    assert_false(is_read(&statement));
    statement = good(), statement.first = 7;
    assert_false(is_read(&statement));
    statement = good(), statement.first = 5;
    assert_false(is_read(&statement));
    statement = good(), statement.next = UINT64_MAX;
    assert_false(is_read(&statement));
    statement = good(), statement.frontend_count = 3;
    assert_false(is_read(&statement));
    statement = good(), statement.charges[1].cost = 0;
    assert_false(is_read(&statement));
}

/* A limit that only a newer frontend has is none of ours; its other charges count. */
static void test_limits_of_a_newer_frontend(void **state)
{
    static struct statement statement;

    (void)state;
    beat(true);
    statement = (struct statement){
        .epoch = 99,
        .beat = 1,
        .next = 2,
        .frontend_count = 2,
        .charge_count = 2,
        .charges = {{.limit = STATEMENT_LIMITS, .cost = 7}, {.limit = 0, .cost = 5}}};
    assert_true(
        ledger_take(both[0], "f2", bytes, statement_write(&statement, key, "f2", bytes), now_ns));
    assert_int_equal(noted, 1);
    assert_int_equal(noted_cost, 5);
}

static void test_pieces(void **state)
{
    static uint8_t file[PIECE_BYTES_MAX + 100], out[PIECE_MAX_LEN];
    struct piece_ask ask = {.name = "00112233445566778899aabbccddeeff"}, read_ask;
    uint8_t question[PIECE_ASK_LEN + 1];
    struct file_piece piece;
    size_t len;

    (void)state;
    for (size_t i = 0; i < sizeof(file); i++)
        file[i] = (uint8_t)(i * 7);
    for (ask.at = 0; ask.at < sizeof(file); ask.at += (uint32_t)piece.len) {
        piece_ask_write(&ask, question);
        assert_true(piece_ask_read(question, PIECE_ASK_LEN, &read_ask));
        assert_int_equal(read_ask.at, ask.at);
        len = piece_write(&read_ask, file, sizeof(file), key, out);
        assert_true(piece_read(&ask, out, len, key, &piece));
        assert_int_equal(piece.file_len, sizeof(file));
        assert_memory_equal(piece.bytes, file + ask.at, piece.len);
        assert_false(piece_read(&ask, out, len, other_key, &piece));
        assert_false(piece_read(&ask, out, len - 1, key, &piece));
        assert_true(piece_read(&ask, out, len, key, &piece));
    }
    assert_false(piece_ask_read(question, PIECE_ASK_LEN - 1, &read_ask));
    assert_false(piece_ask_read(question, PIECE_ASK_LEN + 1, &read_ask));
    question[0] = 'G';
    assert_false(piece_ask_read(question, PIECE_ASK_LEN, &read_ask));
    /* there is no such file any more */
    ask.at = 1000;
    len = piece_write(&ask, NULL, 0, key, out);
    assert_true(piece_read(&ask, out, len, key, &piece));
    assert_int_equal(piece.file_len, 0);
    /* beyond its end */
    len = piece_write(&ask, file, 10, key, out);
    assert_false(piece_read(&ask, out, len, key, &piece));
    assert_false(piece_read(&ask, out, 0, key, &piece));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_charges_go_over_once, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_was_lost_is_told_again_with_its_age, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_an_outage, setup, teardown),
        cmocka_unit_test_setup_teardown(test_more_than_is_kept, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_restart_goes_on, setup, teardown),
        cmocka_unit_test_setup_teardown(test_anothers_memory, setup, teardown),
        cmocka_unit_test_setup_teardown(test_who_says_it, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_row_that_ended, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_flood, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_great_cost_is_several, setup, teardown),
        cmocka_unit_test(test_numbers_that_do_not_fit),
        cmocka_unit_test_setup_teardown(test_limits_of_a_newer_frontend, setup, teardown),
        cmocka_unit_test(test_pieces),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
