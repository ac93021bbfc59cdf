/* SPDX-License-Identifier: BSD-2-Clause */
#include "inspector/dialogue/http.h"

#include <string.h>
#include <strings.h>

bool http_wants_more(const void *data, size_t len)
{
    static const char start[] = "HTTP/1.";
    size_t known = len < sizeof(start) - 1 ? len : sizeof(start) - 1;

    return memcmp(data, start, known) == 0 && len < HTTP_HEAD_MAX_LEN &&
           memmem(data, len, "\r\n\r\n", 4) == NULL && memmem(data, len, "\n\n", 2) == NULL;
}

uint16_t http_status(const void *data, size_t len)
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

/* The value of a whole field line of the head, NULL if there is none. */
static const char *find_field(const char *head, size_t len, const char *name, size_t *value_len)
{
    const char *end = head + len, *line = memchr(head, '\n', len);

    while (line != NULL && ++line < end && *line != '\r' && *line != '\n') {
        const char *next = memchr(line, '\n', (size_t)(end - line)), *value = line + strlen(name);
        if (next == NULL)
            return NULL;
        if (value < next && *value == ':' && strncasecmp(line, name, strlen(name)) == 0) {
            const char *last = next;
            for (value++; value < last && (*value == ' ' || *value == '\t');)
                value++;
            while (last > value && (last[-1] == '\r' || last[-1] == ' ' || last[-1] == '\t'))
                last--;
            *value_len = (size_t)(last - value);
            return value;
        }
        line = next;
    }
    return NULL;
}

static bool starts_with(const char *text, size_t len, const char *start)
{
    return len >= strlen(start) && strncasecmp(text, start, strlen(start)) == 0;
}

void http_location_host(const void *data, size_t len, char out[static HTTP_HOST_LEN])
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-.";
    size_t value_len = 0, n = 0, skipped;
    const char *value = find_field(data, len, "Location", &value_len);

    out[0] = '\0';
    if (value == NULL)
        return;
    if (starts_with(value, value_len, "http://"))
        skipped = strlen("http://");
    else if (starts_with(value, value_len, "https://"))
        skipped = strlen("https://");
    else
        return;
    for (value += skipped, value_len -= skipped;
         n < value_len && n + 1 < HTTP_HOST_LEN && strchr("/:?#", value[n]) == NULL; n++)
        out[n] = value[n] >= 'A' && value[n] <= 'Z' ? (char)(value[n] - 'A' + 'a') : value[n];
    out[n] = '\0';
    if (n + 1 == HTTP_HOST_LEN && n < value_len && strchr("/:?#", value[n]) == NULL)
        n++; /* cut off, it would be another's name */
    if (strspn(out, letters) != n)
        out[0] = '\0';
}

bool http_is_cloudflare(const void *data, size_t len)
{
    size_t value_len = 0;
    const char *value = find_field(data, len, "Server", &value_len);

    return value != NULL && value_len == strlen("cloudflare") &&
           strncasecmp(value, "cloudflare", value_len) == 0;
}
