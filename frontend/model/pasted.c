/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/model/pasted.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/base/compiler.h"
#include "common/base/utf8.h"

static const char digits[] = "0123456789";

static const struct {
    const char *name;
    uint16_t port;
} schemes[] = {
    {"https", 443},  {"http", 80},       {"ssh", 22},          {"sftp", 22},    {"ftp", 21},
    {"telnet", 23},  {"ldap", 389},      {"smtp", 25},         {"imap", 143},   {"imaps", 993},
    {"pop3", 110},   {"pop3s", 995},     {"smb", 445},         {"rdp", 3389},   {"vnc", 5900},
    {"mysql", 3306}, {"postgres", 5432}, {"postgresql", 5432}, {"redis", 6379}, {"wss", 443},
    {"ws", 80},
};

/* A text that is trimmed at both ends. */
struct piece {
    char *at;
    size_t len;
};

/* --- characters ------------------------------------------------------------------------ */

/* White space of any script, as it is copied along with text. */
static bool is_blank(const char *at, size_t len)
{
    static const char *const blanks[] = {
        "\u00a0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003", "\u2004", "\u2005", "\u2006",
        "\u2007", "\u2008", "\u2009", "\u200a", "\u2028", "\u2029", "\u202f", "\u205f", "\u3000",
    };

    if (len == 1)
        return strchr(" \t\r\n\v\f", *at) != NULL;
    for (unsigned i = 0; i < ARRAY_LEN(blanks); i++)
        if (strlen(blanks[i]) == len && memcmp(at, blanks[i], len) == 0)
            return true;
    return false;
}

/* Invisible characters that no name needs.  Direction overrides stay: they make a text look like
 * another, so the host is refused. */
static bool is_invisible(const char *at, size_t len)
{
    static const char *const invisible[] = {"\u00ad", "\u180e", "\u200b", "\u200e",
                                            "\u200f", "\u2060", "\u2061", "\u2062",
                                            "\u2063", "\u2064", "\ufeff"};

    for (unsigned i = 0; i < ARRAY_LEN(invisible); i++)
        if (strlen(invisible[i]) == len && memcmp(at, invisible[i], len) == 0)
            return true;
    return false;
}

/* Copies the visible characters; returns the length of the copy. */
static size_t copy_visible(const char *text, char out[static HOSTNAME_INPUT_MAX_LEN + 1],
                           unsigned *removed)
{
    size_t left = strnlen(text, HOSTNAME_INPUT_MAX_LEN), n = 0;

    for (size_t step; left > 0; text += step, left -= step) {
        step = utf8_sequence_len(text, left);
        if (step > 1 && is_invisible(text, step)) {
            *removed |= 1U << PASTED_INVISIBLE;
            continue;
        }
        if (step == 0)
            step = 1; /* invalid UTF-8, which hostname_parse will reject */
        memcpy(out + n, text, step);
        n += step;
    }
    out[n] = '\0';
    return n;
}

/* --- cutting ----------------------------------------------------------------------------- */

static void cut_front(struct piece *piece, size_t len)
{
    piece->at += len;
    piece->len -= len;
}

/* The length of the character that ends the piece. */
static size_t last_len(const struct piece *piece)
{
    for (size_t len = 1; len <= 4 && len <= piece->len; len++)
        if (utf8_sequence_len(piece->at + piece->len - len, len) == len)
            return len;
    return 0;
}

static bool trim(struct piece *piece)
{
    size_t before = piece->len, len;

    while ((len = utf8_sequence_len(piece->at, piece->len)) > 0 && is_blank(piece->at, len))
        cut_front(piece, len);
    while ((len = last_len(piece)) > 0 && is_blank(piece->at + piece->len - len, len))
        piece->len -= len;
    return piece->len < before;
}

static bool cut_quotes(struct piece *piece)
{
    static const char pairs[] = "\"\"''``<>";

    for (unsigned i = 0; pairs[i] != '\0'; i += 2)
        if (piece->len >= 2 && piece->at[0] == pairs[i] &&
            piece->at[piece->len - 1] == pairs[i + 1]) {
            cut_front(piece, 1);
            piece->len--;
            return true;
        }
    return false;
}

static bool cut_scheme(struct piece *piece, uint32_t *port)
{
    size_t len = 0;

    while (len < piece->len &&
           (isalnum((unsigned char)piece->at[len]) || strchr("+-.", piece->at[len]) != NULL))
        len++;
    if (piece->len >= 2 && memcmp(piece->at, "//", 2) == 0) {
        cut_front(piece, 2);
        return true;
    }
    if (piece->len < len + 3 || memcmp(piece->at + len, "://", 3) != 0)
        return false;
    for (unsigned i = 0; i < ARRAY_LEN(schemes); i++)
        if (strlen(schemes[i].name) == len && strncasecmp(schemes[i].name, piece->at, len) == 0)
            *port = schemes[i].port;
    cut_front(piece, len + 3);
    return true;
}

