/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/config/config_text.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { DEPTH_MAX = 8, KEYS_MAX = 128 };

/* Where we are in the text. */
struct scan {
    char *text;
    size_t len, at;
    int line;
    int opened[DEPTH_MAX]; /* the line of each brace that is open */
    int depth;
};

static char next(struct scan *scan)
{
    char c = scan->text[scan->at++];

    scan->line += c == '\n';
    return c;
}

static bool starts(const struct scan *scan, const char *what)
{
    size_t len = strlen(what);

    return scan->len - scan->at >= len && memcmp(scan->text + scan->at, what, len) == 0;
}

static bool is_quote(char c)
{
    return c == '"' || c == '\'';
}

/* Passes over a string; false when the text ends first. */
static bool skip_string(struct scan *scan)
{
    char quote = next(scan);

    while (scan->at < scan->len) {
        char c = next(scan);
        if (c == quote)
            return true;
        if (c == '\\' && scan->at < scan->len)
            next(scan);
    }
    return false;
}

/* Blanks out up to the end of the line, or to what ends the comment. */
static bool blank_comment(struct scan *scan, const char *end)
{
    while (scan->at < scan->len && !starts(scan, end)) {
        size_t at = scan->at;
        if (next(scan) != '\n')
            scan->text[at] = ' ';
    }
    if (*end == '\n')
        return true;
    if (scan->at == scan->len)
        return false;
    memset(scan->text + scan->at, ' ', strlen(end));
    return true;
}

static void count_brace(struct scan *scan, char c)
{
    if (c == '{') {
        if (scan->depth < DEPTH_MAX)
            scan->opened[scan->depth] = scan->line;
        scan->depth++;
    } else if (c == '}' && scan->depth > 0) {
        scan->depth--;
    }
}

int config_text_prepare(char *text, size_t len)
{
    struct scan scan = {.text = text, .len = len, .line = 1};

    while (scan.at < scan.len) {
        int line = scan.line;
        bool ends = true;
        if (is_quote(text[scan.at]))
            ends = skip_string(&scan);
        else if (starts(&scan, "#") || starts(&scan, "//"))
            ends = blank_comment(&scan, "\n");
        else if (starts(&scan, "/*"))
            ends = blank_comment(&scan, "*/");
        else
            count_brace(&scan, next(&scan));
        if (!ends)
            return line;
    }
    if (scan.depth == 0)
        return 0;
    return scan.opened[scan.depth <= DEPTH_MAX ? scan.depth - 1 : DEPTH_MAX - 1];
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '-' || c == '_';
}

/* Reads a word, in quotes or not, and the blanks behind it. */
static void read_word(struct scan *scan, char word[static CONFIG_TEXT_KEY_LEN / 2])
{
    size_t from = scan->at, to, len;

    if (is_quote(scan->text[from]) && skip_string(scan)) {
        from++;
        to = scan->at - 1;
    } else {
        while (scan->at < scan->len && is_word(scan->text[scan->at]))
            next(scan);
        to = scan->at;
    }
    len = to - from < CONFIG_TEXT_KEY_LEN / 2 ? to - from : CONFIG_TEXT_KEY_LEN / 2 - 1;
    memcpy(word, scan->text + from, len);
    word[len] = '\0';
    while (scan->at < scan->len && isspace((unsigned char)scan->text[scan->at]))
        next(scan);
}

/* The next key that is given a value, as "section.key", and its line; 0 at the end. */
static int next_key(struct scan *scan, char section[static CONFIG_TEXT_KEY_LEN / 2],
                    char key[static CONFIG_TEXT_KEY_LEN])
{
    char word[CONFIG_TEXT_KEY_LEN / 2];

    while (scan->at < scan->len) {
        int line = scan->line;
        if (!is_word(scan->text[scan->at]) && !is_quote(scan->text[scan->at])) {
            count_brace(scan, next(scan));
            continue;
        }
        read_word(scan, word);
        if (scan->depth == 0)
            memcpy(section, word, sizeof(word));
        if (scan->depth != 1 || !starts(scan, "="))
            continue;
        snprintf(key, CONFIG_TEXT_KEY_LEN, "%s.%s", section, word);
        return line;
    }
    return 0;
}

int config_text_find_repeat(char *text, size_t len, char key[static CONFIG_TEXT_KEY_LEN])
{
    struct scan scan = {.text = text, .len = len, .line = 1};
    char section[CONFIG_TEXT_KEY_LEN / 2] = "";
    char keys[KEYS_MAX][CONFIG_TEXT_KEY_LEN];
    unsigned count = 0;
    int line;

    while ((line = next_key(&scan, section, key)) != 0) {
        for (unsigned i = 0; i < count; i++)
            if (strcmp(keys[i], key) == 0)
                return line;
        if (count < KEYS_MAX)
            memcpy(keys[count++], key, CONFIG_TEXT_KEY_LEN);
    }
    return 0;
}

int config_text_find_key(char *text, size_t len, const char *wanted)
{
    struct scan scan = {.text = text, .len = len, .line = 1};
    char section[CONFIG_TEXT_KEY_LEN / 2] = "", key[CONFIG_TEXT_KEY_LEN];
    int line;

    while ((line = next_key(&scan, section, key)) != 0)
        if (strcmp(key, wanted) == 0)
            return line;
    return 0;
}
