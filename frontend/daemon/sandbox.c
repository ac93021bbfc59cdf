/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/daemon/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "common/daemon/config.h"

/* Allowed whatever the arguments. */
static const int free_calls[] = {
    /* descriptors: visitors, name servers, the prober, the log */
    SCMP_SYS(read), SCMP_SYS(readv), SCMP_SYS(recvfrom), SCMP_SYS(recvmsg), SCMP_SYS(recvmmsg),
    SCMP_SYS(write), SCMP_SYS(writev), SCMP_SYS(sendto), SCMP_SYS(sendmsg), SCMP_SYS(sendmmsg),
    SCMP_SYS(sendfile), SCMP_SYS(close), SCMP_SYS(shutdown), SCMP_SYS(accept), SCMP_SYS(accept4),
    SCMP_SYS(connect), SCMP_SYS(getsockname), SCMP_SYS(getpeername), SCMP_SYS(getsockopt),
    /* waiting */
    SCMP_SYS(epoll_ctl), SCMP_SYS(epoll_wait), SCMP_SYS(epoll_pwait), SCMP_SYS(poll),
    SCMP_SYS(ppoll), SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday), SCMP_SYS(restart_syscall),
    /* memory */
    SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(futex),
    SCMP_SYS(getrandom),
    /* itself */
    SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn), SCMP_SYS(exit), SCMP_SYS(exit_group)};

enum { SOCKET_TYPE_BITS = 0xf /* beside them: SOCK_NONBLOCK and SOCK_CLOEXEC */ };

struct condition {
    unsigned argument;
    uint64_t mask, value;
};

/* Allowed where both conditions hold; an empty mask always does. */
static const struct rule {
    int call;
    struct condition conditions[2];
} rules[] = {
    {SCMP_SYS(socket), {{0, ~0UL, AF_INET}, {1, SOCKET_TYPE_BITS, SOCK_DGRAM}}},
    {SCMP_SYS(socket), {{0, ~0UL, AF_INET}, {1, SOCKET_TYPE_BITS, SOCK_STREAM}}},
    {SCMP_SYS(socket), {{0, ~0UL, AF_INET6}, {1, SOCKET_TYPE_BITS, SOCK_DGRAM}}},
    {SCMP_SYS(socket), {{0, ~0UL, AF_INET6}, {1, SOCKET_TYPE_BITS, SOCK_STREAM}}},
    {SCMP_SYS(socket), {{0, ~0UL, AF_UNIX}, {1, SOCKET_TYPE_BITS, SOCK_SEQPACKET}}},
    {SCMP_SYS(setsockopt), {{1, ~0UL, SOL_SOCKET}, {2, ~0UL, SO_KEEPALIVE}}},
    {SCMP_SYS(setsockopt), {{1, ~0UL, SOL_SOCKET}, {2, ~0UL, SO_REUSEADDR}}},
    {SCMP_SYS(setsockopt), {{1, ~0UL, IPPROTO_TCP}, {2, ~0UL, TCP_NODELAY}}},
    {SCMP_SYS(fcntl), {{1, ~0UL, F_GETFL}}},
    {SCMP_SYS(fcntl), {{1, ~0UL, F_SETFL}}},
    {SCMP_SYS(fcntl), {{1, ~0UL, F_GETFD}}},
    {SCMP_SYS(fcntl), {{1, ~0UL, F_SETFD}}},
    {SCMP_SYS(ioctl), {{1, ~0UL, FIONREAD}}},
    {SCMP_SYS(ioctl), {{1, ~0UL, FIONBIO}}},
    {SCMP_SYS(ioctl), {{0, ~0UL, UINT32_MAX}, {1, ~0UL, TCGETS}}}, /* libconfuse asks this */
    {SCMP_SYS(mmap), {{2, PROT_EXEC, 0}, {3, MAP_ANONYMOUS, MAP_ANONYMOUS}}},
};

static bool allow(scmp_filter_ctx filter, const struct rule *rule)
{
    struct scmp_arg_cmp compared[2];
    unsigned count = 0;

    for (unsigned i = 0; i < 2 && rule->conditions[i].mask != 0; i++)
        compared[count++] = (struct scmp_arg_cmp){
            .arg = rule->conditions[i].argument,
            .op = SCMP_CMP_MASKED_EQ,
            .datum_a = rule->conditions[i].mask,
            .datum_b = rule->conditions[i].value,
        };
    return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, rule->call, count, compared) == 0;
}

/* What is known only now: the directory, and our own number, for abort(). */
static bool allow_own(scmp_filter_ctx filter, int readable)
{
    const struct rule abort_rule = {SCMP_SYS(tgkill), {{0, ~0UL, (uint64_t)getpid()}}};
    const struct rule open_rule = {
        SCMP_SYS(openat), {{0, UINT32_MAX, (uint32_t)readable}, {2, ~0UL, CONFIG_OPEN_FLAGS}}};

    return allow(filter, &abort_rule) && (readable < 0 || allow(filter, &open_rule));
}

bool sandbox_enter(int readable)
{
    scmp_filter_ctx filter;
    bool ok;
    int rc;

    if (SANITIZED)
        return true;
    tzset(); /* reads a file the first time that a date is written */
    filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    ok = filter != NULL;
    for (size_t i = 0; i < ARRAY_LEN(free_calls) && ok; i++)
        ok = seccomp_rule_add(filter, SCMP_ACT_ALLOW, free_calls[i], 0) == 0;
    for (size_t i = 0; i < ARRAY_LEN(rules) && ok; i++)
        ok = allow(filter, &rules[i]);
    ok = ok && allow_own(filter, readable) &&
         seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2) == 0;
    rc = ok ? seccomp_load(filter) : -EINVAL;
    if (filter != NULL)
        seccomp_release(filter);
    errno = -rc;
    return rc == 0;
}
