/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/fuzz/hosts.h"

#include <cjson/cJSON.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/compiler.h"
#include "tests/unit/support/vectors.h"

enum { VECTORS_MAX = 512, MUTATIONS_MAX = 4 };

static char *vectors[VECTORS_MAX];
static unsigned vector_count;
static uint64_t state;

static const char *const pieces[] = {
    ".",      "..",     "-",      "--",     ":",          "::",     "0",      "00",     "0x",
    "0X",     "1",      "127",    "255",    "256",        "0177",   "f",      "ffff",   "a",
    "Z",      "_",      "xn--",   "%",      "%2e",        "%31",    "%25",    "%eth0",  "%1",
    "[",      "]",      "@",      "/",      "\\",         "#",      "?",      " ",      "\t",
    "\n",     "*",      "+",      "1e1",    ".com",       ".net",   ".1",     ".0",     ".0x7f",
    ".08",    "com",    "nip.io", "test",   "\u3002",     "\uff0e", "\uff61", "\u2024", "\uff11",
    "\u0661", "\u0967", "\u2460", "\u00b2", "\u00df",     "\u00fc", "\u00dc", "\u03c2", "\u017f",
    "\u212a", "\ufb00", "\u00ad", "\u200b", "\u200c",     "\u200d", "\u2060", "\ufe0f", "\u0301",
    "\u05d0", "\u4e2d", "\u00b7", "\u30fb", "\U0001d7cf",
};
static const char *const dots[] = {".", ".", ".", ".", ".", "\u3002", "\uff0e", "\uff61", "%2e"};
static const char *const tails[] = {"com", "net", "io", "de", "1", "0x1", "com.", "xn--p1ai"};

/* splitmix64 */
static uint64_t random_next(void)
{
    uint64_t z = state += 0x9e3779b97f4a7c15;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

/* One call a statement: the order of arguments is the compiler's. */
static unsigned below(unsigned count)
{
    return (unsigned)(random_next() % count);
}

#define ANY(list) (list)[below(ARRAY_LEN(list))]

static void PRINTF_LIKE(2, 3) append(char text[static HOSTS_TEXT_LEN], const char *format, ...)
{
    size_t len = strlen(text);
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text + len, HOSTS_TEXT_LEN - len, format, arguments);
    va_end(arguments);
}

/* Puts a piece in place of some bytes. */
static void replace(char text[static HOSTS_TEXT_LEN], size_t at, size_t cut, const char *piece)
{
    char rest[HOSTS_TEXT_LEN];

    snprintf(rest, sizeof(rest), "%s", text + at + cut);
    text[at] = '\0';
    append(text, "%s%s", piece, rest);
}

static void mutate(char text[static HOSTS_TEXT_LEN])
{
    static const char *const digits[] = {"\uff10", "\u0660", "\u0966", "\U0001d7ce"};
    size_t len = strlen(text), at = below((unsigned)len + 1);
    char piece[16];

    switch (below(7)) {
    case 0: replace(text, at, 0, ANY(pieces)); break;
    case 1: replace(text, at, at < len, ANY(pieces)); break;
    case 2: replace(text, at, at < len, ""); break;
    case 3: /* twice */
        snprintf(piece, sizeof(piece), "%.*s", 1 + (int)below(4), text + at);
        replace(text, at, 0, piece);
        break;
    case 4: /* %-encoded */
        snprintf(piece, sizeof(piece), "%%%02x", (unsigned char)text[at]);
        replace(text, at, at < len, at < len ? piece : "");
        break;
    case 5: /* another script's digit; the zeros' neighbours follow them */
        if (text[at] < '0' || text[at] > '9')
            break;
        snprintf(piece, sizeof(piece), "%s", ANY(digits));
        piece[strlen(piece) - 1] = (char)(piece[strlen(piece) - 1] + (text[at] - '0'));
        replace(text, at, 1, piece);
        break;
    default:
        if (at < len && text[at] >= 'a' && text[at] <= 'z')
            text[at] = (char)(text[at] - 'a' + 'A');
    }
}

