/* SPDX-License-Identifier: BSD-2-Clause */
/* Times in UTC, for people and programs.  Pure; the daemon (after tzset) and the command line. */
#ifndef PORTLIGHT_FRONTEND_MODEL_UTC_H
#define PORTLIGHT_FRONTEND_MODEL_UTC_H

#include <stdbool.h>
#include <stdint.h>

enum { UTC_LEN = sizeof("2026-11-27T10:00:00"), UTC_DATE_LEN = sizeof("2026-11-27") };

/* Writes seconds since 1970 as "2026-11-27T10:00:00".  Returns false and writes "" outside the
 * years 0 to 9999. */
bool utc_write(int64_t seconds, char text[static UTC_LEN]);

/* The same, only the date: "2026-11-27". */
bool utc_write_date(int64_t seconds, char text[static UTC_DATE_LEN]);

#endif
