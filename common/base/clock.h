/* SPDX-License-Identifier: BSD-2-Clause */
/* The only reader of the clock, which all else gets as now_ns, and the units of time. */
#ifndef PORTLIGHT_COMMON_BASE_CLOCK_H
#define PORTLIGHT_COMMON_BASE_CLOCK_H

#include <stdint.h>

#define NS_PER_MS UINT64_C(1000000)
#define NS_PER_S  UINT64_C(1000000000)

/* Whole seconds that hold so many nanoseconds: how long a client is asked to wait. */
static inline uint64_t clock_ns_to_s_up(uint64_t ns)
{
    return ns / NS_PER_S + (ns % NS_PER_S > 0);
}

/* CLOCK_MONOTONIC: for every duration and deadline. */
uint64_t clock_now_ns(void);

/* CLOCK_REALTIME: only to print when something happened. */
uint64_t clock_wall_ns(void);

#endif
