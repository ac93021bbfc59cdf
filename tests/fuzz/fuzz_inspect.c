/* SPDX-License-Identifier: BSD-2-Clause */
/* A message of either side: what decodes encodes to the same bytes, or without words and fields of
 * a newer inspector to bytes that do; and a text in it is one that inspection_text would leave as
 * it is. */
#include <string.h>

#include "common/contract/inspect_wire.h"
#include "tests/fuzz/fuzz.h"

static void judge_text(const char *text)
{
    char clean[INSPECTION_TEXT_MAX_LEN + 1];

    FUZZ_REQUIRE(strlen(text) <= INSPECTION_TEXT_MAX_LEN);
    inspection_text(clean, text, strlen(text));
    FUZZ_REQUIRE(strcmp(text, clean) == 0);
}

static void judge(const struct inspection *it)
{
    FUZZ_REQUIRE(it->name_count <= INSPECTION_NAMES_MAX);
    FUZZ_REQUIRE(it->chain_count <= INSPECTION_CHAIN_MAX);
    FUZZ_REQUIRE(inspection_state_name(it->state) != NULL);
    for (unsigned i = 0; i < it->problem_count; i++)
        FUZZ_REQUIRE(inspection_problem_code(it->problems[i].id) != NULL);
    for (unsigned i = 0; i < it->name_count; i++)
        judge_text(it->names[i]);
    for (unsigned i = 0; i < it->chain_count; i++)
        judge_text(it->chain[i].subject);
    judge_text(it->text);
}

static void judge_chain(const uint8_t *bytes, size_t len)
{
    struct reader chain = reader_of(bytes, len);
    const uint8_t *der;
    size_t der_len, all = 0;

    while (read_left(&chain) > 0) {
        FUZZ_REQUIRE(inspect_chain_next(&chain, &der, &der_len));
        FUZZ_REQUIRE(der >= bytes && der + der_len <= bytes + len);
        all += der_len + 3;
    }
    FUZZ_REQUIRE(all == len && len <= INSPECT_CHAIN_MAX_LEN);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static struct inspect_message message;
    static uint8_t again[INSPECT_MESSAGE_MAX_LEN], known[INSPECT_MESSAGE_MAX_LEN];
    char text[INSPECTION_TEXT_MAX_LEN + 1];
    size_t known_len;

    inspection_text(text, data, len);
    judge_text(text);
    for (int side = INSPECT_CLIENT; side <= INSPECT_INSPECTOR; side++) {
        if (!inspect_decode(data, len, (enum inspect_side)side, &message))
            continue;
        if (message.type == INSPECT_NOT_FOR_US)
            continue;
        known_len = inspect_encode(&message, known);
        FUZZ_REQUIRE(known_len <= len);
        if (side == INSPECT_CLIENT && message.type != INSPECT_HELLO)
            FUZZ_REQUIRE(known_len == len && memcmp(known, data, len) == 0);
        FUZZ_REQUIRE(inspect_decode(known, known_len, (enum inspect_side)side, &message));
        FUZZ_REQUIRE(inspect_encode(&message, again) == known_len &&
                     memcmp(again, known, known_len) == 0);
        if (message.type == INSPECT_ANSWER)
            judge(&message.answer.inspection);
        if (message.type == INSPECT_CHAIN)
            judge_chain(message.chain.bytes, message.chain.len);
    }
    return 0;
}
