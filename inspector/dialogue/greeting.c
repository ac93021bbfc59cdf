/* SPDX-License-Identifier: BSD-2-Clause */
#include "inspector/dialogue/greeting.h"

#include <string.h>
#include <strings.h>

#include "common/base/compiler.h"

static bool has(const char *text, size_t len, const char *word)
{
    for (size_t i = 0; i + strlen(word) <= len; i++)
        if (strncasecmp(text + i, word, strlen(word)) == 0)
            return true;
    return false;
}

static const char *mail_or_ftp(const char *text, size_t len, uint16_t port)
{
    if (has(text, len, "smtp") || port == 25 || port == 587)
        return "smtp";
    return has(text, len, "ftp") || port == 21 ? "ftp" : "unknown";
}

const char *greeting_protocol(const void *data, size_t len, uint16_t port)
{
    static const struct {
        const char *start, *protocol;
    } starts[] = {
        {"HTTP/", "http"},   {"<html", "http"},  {"<!DOC", "http"},   {"SSH-", "ssh"},
        {"* OK", "imap"},    {"* PRE", "imap"},  {"+OK", "pop3"},     {"RFB 00", "vnc"},
        {"-ERR", "unknown"}, {"\xff", "telnet"}, {"\x16\x03", "tls"}, {"\x15\x03", "tls"},
    };
    const char *text = data;

    for (unsigned i = 0; i < ARRAY_LEN(starts); i++)
        if (len >= strlen(starts[i].start) &&
            strncasecmp(text, starts[i].start, strlen(starts[i].start)) == 0)
            return starts[i].protocol;
    if (len >= 4 && memcmp(text, "220", 3) == 0 && (text[3] == ' ' || text[3] == '-'))
        return mail_or_ftp(text, len, port);
    if (len >= 6 && text[3] == 0 && (text[4] == 10 || text[4] == (char)0xff) && text[2] == 0)
        return "mysql";
    return "unknown";
}

uint16_t greeting_http_status(const void *data, size_t len)
{
    const char *text = data;

    if (len < 12 || memcmp(text, "HTTP/1.", 7) != 0 || text[8] != ' ')
        return 0;
    for (unsigned i = 9; i < 12; i++)
        if (text[i] < '0' || text[i] > '9')
            return 0;
    if (text[9] == '0' || (len > 12 && text[12] != ' ' && text[12] != '\r' && text[12] != '\n'))
        return 0;
    return (uint16_t)((text[9] - '0') * 100 + (text[10] - '0') * 10 + (text[11] - '0'));
}

bool greeting_server_first(uint16_t port)
{
    static const uint16_t ports[] = {21, 22, 23, 25, 110, 143, 587, 3306, 5900};

    for (unsigned i = 0; i < ARRAY_LEN(ports); i++)
        if (ports[i] == port)
            return true;
    return false;
}
