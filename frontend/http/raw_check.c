/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/http/raw_check.h"

enum { METHOD, TARGET, VERSION, VERSION_LEN = 8, WORD_LEN_MAX = VERSION_LEN + 1 };

/* RFC 9112 section 3.  UTF-8 in the target is left to later checks. */
static void take_first_line(struct raw_check *check, uint8_t byte)
{
    static const char version[] = "HTTP/1.";

    if (byte == ' ') {
        check->bad = check->bad || check->word_len == 0 || check->word == VERSION;
        if (check->word < VERSION)
            check->word++;
        check->word_len = 0;
        return;
    }
    if (byte < ' ' || byte == 0x7f)
        check->bad = true;
    if (check->word == VERSION && check->word_len < VERSION_LEN - 1 &&
        byte != (uint8_t)version[check->word_len])
        check->bad = true;
    if (check->word == VERSION && check->word_len == VERSION_LEN - 1 && byte != '0' && byte != '1')
        check->bad = true;
    if (check->word_len < WORD_LEN_MAX)
        check->word_len++;
}

static void end_line(struct raw_check *check)
{
    if (!check->later_line && check->line_len > 0 &&
        (check->word != VERSION || check->word_len != VERSION_LEN))
        check->bad = true;
    check->ended = check->line_len == 0 && check->later_line;
    check->later_line = check->later_line || check->line_len > 0;
    check->line_len = 0;
}

static void take_byte(struct raw_check *check, uint8_t byte)
{
    bool after_cr = check->after_cr;

    check->after_cr = byte == '\r';
    if (byte == '\n') {
        check->bad = check->bad || !after_cr;
        end_line(check);
        return;
    }
    if (after_cr || byte == '\0')
        check->bad = true;
    if (byte == '\r')
        return;
    if (check->line_len == 0 && check->later_line && (byte == ' ' || byte == '\t'))
        check->bad = true; /* obs-fold */
    if (!check->later_line)
        take_first_line(check, byte);
    if (check->line_len < 2)
        check->line_len++;
}

void raw_check_feed(struct raw_check *check, const uint8_t *data, size_t len)
{
    for (size_t i = 0; i < len && !check->ended; i++)
        take_byte(check, data[i]);
}
