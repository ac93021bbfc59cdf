/* SPDX-License-Identifier: BSD-2-Clause */
#include "inspector/dialogue/greeting.h"

#include <string.h>
#include <strings.h>

#include "common/base/compiler.h"
#include "inspector/dialogue/request.h"

enum { TELNET_IAC = 255, TELNET_WILL = 251 }; /* RFC 854 */

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

static bool is_mysql(const char *text, size_t len)
{
    return len >= 6 && text[2] == 0 && text[3] == 0 && (text[4] == 10 || text[4] == (char)0xff);
}

/* LDAPMessage { messageID 1, ExtendedResponse or SearchResultDone }, with lengths in any form. */
static bool is_ldap(const uint8_t *at, size_t len)
{
    size_t i = 2;

    if (len < 2 || at[0] != 0x30)
        return false;
    if (at[1] > 0x80 && at[1] <= 0x84)
        i += at[1] & 0x7fU;
    return len >= i + 4 && memcmp(at + i, "\x02\x01", 2) == 0 && (at[i + 3] & 0x60) == 0x60;
}

/* Packet 0: two lengths, then a JSON text. */
static bool is_minecraft(const uint8_t *at, size_t len)
{
    size_t i = 0;

    for (unsigned number = 0; number < 2; number++) {
        while (i < len && i < 8 && (at[i] & 0x80) != 0)
            i++;
        i++;
        if (number == 0 && (i >= len || at[i++] != 0))
            return false;
    }
    return i < len && at[i] == '{';
}

static bool is_dns(const uint8_t *at, size_t len)
{
    return len >= 5 && ((unsigned)at[2] << 8 | at[3]) == REQUEST_DNS_ID && (at[4] & 0x80) != 0;
}

static bool is_one_of(const char *text, size_t len, const char *const *words)
{
    for (; *words != NULL; words++)
        if (len >= strlen(*words) && memcmp(text, *words, strlen(*words)) == 0)
            return true;
    return false;
}

/* Answers to request.h's requests that mean little without the port. */
static const char *answer_of(const char *text, size_t len, uint16_t port)
{
    static const char *const redis[] = {"+PONG", "-NOAUTH", "-DENIED", "-ERR", NULL};
    const uint8_t *bytes = (const uint8_t *)text;

    switch (port) {
    case 53: return is_dns(bytes, len) ? "dns" : "unknown";
    case 389: return is_ldap(bytes, len) ? "ldap" : "unknown";
    case 445:
        return len >= 8 &&
                       (memcmp(text + 4, "\xfeSMB", 4) == 0 || memcmp(text + 4, "\xffSMB", 4) == 0)
                   ? "smb"
                   : "unknown";
    case 1433: return len >= 8 && bytes[0] == 4 && bytes[1] == 1 ? "tds" : "unknown";
    case 3389: return len >= 7 && bytes[0] == 3 && bytes[5] == 0xd0 ? "rdp" : "unknown";
    case 5432:
        return len > 0 && strchr("SNE", text[0]) != NULL && text[0] != '\0' ? "postgres"
                                                                            : "unknown";
    case 6379: return is_one_of(text, len, redis) ? "redis" : "unknown";
    case 25565: return is_minecraft(bytes, len) ? "minecraft" : "unknown";
    default: return "unknown";
    }
}

struct greeting greeting_read(const void *data, size_t len, uint16_t port)
{
    static const struct {
        const char *start;
        struct greeting greeting;
    } starts[] = {
        {"HTTP/", {"http", false}},   {"<html", {"http", false}}, {"<!DOC", {"http", false}},
        {"SSH-", {"ssh", true}},      {"* OK", {"imap", true}},   {"* PRE", {"imap", true}},
        {"+OK", {"pop3", true}},      {"RFB 00", {"vnc", true}},  {"\x16\x03", {"tls", false}},
        {"\x15\x03", {"tls", false}},
    };
    const uint8_t *bytes = data;
    const char *text = data;

    for (unsigned i = 0; i < ARRAY_LEN(starts); i++)
        if (len >= strlen(starts[i].start) &&
            strncasecmp(text, starts[i].start, strlen(starts[i].start)) == 0)
            return starts[i].greeting;
    if (len >= 4 && memcmp(text, "220", 3) == 0 && (text[3] == ' ' || text[3] == '-'))
        return (struct greeting){mail_or_ftp(text, len, port), true};
    if (len >= 2 && bytes[0] == TELNET_IAC && bytes[1] >= TELNET_WILL && bytes[1] < TELNET_IAC)
        return (struct greeting){"telnet", true};
    if (is_mysql(text, len))
        return (struct greeting){"mysql", true};
    return (struct greeting){answer_of(text, len, port), false};
}
