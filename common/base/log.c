/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/clock.h"

static size_t escape(char *out, size_t out_len, const char *text)
{
    static const char hex[] = "0123456789abcdef";
    size_t n = 0;

    for (; *text != '\0' && n + 5 < out_len; text++) {
        unsigned char byte = (unsigned char)*text;
        if (byte >= 0x20 && byte < 0x7f) {
            out[n++] = *text;
            continue;
        }
        out[n++] = '\\';
        out[n++] = 'x';
        out[n++] = hex[byte >> 4];
        out[n++] = hex[byte & 15];
    }
    return n;
}

/* The journal reads a level from the start of a line (sd-daemon(3)); elsewhere it would be noise.
 */
static const char *mark_of(const char *mark)
{
    return getenv("JOURNAL_STREAM") != NULL ? mark : "";
}

static void PRINTF_LIKE(4, 0) write_line(const char *mark, const char *level, const char *part,
                                         const char *format, va_list arguments)
{
    int saved = errno;
    char text[LOG_LINE_MAX];
    char line[LOG_LINE_MAX + 1];
    int head = snprintf(line, sizeof(line), "%s%s[%s]: %s", mark_of(mark),
                        program_invocation_short_name, part, level);
    size_t len = head < 0 ? 0 : (size_t)head;

    if (len > LOG_LINE_MAX / 2)
        len = LOG_LINE_MAX / 2;
    vsnprintf(text, sizeof(text), format, arguments);
    len += escape(line + len, sizeof(line) - len - 1, text);
    line[len++] = '\n';
    if (write(STDERR_FILENO, line, len) < 0) {
        /* there is nowhere else to report it */
    }
    errno = saved;
}

void log_info(const char *part, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    write_line("<6>", "", part, format, arguments);
    va_end(arguments);
}

void log_warn(const char *part, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    write_line("<4>", "warning: ", part, format, arguments);
    va_end(arguments);
}

void log_error(const char *part, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    write_line("<3>", "error: ", part, format, arguments);
    va_end(arguments);
}

bool log_allows(struct log_limit *limit, uint64_t now_ns)
{
    uint64_t second = now_ns / NS_PER_S;

    if (limit->second != second)
        *limit = (struct log_limit){.second = second};
    return limit->lines++ < LOG_PER_SECOND;
}

void log_fatal(const char *part, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    write_line("<3>", "error: ", part, format, arguments);
    va_end(arguments);
    exit(1);
}
