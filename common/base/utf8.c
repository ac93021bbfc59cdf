/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/base/utf8.h"

#include "common/base/compiler.h"

/* RFC 3629 section 4: which second byte may follow which first; any later bytes are 80 to bf. */
static const struct {
    unsigned char first_low, first_high, second_low, second_high;
    size_t len;
} forms[] = {
    {0x00, 0x7f, 0, 0, 1},       {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
    {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
    {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
};

size_t utf8_sequence_len(const char *text, size_t left)
{
    const unsigned char *bytes = (const unsigned char *)text;

    for (size_t i = 0; left > 0 && i < ARRAY_LEN(forms); i++) {
        if (bytes[0] < forms[i].first_low || bytes[0] > forms[i].first_high)
            continue;
        if (forms[i].len > left || (forms[i].len > 1 && (bytes[1] < forms[i].second_low ||
                                                         bytes[1] > forms[i].second_high)))
            return 0;
        for (size_t j = 2; j < forms[i].len; j++)
            if ((bytes[j] & 0xc0) != 0x80)
                return 0;
        return forms[i].len;
    }
    return 0;
}

static unsigned long code_point(const unsigned char *bytes, size_t len)
{
    unsigned long code = len == 1 ? bytes[0] : bytes[0] & (0x7fU >> len);

    for (size_t i = 1; i < len; i++)
        code = code << 6 | (bytes[i] & 0x3fU);
    return code;
}

bool utf8_is_hidden(const char *sequence, size_t len)
{
    static const struct {
        unsigned long first, last;
    } hidden[] = {
        {0x00, 0x1f},       {0x7f, 0x9f},     {0xad, 0xad},     {0x61c, 0x61c},
        {0x180b, 0x180f},   {0x200b, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f},
        {0xfe00, 0xfe0f},   {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0x1d173, 0x1d17a},
        {0xe0000, 0xe0fff},
    };
    unsigned long code = code_point((const unsigned char *)sequence, len);

    for (size_t i = 0; i < ARRAY_LEN(hidden); i++)
        if (code >= hidden[i].first && code <= hidden[i].last)
            return true;
    return false;
}

bool utf8_is_valid(const char *text, size_t len)
{
    size_t step;

    for (; len > 0; text += step, len -= step) {
        step = utf8_sequence_len(text, len);
        if (step == 0)
            return false;
    }
    return true;
}
