/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Restricts a process to the system calls in its tables; any other kills the process.  An edge; the
 * daemons call it last before they serve.  The only user of libseccomp.
 *
 * Tables have the names of calls, so that they fit every 64-bit architecture: a call that this one
 * lacks is skipped, a name that no architecture knows is an error.  On s390x, mmap and glibc's
 * socket calls (socketcall(2)) pass their arguments in memory, where no filter can read them:
 * there, one rule that allows such a call allows it with any arguments, and rules that refuse it
 * with an errno are ignored.
 */
#ifndef PORTLIGHT_COMMON_DAEMON_SECCOMP_H
#define PORTLIGHT_COMMON_DAEMON_SECCOMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SECCOMP_CONDITIONS_MAX = 3 };

/* A condition on one argument of a call, written with the macros below. */
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

/* The bits in `mask` equal those of `value`. */
#define ARGUMENT_BITS(argument, mask, value) \
    {                                        \
        SECCOMP_BITS, argument, mask, value  \
    }

/* The int equals `value`.  Like the kernel, this ignores the upper half of the register. */
#define ARGUMENT_IS(argument, value)                          \
    {                                                         \
        SECCOMP_BITS, argument, UINT32_MAX, (uint32_t)(value) \
    }

/* It is this descriptor.  If fd is -1, the rule is left out. */
#define ARGUMENT_FD(argument, fd)                        \
    {                                                    \
        SECCOMP_FD, argument, UINT32_MAX, (uint32_t)(fd) \
    }

/* It is a descriptor from `first` to `end` - 1; `first` must be above 0.  Only as the first
 * condition of a rule. */
#define ARGUMENT_FD_RANGE(argument, first, end)                        \
    {                                                                  \
        SECCOMP_FD_RANGE, argument, (uint32_t)(end), (uint32_t)(first) \
    }

/* Matches the call if all conditions hold. */
struct seccomp_rule {
    const char *call;
    struct seccomp_condition conditions[SECCOMP_CONDITIONS_MAX];
};

/* Rules with the same action: allow the call, or make it fail with an errno, for calls that a
 * library attempts but can do without. */
struct seccomp_table {
    const struct seccomp_rule *rules;
    size_t count;
    int refused_with; /* 0: allowed */
};

/* Allows the calls in a NULL-terminated list with any arguments, and applies the rules of the
 * tables. For all threads of the process, for good.  Needs no_new_privs.  False with errno if the
 * filter can't be made or loaded. */
bool seccomp_enter(const char *const *calls, const struct seccomp_table *tables, size_t count);

/* Writes the filter that seccomp_enter would load to a file, as classic BPF (struct sock_filter),
 * for tests and tools.  False with errno. */
bool seccomp_write(int fd, const char *const *calls, const struct seccomp_table *tables,
                   size_t count);

#endif
