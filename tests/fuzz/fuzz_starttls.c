/* SPDX-License-Identifier: BSD-2-Clause */
/* What a server says before TLS, in pieces: the first byte is the protocol, the second the length
 * of a piece. */
#include <string.h>

#include "inspector/dialogue/starttls.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct starttls_dialogue dialogue;
    enum starttls_step step;
    size_t piece;

    if (len < 3)
        return 0;
    piece = data[1] + (size_t)1;
    step = starttls_begin(&dialogue, (enum starttls)(data[0] % STARTTLS_COUNT), "checker.example");
    for (size_t at = 2; at < len && (step == STARTTLS_MORE || step == STARTTLS_SEND); at += piece) {
        step = starttls_feed(&dialogue, data + at, len - at < piece ? len - at : piece);
        FUZZ_REQUIRE(dialogue.out_len <= STARTTLS_OUT_MAX_LEN);
        FUZZ_REQUIRE(dialogue.in_len <= STARTTLS_IN_MAX_LEN);
        FUZZ_REQUIRE(step != STARTTLS_SEND || dialogue.out_len > 0);
        FUZZ_REQUIRE(dialogue.lines <= STARTTLS_LINES_MAX + 1);
    }
    return 0;
}
