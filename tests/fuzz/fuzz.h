/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A fuzz target is one file fuzz_NAME.c with the function below, run by
 * libFuzzer (make fuzz) or over its corpus by replay.c (make replay).
 */
#ifndef PORTLIGHT_FUZZ_H
#define PORTLIGHT_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* What must hold; a breach is a crash that the fuzzer keeps. */
#define FUZZ_REQUIRE(condition) \
    do {                        \
        if (!(condition))       \
            __builtin_trap();   \
    } while (0)

#endif
