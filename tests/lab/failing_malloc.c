/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For LD_PRELOAD: at each SIGUSR2, one allocation to come is chosen to fail, FAIL_STEP
 * further off than the one before.  With FAIL_AT, the first to fail is chosen at the start.
 * Allocations below FAIL_SIZE bytes don't count, nor do those of a library whose file name
 * has FAIL_SPARES in it.
 */
#define _GNU_SOURCE /* dladdr */
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *memory, size_t size);

static volatile sig_atomic_t left; /* allocations until one fails; 0: none will */
static sig_atomic_t next = 1, step = 1;
static size_t smallest;
static const char *spared;

static void arm(int number)
{
    (void)number;
    left = next;
    next += step;
}

__attribute__((constructor)) static void begin(void)
{
    const char *text = getenv("FAIL_STEP");

    if (text != NULL)
        step = (sig_atomic_t)strtol(text, NULL, 10);
    text = getenv("FAIL_SIZE");
    if (text != NULL)
        smallest = (size_t)strtol(text, NULL, 10);
    text = getenv("FAIL_AT");
    if (text != NULL)
        left = (sig_atomic_t)strtol(text, NULL, 10);
    spared = getenv("FAIL_SPARES");
    signal(SIGUSR2, arm);
}

static int is_spared(const void *caller)
{
    Dl_info info;

    return spared != NULL && dladdr(caller, &info) != 0 && strstr(info.dli_fname, spared) != NULL;
}

static int is_the_one(size_t size, const void *caller)
{
    if (size < smallest || left == 0 || is_spared(caller) || --left > 0)
        return 0;
    errno = ENOMEM;
    return 1;
}

void *malloc(size_t size)
{
    return is_the_one(size, __builtin_return_address(0)) ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
    return is_the_one(count * size, __builtin_return_address(0)) ? NULL
                                                                 : __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size)
{
    return is_the_one(size, __builtin_return_address(0)) ? NULL : __libc_realloc(memory, size);
}
