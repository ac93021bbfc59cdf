/* SPDX-License-Identifier: BSD-2-Clause */
/* Hexadecimal digits.  Pure; every program. */
#ifndef PORTLIGHT_COMMON_BASE_HEX_H
#define PORTLIGHT_COMMON_BASE_HEX_H

#include <stddef.h>
#include <stdint.h>

/* 0 to 15 for a digit in lower or upper case, -1 for anything else. */
int hex_digit_value(char c);

/* Writes two lower-case digits for each byte, and a NUL: text must have room for 2 * len + 1. */
void hex_write(const uint8_t *bytes, size_t len, char *text);

#endif
