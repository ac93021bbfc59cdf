/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One line a message on standard error: "portlightd[http]: text", under systemd with the level
 * in front that journalctl -p sorts by ("<4>").  All programs, edges only.  Bytes that are not
 * printable ASCII are escaped, and a line is cut at LOG_LINE_MAX, so that a peer can neither forge
 * nor flood it.
 */
#ifndef PORTLIGHT_COMMON_BASE_LOG_H
#define PORTLIGHT_COMMON_BASE_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/compiler.h"

enum { LOG_LINE_MAX = 512 };

void log_info(const char *part, const char *format, ...) PRINTF_LIKE(2, 3);

/* Something is wrong but the process goes on. */
void log_warn(const char *part, const char *format, ...) PRINTF_LIKE(2, 3);

/* What was asked for can't be done as it stands: a mistake in the configuration. */
void log_error(const char *part, const char *format, ...) PRINTF_LIKE(2, 3);

/* For what strangers can cause: at most LOG_A_SECOND lines, whatever they do.  Zeroed at
 * first; one for each kind of event.  May this line be written? */
enum { LOG_A_SECOND = 1 };
struct log_limit {
    uint64_t second, lines;
};
bool log_allows(struct log_limit *limit, uint64_t now_ns);

/* Says why and exits with status 1.  Only from main and start-up code. */
void log_fatal(const char *part, const char *format, ...) PRINTF_LIKE(2, 3) NORETURN;

#endif
