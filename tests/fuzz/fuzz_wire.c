/* SPDX-License-Identifier: BSD-2-Clause */
/* A message from either side: what decodes must encode to the same bytes. */
#include <string.h>

#include "common/wire.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    uint8_t again[WIRE_MESSAGE_MAX_LEN];
    struct wire_message message;
    bool shape = false;

    for (int side = WIRE_CLIENT; side <= WIRE_PROBER; side++)
        for (int greeted = 0; greeted <= 1; greeted++)
            shape |= wire_check_shape(data, len, (enum wire_side)side, greeted) == WIRE_OK;
    if (wire_decode(data, len, &message) != WIRE_OK)
        return 0;
    FUZZ_REQUIRE(shape);
    FUZZ_REQUIRE(wire_encode(&message, again) == len && memcmp(again, data, len) == 0);
    return 0;
}
