/* SPDX-License-Identifier: BSD-2-Clause */
/* What TLS servers answer to a ClientHello, in hexadecimal; spaces are for people. */
#ifndef PORTLIGHT_TESTS_UNIT_SUPPORT_HELLO_FRAMES_H
#define PORTLIGHT_TESTS_UNIT_SUPPORT_HELLO_FRAMES_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define RANDOM_OF_32 "0101010101010101010101010101010101010101010101010101010101010101"
#define RETRY_RANDOM "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c"

/* HelloRetryRequest for X25519MLKEM768 */
#define FRAME_RETRY \
    "1603030038 02000034 0303" RETRY_RANDOM "00 1301 00 000c 002b00020304 0033000211ec"
#define FRAME_HELLO_1_3 \
    "160303003c 02000038 0303" RANDOM_OF_32 "00 1301 00 0010 002b00020304 00330006001d000201ff"
#define FRAME_HELLO_1_0       "160301002a 02000026 0301" RANDOM_OF_32 "00 002f 00"
#define FRAME_HELLO_IN_PIECES "1603000004 02000026 1603000026 0300" RANDOM_OF_32 "00 0004 00"
#define FRAME_WARNING_FIRST   "1503010002 0170" FRAME_HELLO_1_0

static inline size_t hello_frame(const char *hex, uint8_t *out)
{
    size_t len = 0;
    unsigned byte;

    while (*hex != '\0') {
        if (*hex == ' ') {
            hex++;
            continue;
        }
        if (sscanf(hex, "%2x", &byte) != 1)
            break;
        out[len++] = (uint8_t)byte;
        hex += 2;
    }
    return len;
}

#endif
