/* SPDX-License-Identifier: BSD-2-Clause */
#include "fleet/bus/nats_parser.h"

#include <string.h>

#include "common/base/compiler.h"

enum { FIELDS_MAX = 5, END_LEN = 2 /* CR LF */, DIGITS_MAX = 9, STATUS_DIGITS = 3 };

static const char HEADER_VERSION[] = "NATS/1.0";

struct fields {
    struct nats_text items[FIELDS_MAX];
    unsigned count;
};

/* The words of a line, which single blanks or tabs part; false if there are more than can be. */
static bool split(const char *line, size_t len, struct fields *fields)
{
    const char *end = line + len;

    fields->count = 0;
    while (line < end) {
        const char *word;
        while (line < end && (*line == ' ' || *line == '\t'))
            line++;
        word = line;
        while (line < end && *line != ' ' && *line != '\t')
            line++;
        if (line == word)
            break;
        if (fields->count == FIELDS_MAX)
            return false;
        fields->items[fields->count++] = (struct nats_text){word, (size_t)(line - word)};
    }
    return true;
}

static bool read_number(const struct nats_text *text, size_t *out)
{
    *out = 0;
    if (text->len == 0 || text->len > DIGITS_MAX)
        return false;
    for (size_t i = 0; i < text->len; i++) {
        if (text->at[i] < '0' || text->at[i] > '9')
            return false;
        *out = *out * 10 + (size_t)(text->at[i] - '0');
    }
    return true;
}

/* "NATS/1.0 503\r\n\r\n"; without a status, 0. */
static bool read_status(const char *header, size_t len, unsigned *status)
{
    size_t at = sizeof(HEADER_VERSION) - 1;
    struct nats_text digits = {header + at + 1, STATUS_DIGITS};
    size_t value;

    *status = 0;
    if (len < at + END_LEN || memcmp(header, HEADER_VERSION, at) != 0)
        return false;
    if (header[at] != ' ')
        return true;
    if (len < at + 1 + STATUS_DIGITS + END_LEN || !read_number(&digits, &value))
        return false;
    *status = (unsigned)value;
    return true;
}

/* What came: a line that is line_len long with its end, and what may follow. */
struct input {
    const char *bytes;
    size_t len, line_len;
};

/* The bytes behind a message's line. */
static enum nats_status take_payload(const struct input *in, size_t header_len, size_t total_len,
                                     struct nats_event *event, size_t *used)
{
    const char *payload = in->bytes + in->line_len;

    if (total_len > NATS_PAYLOAD_MAX || header_len > total_len)
        return NATS_BROKEN;
    if (in->len - in->line_len < total_len + END_LEN)
        return NATS_PARTIAL;
    if (payload[total_len] != '\r' || payload[total_len + 1] != '\n')
        return NATS_BROKEN;
    event->payload = (struct nats_text){payload + header_len, total_len - header_len};
    *used = in->line_len + total_len + END_LEN;
    return header_len == 0 || read_status(payload, header_len, &event->status) ? NATS_WHOLE
                                                                               : NATS_BROKEN;
}

/* MSG subject sid [reply] bytes; HMSG subject sid [reply] header-bytes bytes. */
static enum nats_status take_message(const struct input *in, size_t word_len, bool has_header,
                                     struct nats_event *event, size_t *used)
{
    unsigned least = has_header ? 4 : 3;
    size_t sid, header_len = 0, total_len;
    struct fields fields;

    if (!split(in->bytes + word_len, in->line_len - END_LEN - word_len, &fields) ||
        fields.count < least || fields.count > least + 1 || !read_number(&fields.items[1], &sid) ||
        !read_number(&fields.items[fields.count - 1], &total_len) ||
        (has_header && !read_number(&fields.items[fields.count - 2], &header_len)))
        return NATS_BROKEN;
    event->operation = NATS_MESSAGE;
    event->subject = fields.items[0];
    if (fields.count > least)
        event->reply = fields.items[2];
    return take_payload(in, header_len, total_len, event, used);
}

static const struct {
    const char *word;
    enum nats_operation operation;
    bool has_text; /* behind the word */
} plain[] = {
    {"INFO", NATS_INFO, true}, {"PING", NATS_PING, false}, {"PONG", NATS_PONG, false},
    {"+OK", NATS_OK, false},   {"-ERR", NATS_ERROR, true},
};

/* Is the line's first word this one? */
static bool begins_with(const char *line, size_t len, const char *word)
{
    size_t word_len = strlen(word);

    return len >= word_len && memcmp(line, word, word_len) == 0 &&
           (len == word_len || line[word_len] == ' ' || line[word_len] == '\t');
}

enum nats_status nats_parse(const void *bytes, size_t len, struct nats_event *event, size_t *used)
{
    const char *text = bytes;
    const char *end = memchr(text, '\n', len < NATS_LINE_MAX ? len : NATS_LINE_MAX);
    struct input in;
    size_t line_len, text_len;

    memset(event, 0, sizeof(*event));
    *used = 0;
    if (end == NULL)
        return len < NATS_LINE_MAX ? NATS_PARTIAL : NATS_BROKEN;
    if (end == text || end[-1] != '\r')
        return NATS_BROKEN;
    line_len = (size_t)(end - text) + 1;
    text_len = line_len - END_LEN;
    in = (struct input){text, len, line_len};
    if (begins_with(text, text_len, "MSG"))
        return take_message(&in, 3, false, event, used);
    if (begins_with(text, text_len, "HMSG"))
        return take_message(&in, 4, true, event, used);
    for (size_t i = 0; i < ARRAY_LEN(plain); i++) {
        size_t word_len = strlen(plain[i].word);
        if (!begins_with(text, text_len, plain[i].word))
            continue;
        if (!plain[i].has_text && text_len != word_len)
            return NATS_BROKEN;
        event->operation = plain[i].operation;
        event->payload = (struct nats_text){text + word_len, text_len - word_len};
        *used = line_len;
        return NATS_WHOLE;
    }
    return NATS_BROKEN;
}
