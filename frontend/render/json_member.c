/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/render/json_member.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/base/clock.h"
#include "frontend/model/utc.h"

enum { DIGITS_MAX = 20 /* of a 64-bit number */ };

/* Appends a character that RFC 8259 section 7 requires to be escaped, in cJSON's form. */
static void append_escaped(struct strbuf *buf, unsigned char c)
{
    static const char controls[] = "\b\f\n\r\t\"\\", letters[] = "bfnrt\"\\";
    const char *at = strchr(controls, c);

    if (at != NULL)
        strbuf_append_n(buf, (const char[]){'\\', letters[at - controls]}, 2);
    else
        strbuf_printf(buf, "\\u%04x", c);
}

static bool is_plain(unsigned char c)
{
    return c >= 0x20 && c != '"' && c != '\\';
}

static void append_quoted(struct strbuf *buf, const char *text)
{
    strbuf_append_char(buf, '"');
    for (size_t len; *text != '\0'; text += len) {
        for (len = 0; is_plain((unsigned char)text[len]);)
            len++;
        strbuf_append_n(buf, text, len);
        if (text[len] != '\0')
            append_escaped(buf, (unsigned char)text[len++]);
    }
    strbuf_append_char(buf, '"');
}

static void append_digits(struct strbuf *buf, uint64_t number)
{
    char digits[DIGITS_MAX];
    size_t at = sizeof(digits);

    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    strbuf_append_n(buf, digits + at, sizeof(digits) - at);
}

/* Writes the comma and key before a value.  Keys are our own words, with nothing to escape. */
static struct strbuf *begin(struct json *json, const char *key)
{
    if (key != NULL) {
        strbuf_append(&json->text, json->follows ? ",\"" : "\"");
        strbuf_append(&json->text, key);
        strbuf_append_n(&json->text, "\":", 2);
    } else if (json->follows) {
        strbuf_append_char(&json->text, ',');
    }
    json->follows = true;
    return &json->text;
}

static void open_with(struct json *json, const char *key, char bracket)
{
    strbuf_append_char(begin(json, key), bracket);
    json->follows = false;
}

static void close_with(struct json *json, char bracket)
{
    strbuf_append_char(&json->text, bracket);
    json->follows = true;
}

void json_open_object(struct json *json, const char *key)
{
    open_with(json, key, '{');
}

void json_close_object(struct json *json)
{
    close_with(json, '}');
}

void json_open_array(struct json *json, const char *key)
{
    open_with(json, key, '[');
}

void json_close_array(struct json *json)
{
    close_with(json, ']');
}

void json_add_text(struct json *json, const char *key, const char *text)
{
    if (text != NULL)
        append_quoted(begin(json, key), text);
    else
        json_add_null(json, key);
}

void json_add_word(struct json *json, const char *key, const char *word)
{
    struct strbuf *buf;

    if (word == NULL) {
        json_add_null(json, key);
        return;
    }
    buf = begin(json, key);
    strbuf_append_char(buf, '"');
    strbuf_append(buf, word);
    strbuf_append_char(buf, '"');
}

void json_add_null(struct json *json, const char *key)
{
    strbuf_append(begin(json, key), "null");
}

void json_add_bool(struct json *json, const char *key, bool value)
{
    strbuf_append(begin(json, key), value ? "true" : "false");
}

void json_add_number(struct json *json, const char *key, long long number)
{
    struct strbuf *buf = begin(json, key);

    if (number < 0)
        strbuf_append_char(buf, '-');
    append_digits(buf, number < 0 ? -(uint64_t)number : (uint64_t)number);
}

void json_add_number_or_null(struct json *json, const char *key, int number)
{
    if (number >= 0)
        json_add_number(json, key, number);
    else
        json_add_null(json, key);
}

void json_add_ms(struct json *json, const char *key, uint64_t ns)
{
    struct strbuf *buf = begin(json, key);
    uint64_t us = (ns + 500) / 1000;
    unsigned rest = (unsigned)(us % 1000);

    append_digits(buf, us / 1000);
    if (rest > 0)
        strbuf_append_char(buf, '.');
    for (unsigned place = 100; rest > 0; rest %= place, place /= 10)
        append_digits(buf, rest / place);
}

void json_add_address(struct json *json, const char *key, const struct addr *addr)
{
    char text[ADDR_TEXT_LEN];

    addr_format_shown(addr, text);
    json_add_text(json, key, addr->family != ADDR_NONE ? text : NULL);
}

void json_add_time(struct json *json, const char *key, uint64_t wall_ns, unsigned digits)
{
    char text[48], time[UTC_LEN], fraction[16];

    utc_write((int64_t)(wall_ns / NS_PER_S), time);
    snprintf(fraction, sizeof(fraction), "%09u", (unsigned)(wall_ns % NS_PER_S));
    snprintf(text, sizeof(text), "%s.%.*sZ", time, (int)digits, fraction);
    json_add_text(json, key, text);
}

char *json_take(struct json *json)
{
    json_close_object(json);
    return strbuf_take(&json->text);
}
