/* SPDX-License-Identifier: BSD-2-Clause */
#include "inspector/daemon/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "common/base/compiler.h"
#include "common/config/config.h"
#include "common/daemon/seccomp.h"

enum {
    SOCKET_FLAGS = SOCK_NONBLOCK | SOCK_CLOEXEC,
    FORK_FLAGS = CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | SIGCHLD, /* glibc's fork */
};

/* Allowed the parent whatever the arguments.  The last two lines are what a child needs to
 * confine itself further. */
static const char *const free_calls[] = {"read",
                                         "recvmsg",
                                         "write",
                                         "close",
                                         "accept4",
                                         "connect",
                                         "getsockopt",
                                         "pipe2",
                                         "wait4",
                                         "epoll_ctl",
                                         "epoll_wait",
                                         "epoll_pwait",
                                         "poll",
                                         "ppoll",
                                         "clock_gettime", /* these three: without a vDSO */
                                         "gettimeofday",
                                         "time",
                                         "restart_syscall",
                                         "brk",
                                         "munmap",
                                         "mremap",
                                         "madvise",
                                         "futex",
                                         "getrandom",
                                         "geteuid",
                                         "getpid",
                                         "gettid",
                                         "rt_sigaction",
                                         "rt_sigprocmask",
                                         "rt_sigreturn",
                                         "exit",
                                         "exit_group",
                                         "set_robust_list",
                                         "dup2",
                                         "dup3",
                                         "close_range",
                                         "prlimit64",
                                         "setrlimit",
                                         "seccomp",
                                         "landlock_create_ruleset",
                                         "landlock_restrict_self",
                                         NULL};

static const struct seccomp_rule argument_rules[] = {
    {"mmap", {ARGUMENT_BITS(2, PROT_EXEC, 0), ARGUMENT_BITS(3, MAP_ANONYMOUS, MAP_ANONYMOUS)}},
    {"socket",
     {ARGUMENT_IS(0, AF_INET), ARGUMENT_IS(1, SOCK_STREAM | SOCKET_FLAGS),
      ARGUMENT_IS(2, IPPROTO_TCP)}},
    {"socket",
     {ARGUMENT_IS(0, AF_INET6), ARGUMENT_IS(1, SOCK_STREAM | SOCKET_FLAGS),
      ARGUMENT_IS(2, IPPROTO_TCP)}},
    /* no address and no MSG_FASTOPEN, which would connect past Landlock */
    {"sendto", {ARGUMENT_IS(3, MSG_NOSIGNAL), ARGUMENT_BITS(4, UINT64_MAX, 0)}},
    {"clone", {ARGUMENT_IS(0, FORK_FLAGS)}},
    {"kill", {ARGUMENT_IS(1, SIGKILL)}},
    /* glibc's last words, of its heap and of the stack, and abort(): of a child, too */
    {"writev", {ARGUMENT_IS(0, STDERR_FILENO)}},
    {"tgkill", {ARGUMENT_IS(2, SIGABRT)}},
    {"prctl", {ARGUMENT_IS(0, PR_SET_DUMPABLE)}},
    {"prctl", {ARGUMENT_IS(0, PR_SET_NO_NEW_PRIVS)}},
    /* libconfuse's scanner asks whether no descriptor at all is a terminal */
    {"ioctl", {ARGUMENT_IS(0, -1), ARGUMENT_IS(1, TCGETS)}},
};

bool inspector_sandbox_enter(int readable)
{
    const struct seccomp_rule own_rules[] = {
        {"openat", {ARGUMENT_FD(0, readable), ARGUMENT_IS(2, CONFIG_OPEN_FLAGS)}},
    };
    const struct seccomp_table tables[] = {
        {argument_rules, ARRAY_LEN(argument_rules), 0},
        {own_rules, ARRAY_LEN(own_rules), 0},
    };

    if (SANITIZED)
        return true;
    tzset(); /* OpenSSL's first look at a date reads a file */
    return seccomp_enter(free_calls, tables, ARRAY_LEN(tables));
}

static const char *const worker_calls[] = {"poll", "ppoll", "clock_gettime", "restart_syscall",
                                           "brk", "munmap", "mremap", "madvise", "futex",
                                           "getrandom", "getpid", "gettid", "rt_sigreturn",
                                           "rt_sigprocmask", "exit", "exit_group",
                                           /* OpenSSL's, without a vDSO */
                                           "gettimeofday", "time", NULL};

static const struct seccomp_rule worker_rules[] = {
    {"mmap", {ARGUMENT_BITS(2, PROT_EXEC, 0), ARGUMENT_BITS(3, MAP_ANONYMOUS, MAP_ANONYMOUS)}},
    {"read", {ARGUMENT_FD(0, WORKER_SOCKET)}},
    {"write", {ARGUMENT_FD(0, WORKER_SOCKET)}},
    {"write", {ARGUMENT_FD(0, WORKER_PIPE)}},
    /* which is closed: last words that nobody hears, before abort() */
    {"write", {ARGUMENT_IS(0, STDERR_FILENO)}},
    {"writev", {ARGUMENT_IS(0, STDERR_FILENO)}},
};

bool inspector_worker_sandbox_enter(void)
{
    const struct seccomp_rule own_rules[] = {
        {"tgkill", {ARGUMENT_IS(0, getpid()), ARGUMENT_IS(2, SIGABRT)}}, /* abort() */
    };
    const struct seccomp_table tables[] = {
        {worker_rules, ARRAY_LEN(worker_rules), 0},
        {own_rules, ARRAY_LEN(own_rules), 0},
    };

    return seccomp_enter(worker_calls, tables, ARRAY_LEN(tables));
}
