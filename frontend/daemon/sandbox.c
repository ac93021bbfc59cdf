/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/daemon/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "common/base/compiler.h"
#include "common/config/config.h"
#include "common/daemon/seccomp.h"

/* Allowed whatever the arguments. */
static const char *const free_calls[] = {
    /* descriptors: clients, name servers, the prober, the log */
    "read", "readv", "recvfrom", "recvmsg", "recvmmsg", "write", "writev", "sendto", "sendmsg",
    "sendmmsg", "sendfile", "close", "shutdown", "accept", "accept4", "connect", "getsockname",
    "getpeername", "getsockopt",
    /* waiting */
    "epoll_ctl", "epoll_wait", "epoll_pwait", "poll", "ppoll", "restart_syscall",
    /* the time, where the vDSO does not tell it */
    "clock_gettime", "gettimeofday", "time",
    /* memory */
    "brk", "munmap", "mremap", "madvise", "futex", "getrandom",
    /* itself */
    "getpid", "gettid", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "exit", "exit_group",
    NULL};

enum { SOCKET_TYPE_BITS = 0xf /* the others: SOCK_NONBLOCK and SOCK_CLOEXEC */ };

static const struct seccomp_rule argument_rules[] = {
    {"mmap", {ARGUMENT_BITS(2, PROT_EXEC, 0), ARGUMENT_BITS(3, MAP_ANONYMOUS, MAP_ANONYMOUS)}},
    {"socket", {ARGUMENT_IS(0, AF_INET), ARGUMENT_BITS(1, SOCKET_TYPE_BITS, SOCK_DGRAM)}},
    {"socket", {ARGUMENT_IS(0, AF_INET), ARGUMENT_BITS(1, SOCKET_TYPE_BITS, SOCK_STREAM)}},
    {"socket", {ARGUMENT_IS(0, AF_INET6), ARGUMENT_BITS(1, SOCKET_TYPE_BITS, SOCK_DGRAM)}},
    {"socket", {ARGUMENT_IS(0, AF_INET6), ARGUMENT_BITS(1, SOCKET_TYPE_BITS, SOCK_STREAM)}},
    {"socket", {ARGUMENT_IS(0, AF_UNIX), ARGUMENT_BITS(1, SOCKET_TYPE_BITS, SOCK_SEQPACKET)}},
    {"setsockopt", {ARGUMENT_IS(1, SOL_SOCKET), ARGUMENT_IS(2, SO_KEEPALIVE)}},
    {"setsockopt", {ARGUMENT_IS(1, SOL_SOCKET), ARGUMENT_IS(2, SO_REUSEADDR)}},
    {"setsockopt", {ARGUMENT_IS(1, IPPROTO_TCP), ARGUMENT_IS(2, TCP_NODELAY)}},
    /* c-ares 1.34 on its TCP sockets, for a reply that no datagram holds */
    {"setsockopt", {ARGUMENT_IS(1, IPPROTO_TCP), ARGUMENT_IS(2, TCP_FASTOPEN_CONNECT)}},
    {"fcntl", {ARGUMENT_IS(1, F_GETFL)}},
    {"fcntl", {ARGUMENT_IS(1, F_SETFL)}},
    {"fcntl", {ARGUMENT_IS(1, F_GETFD)}},
    {"fcntl", {ARGUMENT_IS(1, F_SETFD)}},
    {"ioctl", {ARGUMENT_IS(1, FIONREAD)}},
    {"ioctl", {ARGUMENT_IS(1, FIONBIO)}},
    /* libconfuse's scanner asks whether no descriptor at all is a terminal */
    {"ioctl", {ARGUMENT_IS(0, -1), ARGUMENT_IS(1, TCGETS)}},
};

/* libevent writes each client's address down, and glibc looks for the name of a link-local one's
 * interface.  Without it, it writes a number. */
static const struct seccomp_rule refused_rules[] = {
    {"socket", {ARGUMENT_IS(0, AF_UNIX), ARGUMENT_BITS(1, SOCKET_TYPE_BITS, SOCK_DGRAM)}},
    {"ioctl", {ARGUMENT_IS(1, SIOCGIFNAME)}},
};

bool portlightd_sandbox_enter(const int readable[static SANDBOX_DIRECTORIES])
{
    const struct seccomp_rule own_rules[] = {
        {"tgkill", {ARGUMENT_IS(0, getpid())}}, /* abort() */
        {"openat", {ARGUMENT_FD(0, readable[0]), ARGUMENT_IS(2, CONFIG_OPEN_FLAGS)}},
        {"openat", {ARGUMENT_FD(0, readable[1]), ARGUMENT_IS(2, CONFIG_OPEN_FLAGS)}},
        {"openat", {ARGUMENT_FD(0, readable[2]), ARGUMENT_IS(2, CONFIG_OPEN_FLAGS)}},
    };
    const struct seccomp_table tables[] = {
        {argument_rules, ARRAY_LEN(argument_rules), 0},
        {refused_rules, ARRAY_LEN(refused_rules), EACCES},
        {own_rules, ARRAY_LEN(own_rules), 0},
    };

    if (SANITIZED)
        return true;
    tzset(); /* reads a file the first time that a date is written */
    return seccomp_enter(free_calls, tables, ARRAY_LEN(tables));
}
