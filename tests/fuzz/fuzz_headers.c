/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A request's header: first as bytes (raw_check), then as the lines that are made of
 * them (header_check).  What passes can be read in one way only.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "frontend/http/header_check.h"
#include "frontend/http/raw_check.h"
#include "frontend/http/raw_preference.h"
#include "tests/fuzz/fuzz.h"

enum { LINES_MAX = 32 };

/* However the bytes are cut, and whatever comes behind the end. */
static struct raw_check feed(const uint8_t *data, size_t len)
{
    struct raw_check whole = {0}, bytewise = {0}, longer;

    raw_check_feed(&whole, data, len);
    for (size_t i = 0; i < len; i++)
        raw_check_feed(&bytewise, data + i, 1);
    FUZZ_REQUIRE(whole.bad == bytewise.bad && whole.ended == bytewise.ended);
    longer = whole;
    raw_check_feed(&longer, (const uint8_t *)"\0\n\r \n", 5);
    FUZZ_REQUIRE(!whole.ended || longer.bad == whole.bad);
    FUZZ_REQUIRE(whole.ended || longer.bad);
    return whole;
}

/* The same of who asks, which is text whatever came. */
static void require_preference(const uint8_t *data, size_t len)
{
    struct raw_preference whole = {0}, bytewise = {0};

    raw_preference_feed(&whole, data, len);
    for (size_t i = 0; i < len; i++)
        raw_preference_feed(&bytewise, data + i, 1);
    FUZZ_REQUIRE(raw_preference_is_page(&whole) == raw_preference_is_page(&bytewise));
    FUZZ_REQUIRE(strcmp(whole.start, bytewise.start) == 0 &&
                 strcmp(whole.tags, bytewise.tags) == 0);
    FUZZ_REQUIRE(raw_preference_path(&whole)[0] == '/');
}

/* The header up to its empty line, as RFC 9112 section 2.1 has it. */
static size_t require_strict(const uint8_t *data, size_t len)
{
    size_t start = 0, lines = 0;

    for (size_t i = 0; i < len; i++) {
        FUZZ_REQUIRE(data[i] != '\0');
        FUZZ_REQUIRE(data[i] != '\r' || (i + 1 < len && data[i + 1] == '\n'));
        if (data[i] != '\n')
            continue;
        FUZZ_REQUIRE(i > 0 && data[i - 1] == '\r');
        if (i - 1 == start && lines > 0)
            return i + 1;
        FUZZ_REQUIRE(lines == 0 || (data[start] != ' ' && data[start] != '\t'));
        lines += i - 1 > start;
        start = i + 1;
    }
    FUZZ_REQUIRE(false); /* it said that the header ended */
    return 0;
}

/* As libevent does it: at the first colon, blanks around the value cut off. */
static unsigned split(char *text, struct header_line lines[static LINES_MAX])
{
    unsigned count = 0;
    char *line, *name, *end;

    strsep(&text, "\n"); /* the request line */
    while (count < LINES_MAX && (line = strsep(&text, "\n")) != NULL && *line != '\r') {
        line[strcspn(line, "\r")] = '\0';
        name = strsep(&line, ":");
        if (line == NULL)
            break;
        line += strspn(line, " \t");
        for (end = line + strlen(line); end > line && (end[-1] == ' ' || end[-1] == '\t');)
            *--end = '\0';
        lines[count++] = (struct header_line){name, line};
    }
    return count;
}

static void require_plain(const struct header_line *lines, unsigned count, bool http_1_1)
{
    static const char separators[] = "\"(),/:;<=>?@[\\]{} \t"; /* RFC 9110 section 5.6.2 */
    unsigned hosts = 0, lengths = 0;

    for (unsigned i = 0; i < count; i++) {
        const char *name = lines[i].name, *value = lines[i].value;
        FUZZ_REQUIRE(*name != '\0' && strcspn(name, separators) == strlen(name));
        for (; *name != '\0'; name++)
            FUZZ_REQUIRE(*name > 0x20 && *name < 0x7f);
        for (const char *c = value; *c != '\0'; c++)
            FUZZ_REQUIRE((unsigned char)*c >= 0x20 ? *c != 0x7f : *c == '\t');
        FUZZ_REQUIRE(strcasecmp(lines[i].name, "transfer-encoding") != 0);
        hosts += strcasecmp(lines[i].name, "host") == 0;
        if (strcasecmp(lines[i].name, "content-length") != 0)
            continue;
        lengths++;
        FUZZ_REQUIRE(*value != '\0' && value[strspn(value, "0123456789")] == '\0');
    }
    FUZZ_REQUIRE(lengths <= 1 && hosts <= 1 && (!http_1_1 || hosts == 1));
}

static bool passes(const struct header_line *lines, unsigned count, bool http_1_1)
{
    return header_check(lines, count, http_1_1) == HEADER_SOUND;
}

static void judge(const struct header_line *lines, unsigned count)
{
    static const struct header_line worse[] = {
        {"hOST", "a"}, {"content-length", "+4"}, {"TRANSFER-encoding", "identity"}, {"", "x"}};
    struct header_line turned[LINES_MAX + 1];
    bool sound = passes(lines, count, true);

    if (sound || passes(lines, count, false))
        require_plain(lines, count, sound);
    FUZZ_REQUIRE(!sound || passes(lines, count, false));
    for (unsigned i = 0; i < count; i++)
        turned[count - 1 - i] = lines[i];
    FUZZ_REQUIRE(passes(turned, count, true) == sound);
    for (unsigned i = 0; i < sizeof(worse) / sizeof(worse[0]) && sound; i++) {
        turned[count] = worse[i];
        FUZZ_REQUIRE(!passes(turned, count + 1, true));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct raw_check raw = feed(data, len);
    struct header_line lines[LINES_MAX];
    char *text;

    require_preference(data, len);
    if (raw.ended && !raw.bad)
        len = require_strict(data, len);
    text = malloc(len + 1); /* bad ones too: as strict as if nobody had looked before */
    FUZZ_REQUIRE(text != NULL);
    memcpy(text, data, len);
    text[len] = '\0';
    judge(lines, split(text, lines));
    free(text);
    return 0;
}
