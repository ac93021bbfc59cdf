/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/utf8.h"

#include <stdint.h>

#include "common/compiler.h"

/* RFC 3629 section 4: which second byte may follow which first byte; all later
 * bytes are 80 to BF. */
static const struct utf8_form {
    uint8_t first_low, first_high;
    uint8_t second_low, second_high;
    uint8_t len;
} forms[] = {
    {0x00, 0x7f, 0x00, 0x00, 1}, {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
    {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
    {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
};

/* The length of the character at the start of bytes, 0 when there is none. */
static size_t character_len(const uint8_t *bytes, size_t len)
{
    const struct utf8_form *form = NULL;

    for (size_t i = 0; i < ARRAY_LEN(forms); i++)
        if (bytes[0] >= forms[i].first_low && bytes[0] <= forms[i].first_high)
            form = &forms[i];
    if (form == NULL || form->len > len)
        return 0;
    if (form->len > 1 && (bytes[1] < form->second_low || bytes[1] > form->second_high))
        return 0;
    for (size_t i = 2; i < form->len; i++)
        if ((bytes[i] & 0xc0) != 0x80)
            return 0;
    return form->len;
}

bool utf8_is_valid(const char *text, size_t len)
{
    const uint8_t *bytes = (const uint8_t *)text;

    for (size_t pos = 0, step; pos < len; pos += step) {
        step = character_len(bytes + pos, len - pos);
        if (step == 0)
            return false;
    }
    return true;
}
