/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program that enters a daemon's own sandbox and tries one act by name: exit status 0
 * if it was let, death by SIGSYS if not.  Without a name it lists them; those that begin
 * with "may_" must be let, and those with "dies_" end by SIGABRT as they do outside.  Whoever
 * includes it lists ACTS(X) and defines enter(), then says ACTS_MAIN.
 */
#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define PTR(x) ((long)(x))

static char byte = 'x';
static struct iovec part = {&byte, 1};

static inline void try(int number, long a, long b, long c, long d, long e, long f)
{
    syscall(number, a, b, c, d, e, f);
}

void __stack_chk_fail(void); /* what -fstack-protector-strong calls */

#define DYING_ACTS(X)                        \
    X(dies_of_abort, abort())                \
    X(dies_of_its_heap, free(&byte))         \
    X(dies_of_its_stack, __stack_chk_fail()) \
    X(dies_of_assertion, assert(byte == 'y'))

#define ACT(name, call)          \
    static void act_##name(void) \
    {                            \
        call;                    \
    }
#define ACT_ROW(name, call) {#name, act_##name},

#define ACTS_MAIN                                                            \
    ACTS(ACT) DYING_ACTS(ACT) static const struct {                          \
        const char *name;                                                    \
        void (*act)(void);                                                   \
    } acts[] = {ACTS(ACT_ROW) DYING_ACTS(ACT_ROW)};                          \
    int main(int argc, char **argv)                                          \
    {                                                                        \
        for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++) {        \
            if (argc < 2) {                                                  \
                puts(acts[i].name);                                          \
            } else if (strcmp(argv[1], acts[i].name) == 0) {                 \
                if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || !enter()) \
                    return 2;                                                \
                acts[i].act();                                               \
                _exit(0);                                                    \
            }                                                                \
        }                                                                    \
        return argc < 2 ? 0 : 2;                                             \
    }