static void number(char text[static HOSTS_TEXT_LEN])
{
    static const unsigned values[] = {0, 1, 7, 8, 10, 127, 169, 192, 254, 255, 256, 65535};
    unsigned value = below(3) == 0 ? (unsigned)random_next() : ANY(values);

    switch (below(8)) {
    case 0: append(text, "0x%x", value); break;
    case 1: append(text, "0%o", value); break;
    case 2: append(text, "0X%08X", value); break;
    case 3: append(text, "00%u", value); break;
    default: append(text, "%u", value);
    }
}

static void ipv4(char text[static HOSTS_TEXT_LEN])
{
    unsigned parts = below(3) > 0 ? 4 : 1 + below(5);

    for (unsigned i = 0; i < parts; i++) {
        if (i > 0)
            append(text, "%s", below(4) == 0 ? ANY(dots) : ".");
        if (below(3) == 0)
            number(text);
        else
            append(text, "%u", below(256));
    }
    if (below(16) == 0)
        append(text, ".");
}

static void ipv6(char text[static HOSTS_TEXT_LEN])
{
    static const char *const heads[] = {
        "2606:4700:", "::", "::ffff:", "64:ff9b::", "fe80::", "2002:", "", "2001:", "fc00:"};
    unsigned groups = 1 + below(8);

    append(text, "%s", ANY(heads));
    for (unsigned i = 0; i < groups; i++) {
        unsigned value = below(2) == 0 ? below(16) : below(65536);
        if (i > 0)
            append(text, "%s", below(6) == 0 ? "::" : ":");
        append(text, below(8) == 0 ? "%04X" : "%x", value);
    }
    if (below(5) == 0) {
        append(text, ":");
        ipv4(text);
    }
    if (below(12) == 0)
        append(text, "%s", below(2) == 0 ? "%eth0" : "%1");
}

static void name(char text[static HOSTS_TEXT_LEN])
{
    static const char *const labels[] = {"www",         "a",
                                         "1",           "127",
                                         "0x7f",        "a-b",
                                         "xn--a",       "xn--bcher-kva",
                                         "b\u00fccher", "\u4e2d\u6587",
                                         "0",           "example",
                                         "fa\u00df",    "1and1",
                                         "xn--fiqs8s"};
    unsigned count = 1 + below(5);

    for (unsigned i = 0; i < count; i++) {
        append(text, "%s", ANY(labels));
        append(text, "%s", below(8) == 0 ? ANY(dots) : ".");
    }
    append(text, "%s", ANY(tails));
}

static void vector(char text[static HOSTS_TEXT_LEN])
{
    append(text, "%s", vectors[below(vector_count)]);
    if (below(4) == 0) {
        text[below((unsigned)strlen(text) + 1)] = '\0';
        append(text, "%s", vectors[below(vector_count)]);
    }
}

/* The inputs are the bodies of JSON strings. */
static void read_vectors(void)
{
    FILE *file = vectors_open("ssrf_vectors.csv");
    static struct vector row;

    while (vector_count < VECTORS_MAX && vectors_next(file, &row)) {
        char json[VECTOR_FIELD_LEN + 2];
        cJSON *item;
        if (strncmp(row.fields[0], "dns:", 4) == 0)
            continue;
        snprintf(json, sizeof(json), "\"%s\"", row.fields[0]);
        item = cJSON_Parse(json);
        vectors[vector_count++] = strdup(item != NULL ? item->valuestring : row.fields[0]);
        cJSON_Delete(item);
    }
    fclose(file);
}

void hosts_begin(uint64_t seed)
{
    if (vector_count == 0)
        read_vectors();
    state = seed;
}

void hosts_next(char text[static HOSTS_TEXT_LEN])
{
    text[0] = '\0';
    switch (below(5)) {
    case 0: ipv4(text); break;
    case 1: ipv6(text); break;
    case 2: name(text); break;
    default: vector(text);
    }
    if (below(16) == 0) {
        replace(text, 0, 0, "[");
        append(text, "]");
    }
    for (unsigned i = below(MUTATIONS_MAX); i > 0; i--)
        mutate(text);
}