static bool cut_path(struct piece *piece)
{
    for (size_t i = 0; i < piece->len; i++)
        if (strchr("/?#\\", piece->at[i]) != NULL) {
            piece->len = i;
            return true;
        }
    return false;
}

static bool cut_user(struct piece *piece)
{
    for (size_t i = piece->len; i > 0; i--)
        if (piece->at[i - 1] == '@') {
            cut_front(piece, i);
            return true;
        }
    return false;
}

/* Cuts a port off the end: the digits from `from` on, or nothing, as in "host:". */
static bool cut_port(struct piece *piece, size_t from, size_t separators, uint32_t *port)
{
    size_t len = piece->len - from;

    if (strspn(piece->at + from, digits) < len || len > 6)
        return false;
    if (len > 0)
        *port = (uint32_t)atoi(piece->at + from);
    if (len > 0 && *port == 0)
        *port = UINT16_MAX + 1; /* given, but out of range */
    piece->len = from - separators;
    return true;
}

/* Splits "[v6]", "[v6]:port", "host:port", and "host port" as typed for telnet. */
static void split(struct piece *piece, struct pasted *out)
{
    char *end = memchr(piece->at, ']', piece->len), *colon, *blank;
    size_t len;

    piece->at[piece->len] = '\0';
    if (piece->at[0] == '[' && end != NULL) {
        len = (size_t)(end + 1 - piece->at);
        if (len < piece->len && (end[1] != ':' || !cut_port(piece, len + 1, 1, &out->port)))
            return;
        cut_front(piece, 1);
        piece->len = len - 2;
        out->removed |= 1U << PASTED_BRACKETS;
        return;
    }
    colon = memchr(piece->at, ':', piece->len);
    blank = strpbrk(piece->at, " \t");
    if (colon != NULL && strchr(colon + 1, ':') == NULL) {
        cut_port(piece, (size_t)(colon + 1 - piece->at), 1, &out->port);
        return;
    }
    if (blank != NULL) {
        size_t gap = strspn(blank, " \t");
        cut_port(piece, (size_t)(blank - piece->at) + gap, gap, &out->port);
    }
}

void pasted_read(const char *text, struct pasted *out)
{
    char copy[HOSTNAME_INPUT_MAX_LEN + 1] = {0};
    struct piece piece = {copy, 0};
    bool mapped;

    *out = (struct pasted){0};
    piece.len = copy_visible(text, copy, &out->removed);
    out->removed |= (unsigned)trim(&piece) << PASTED_BLANKS;
    if (cut_quotes(&piece)) {
        out->removed |= 1U << PASTED_QUOTES;
        trim(&piece);
    }
    out->removed |= (unsigned)cut_scheme(&piece, &out->port) << PASTED_SCHEME;
    out->removed |= (unsigned)cut_path(&piece) << PASTED_PATH;
    out->removed |= (unsigned)cut_user(&piece) << PASTED_USER;
    trim(&piece);
    split(&piece, out);
    piece.at[piece.len] = '\0';
    mapped = hostname_map(piece.at, out->host);
    out->removed |= (unsigned)mapped << PASTED_FORMS;
}

const char *pasted_part_text(enum pasted_part part)
{
    static const char *const texts[] = {
        [PASTED_BLANKS] = "spaces",          [PASTED_INVISIBLE] = "invisible characters",
        [PASTED_QUOTES] = "quotation marks", [PASTED_SCHEME] = "the scheme",
        [PASTED_USER] = "the user name",     [PASTED_PATH] = "the path",
        [PASTED_BRACKETS] = "the brackets",  [PASTED_FORMS] = "capitals and unusual letter forms",
    };

    return texts[part];
}

enum problem_cause pasted_mistake(const char *host)
{
    if (host[0] == '\0')
        return CAUSE_HOST_EMPTY;
    if (strpbrk(host, ",;|") != NULL)
        return CAUSE_HOST_MANY;
    if (strpbrk(host, " \t\r\n") != NULL)
        return CAUSE_HOST_BLANK;
    if (strchr(host, '*') != NULL)
        return CAUSE_HOST_WILDCARD;
    if (strchr(host, '%') != NULL && strchr(host, ':') != NULL)
        return CAUSE_HOST_ZONE;
    if (strchr(host, '[') != NULL || strchr(host, ']') != NULL)
        return CAUSE_HOST_BRACKETS;
    if (strchr(host, ':') != NULL)
        return CAUSE_HOST_COLON;
    if (strstr(host, "..") != NULL || host[0] == '.')
        return CAUSE_HOST_DOTS;
    return CAUSE_HOST_INVALID;
}
