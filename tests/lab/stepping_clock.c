/* SPDX-License-Identifier: BSD-2-Clause */
/* To be preloaded: the wall clock is set an hour ahead, and back, again and again: for STEP_S
 * seconds each.  Clocks that nobody sets go on as they do. */
#include <dlfcn.h>
#include <stddef.h>
#include <sys/time.h>
#include <time.h>

enum { STEP_S = 2, AHEAD_S = 3600 };

static int (*real_clock)(clockid_t clock, struct timespec *time);

static time_t ahead(void)
{
    struct timespec now;

    real_clock(CLOCK_MONOTONIC, &now);
    return now.tv_sec / STEP_S % 2 == 0 ? 0 : AHEAD_S;
}

static void __attribute__((constructor)) find(void)
{
    *(void **)&real_clock = dlsym(RTLD_NEXT, "clock_gettime");
}

int clock_gettime(clockid_t clock, struct timespec *out)
{
    int status = real_clock(clock, out);

    if (status == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        out->tv_sec += ahead();
    return status;
}

time_t time(time_t *out)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    if (out != NULL)
        *out = now.tv_sec;
    return now.tv_sec;
}

int gettimeofday(struct timeval *restrict out, void *restrict zone)
{
    struct timespec now;

    (void)zone;
    clock_gettime(CLOCK_REALTIME, &now);
    *out = (struct timeval){now.tv_sec, now.tv_nsec / 1000};
    return 0;
}
