/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes each message to standard error as one line: "portlightd[http]: text".  Under systemd, the
 * line starts with its level ("<4>", sd-daemon(3)), by which journalctl -p filters.  Every program,
 * edges only.  Bytes that are not printable ASCII are escaped and a line is cut at LOG_LINE_MAX, so
 * that a peer can't forge lines.
 */
#ifndef PORTLIGHT_COMMON_BASE_LOG_H
#define PORTLIGHT_COMMON_BASE_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/compiler.h"

enum { LOG_LINE_MAX = 512 };

void log_info(const char *part, const char *format, ...) PRINTF_LIKE(2, 3);

/* Something is wrong, but the process goes on. */
void log_warn(const char *part, const char *format, ...) PRINTF_LIKE(2, 3);

/* The operator must correct something first, such as the configuration. */
void log_error(const char *part, const char *format, ...) PRINTF_LIKE(2, 3);

/* Limits the lines about one kind of event that strangers can cause, to LOG_PER_SECOND.  Starts
 * zeroed. */
enum { LOG_PER_SECOND = 1 };
struct log_limit {
    uint64_t second, lines;
};

/* May a line be written now?  If so, counts it. */
bool log_allows(struct log_limit *limit, uint64_t now_ns);

/* Logs the reason and exits with status 1.  Only for main and start-up code. */
void log_fatal(const char *part, const char *format, ...) PRINTF_LIKE(2, 3) NORETURN;

#endif
