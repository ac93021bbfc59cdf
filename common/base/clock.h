/* SPDX-License-Identifier: BSD-2-Clause */
/* The clock, and the units of time.  An edge; every program.  Most code gets the time as an
 * argument, now_ns, instead. */
#ifndef PORTLIGHT_COMMON_BASE_CLOCK_H
#define PORTLIGHT_COMMON_BASE_CLOCK_H

#include <stdint.h>

#define NS_PER_MS UINT64_C(1000000)
#define NS_PER_S  UINT64_C(1000000000)

/* Nanoseconds in seconds, rounded up, as for Retry-After. */
static inline uint64_t clock_ns_to_s_up(uint64_t ns)
{
    return ns / NS_PER_S + (ns % NS_PER_S > 0);
}

/* CLOCK_MONOTONIC: for every duration and deadline. */
uint64_t clock_now_ns(void);

/* CLOCK_REALTIME: only for dates, never for a duration. */
uint64_t clock_wall_ns(void);

#endif
