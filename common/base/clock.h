/* SPDX-License-Identifier: BSD-2-Clause */
/* The only reader of the clock; everything else gets now_ns handed in. */
#ifndef PORTLIGHT_COMMON_BASE_CLOCK_H
#define PORTLIGHT_COMMON_BASE_CLOCK_H

#include <stdint.h>

#define NS_PER_MS UINT64_C(1000000)
#define NS_PER_S  UINT64_C(1000000000)

/* CLOCK_MONOTONIC: for every duration and deadline. */
uint64_t clock_now_ns(void);

/* CLOCK_REALTIME: only to print when something happened. */
uint64_t clock_wall_ns(void);

#endif
