/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/http/raw_check.h"

static void end_line(struct raw_check *check)
{
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
    if (check->line_len < 2)
        check->line_len++;
}

void raw_check_feed(struct raw_check *check, const uint8_t *data, size_t len)
{
    for (size_t i = 0; i < len && !check->ended; i++)
        take_byte(check, data[i]);
}
