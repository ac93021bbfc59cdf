/* SPDX-License-Identifier: BSD-2-Clause */
/* What portlight-fleet passes on, and another frontend that has the secret and lies: statements
 * and pieces.  Nobody's limit ever grows, and what is read is written again as it was. */
#include <stdlib.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/contract/frontend_frame.h"
#include "frontend/share/ledger.h"
#include "frontend/share/piece.h"
#include "tests/fuzz/fuzz.h"

static const uint8_t key[SIPHASH_KEY_LEN] = {7};
static const uint64_t now_ns = 1000 * NS_PER_S;
static struct ratelimit *limit;
static struct addr somebody = {.family = ADDR_IPV4, .bytes = {198, 51, 100, 7}};

static void on_tell(void *context, const struct ratelimit_charge *charge)
{
    (void)context, (void)charge;
}

static void on_note(void *context, enum statement_limit which,
                    const struct ratelimit_charge *charge, uint64_t age_ns)
{
    struct ratelimit_state before = ratelimit_peek(limit, &somebody, 1, now_ns), after;

    (void)context, (void)which;
    ratelimit_note(limit, charge, age_ns, now_ns);
    after = ratelimit_peek(limit, &somebody, 1, now_ns);
    FUZZ_REQUIRE(after.remaining <= before.remaining && after.reset_ns >= before.reset_ns);
    FUZZ_REQUIRE(after.reset_ns <= 120 * NS_PER_S);
}

static void play_frame(const uint8_t *data, size_t len)
{
    static uint8_t again[FRONTEND_FRAME_MAX_LEN];
    struct frontend_frame frame;

    for (unsigned of_fleet = 0; of_fleet < 2; of_fleet++)
        if (frontend_frame_read(data, len, of_fleet == 1, &frame)) {
            FUZZ_REQUIRE(frontend_frame_write(&frame, again) == len);
            FUZZ_REQUIRE(memcmp(again, data, len) == 0);
        }
}

/* The bytes behind a signature that is right. */
static void play_statement(struct ledger *ledger, const uint8_t *data, size_t len)
{
    static uint8_t bytes[STATEMENT_MAX_LEN], again[STATEMENT_MAX_LEN];
    static struct statement read;
    uint8_t head[PLACE_NAME_LEN + STATEMENT_MAX_LEN] = "f2";
    uint64_t mac;

    if (len + sizeof(mac) > sizeof(bytes))
        return;
    memcpy(head + PLACE_NAME_LEN, data, len);
    mac = htobe64(siphash(key, head, PLACE_NAME_LEN + len));
    memcpy(bytes, &mac, sizeof(mac));
    memcpy(bytes + sizeof(mac), data, len);
    len += sizeof(mac);
    if (statement_read(bytes, len, key, "f2", 2, &read)) {
        FUZZ_REQUIRE(statement_write(&read, key, "f2", again) == len);
        FUZZ_REQUIRE(memcmp(again, bytes, len) == 0);
    }
    for (unsigned i = 0; i < 2; i++)
        (void)ledger_take_statement(ledger, "f2", bytes, len, now_ns + i);
    ledger_beat(ledger, now_ns);
    while (ledger_make_statement(ledger, now_ns, again) > 0)
        continue;
    FUZZ_REQUIRE(ledger_share(ledger, 1, now_ns + 1) >= 1 &&
                 ledger_share(ledger, 1, now_ns + 1) <= 2);
}

static void play_piece(const uint8_t *data, size_t len)
{
    struct piece_ask ask;
    struct file_piece piece;

    if (piece_ask_read(data, len, &ask))
        FUZZ_REQUIRE(strlen(ask.name) == PIECE_NAME_LEN - 1);
    memset(&ask, 0, sizeof(ask));
    memset(ask.name, '0', PIECE_NAME_LEN - 1);
    if (piece_read(&ask, data, len, key, &piece))
        FUZZ_REQUIRE(piece.len <= piece.file_len && piece.bytes + piece.len == data + len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static uint64_t *memory;
    const struct ratelimit_sharing sharing = {on_tell, NULL, 2};
    const struct ratelimit_setup setup = {
        .quota = 60, .window_ns = 60 * NS_PER_S, .key = key, .sharing = &sharing};
    struct ledger *ledger;

    if (memory == NULL) {
        memory = calloc(1, ledger_memory_len());
        limit = ratelimit_new(&setup, now_ns);
        FUZZ_REQUIRE(memory != NULL && limit != NULL);
    }
    *memory = 0; /* whose it is: nobody's, so it begins anew */
    ledger = ledger_new(&(struct ledger_setup){.key = key,
                                               .names = {"f1", "f2"},
                                               .count = 2,
                                               .random = 1,
                                               .memory = memory,
                                               .note = on_note},
                        now_ns);
    FUZZ_REQUIRE(ledger != NULL);
    play_frame(data, len);
    play_statement(ledger, data, len);
    play_piece(data, len);
    ledger_free(ledger);
    return 0;
}
