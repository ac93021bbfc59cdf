/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * System calls that a process may make from now on, by table; any other ends the process.
 * An edge; all daemons, last before they serve.  The only user of libseccomp.
 *
 * Calls go by name, so that a table holds on every 64-bit architecture: a call that this
 * one lacks is skipped, a name that no architecture knows is an error.  On s390x, mmap and
 * glibc's socket calls have their arguments in memory (socketcall(2)): such a call is allowed
 * whatever its arguments as soon as one rule allows it, and not refused with an errno.
 */
#ifndef PORTLIGHT_COMMON_DAEMON_SECCOMP_H
#define PORTLIGHT_COMMON_DAEMON_SECCOMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SECCOMP_CONDITIONS_MAX = 3 };

/* What one argument of a call must be.  Written with the macros below. */
struct seccomp_condition {
    enum seccomp_comparison {
        SECCOMP_ALWAYS = 0,
        SECCOMP_BITS,
        SECCOMP_FD,
        SECCOMP_FD_RANGE,
    } comparison;
    unsigned argument; /* from 0 on */
    uint64_t mask, value;
};

/* The bits of `mask` are as in `value`. */
#define ARGUMENT_BITS(argument, mask, value) \
    {                                        \
        SECCOMP_BITS, argument, mask, value  \
    }

/* An int equals `value`: the kernel ignores the upper half of the register, and so does this. */
#define ARGUMENT_IS(argument, value)                          \
    {                                                         \
        SECCOMP_BITS, argument, UINT32_MAX, (uint32_t)(value) \
    }

/* It is this descriptor; with -1, there is none, and the rule is left out. */
#define ARGUMENT_FD(argument, fd)                        \
    {                                                    \
        SECCOMP_FD, argument, UINT32_MAX, (uint32_t)(fd) \
    }

/* It is a descriptor from `first` to `end` - 1; `first` is above 0.  One such condition a
 * rule, as its first. */
#define ARGUMENT_FD_RANGE(argument, first, end)                        \
    {                                                                  \
        SECCOMP_FD_RANGE, argument, (uint32_t)(end), (uint32_t)(first) \
    }

/* Of the call, if all conditions hold. */
struct seccomp_rule {
    const char *call;
    struct seccomp_condition conditions[SECCOMP_CONDITIONS_MAX];
};

/* Rules with one effect: the call is made, or, with an errno, refused without ending the
 * process, for what a library tries and does without. */
struct seccomp_table {
    const struct seccomp_rule *rules;
    size_t count;
    int refused_with; /* 0: allowed */
};

/* For all threads of the process and for good: allows the calls of a list that ends with NULL,
 * whatever their arguments, and applies the rules of the tables.  Needs no_new_privs.
 * Returns false with errno if the filter can't be made or loaded. */
bool seccomp_enter(const char *const *calls, const struct seccomp_table *tables, size_t count);

/* The filter that seccomp_enter would load, as a program of classic BPF (struct sock_filter) into
 * a file, for whoever wants to know what it says of a call.  Returns false with errno. */
bool seccomp_write(int fd, const char *const *calls, const struct seccomp_table *tables,
                   size_t count);

#endif
