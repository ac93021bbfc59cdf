/* SPDX-License-Identifier: BSD-2-Clause */
#include "fleet/daemon/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "common/base/compiler.h"
#include "common/base/log.h"
#include "common/config/config.h"
#include "common/daemon/landlock.h"
#include "common/daemon/seccomp.h"
#include "common/net/endpoint.h"

/* Allowed whatever the arguments. */
static const char *const free_calls[] = {
    /* descriptors: engines, the prober, clients of the places, the log */
    "read", "readv", "recvfrom", "recvmsg", "recvmmsg", "write", "writev", "sendto", "sendmsg",
    "sendmmsg", "close", "shutdown", "accept", "accept4", "connect", "getsockname", "getpeername",
    "getsockopt",
    /* waiting */
    "epoll_ctl", "epoll_wait", "epoll_pwait", "restart_syscall",
    /* the time, where the vDSO does not tell it */
    "clock_gettime", "gettimeofday", "time",
    /* memory */
    "brk", "munmap", "mremap", "madvise", "futex", "getrandom",
    /* itself */
    "getpid", "gettid", "geteuid", "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "exit",
    "exit_group", NULL};

enum { SOCKET_TYPE_BITS = 0xf /* the others: SOCK_NONBLOCK and SOCK_CLOEXEC */ };

static const struct seccomp_rule argument_rules[] = {
    {"mmap", {ARGUMENT_BITS(2, PROT_EXEC, 0), ARGUMENT_BITS(3, MAP_ANONYMOUS, MAP_ANONYMOUS)}},
    {"socket", {ARGUMENT_IS(0, AF_INET), ARGUMENT_BITS(1, SOCKET_TYPE_BITS, SOCK_STREAM)}},
    {"socket", {ARGUMENT_IS(0, AF_INET6), ARGUMENT_BITS(1, SOCKET_TYPE_BITS, SOCK_STREAM)}},
    {"socket", {ARGUMENT_IS(0, AF_UNIX), ARGUMENT_BITS(1, SOCKET_TYPE_BITS, SOCK_SEQPACKET)}},
    {"setsockopt", {ARGUMENT_IS(1, IPPROTO_TCP), ARGUMENT_IS(2, TCP_NODELAY)}},
    {"fcntl", {ARGUMENT_IS(1, F_GETFL)}},
    {"fcntl", {ARGUMENT_IS(1, F_SETFL)}},
    {"fcntl", {ARGUMENT_IS(1, F_GETFD)}},
    {"fcntl", {ARGUMENT_IS(1, F_SETFD)}},
    {"ioctl", {ARGUMENT_IS(1, FIONREAD)}},
    {"ioctl", {ARGUMENT_IS(1, FIONBIO)}},
};

static bool limit_resources(void)
{
    static const struct {
        int resource;
        rlim_t most;
    } limits[] = {
        {RLIMIT_NPROC, 0},                     /* there is no other process to start */
        {RLIMIT_NOFILE, 64 + 16 * PLACES_MAX}, /* eight clients a place, and what it has itself */
        {RLIMIT_MEMLOCK, 0},
        {RLIMIT_MSGQUEUE, 0},
    };

    for (size_t i = 0; i < ARRAY_LEN(limits); i++) {
        struct rlimit now;
        if (getrlimit((__rlimit_resource_t)limits[i].resource, &now) != 0)
            return false;
        if (now.rlim_max > limits[i].most)
            now.rlim_max = limits[i].most;
        now.rlim_cur = now.rlim_max;
        if (setrlimit((__rlimit_resource_t)limits[i].resource, &now) != 0)
            return false;
    }
    return true;
}

static void confine(const struct config_strings *engines, const int *readable)
{
    uint16_t ports[CONFIG_ENGINES_MAX];
    struct landlock_rest rest = {
        .readable = readable, .readable_count = FLEET_DIRECTORIES, .connect_ports = ports};
    unsigned count = 0;
    struct endpoint at;

    for (size_t i = 0; i < engines->count && count < CONFIG_ENGINES_MAX; i++)
        if (endpoint_parse(engines->items[i], &at))
            ports[count++] = at.port;
    rest.port_count = count;
    if (landlock_confine(&rest) == 0)
        log_warn("main", "this kernel has no Landlock");
}

bool fleet_sandbox_enter(const struct config *config, const int readable[static FLEET_DIRECTORIES])
{
    const struct seccomp_rule own_rules[] = {
        {"tgkill", {ARGUMENT_IS(0, getpid())}}, /* abort() */
        /* certificates, read again */
        {"openat", {ARGUMENT_FD(0, readable[0]), ARGUMENT_IS(2, CONFIG_OPEN_FLAGS)}},
        {"openat", {ARGUMENT_FD(0, readable[1]), ARGUMENT_IS(2, CONFIG_OPEN_FLAGS)}},
        {"openat", {ARGUMENT_FD(0, readable[2]), ARGUMENT_IS(2, CONFIG_OPEN_FLAGS)}},
        {"openat", {ARGUMENT_FD(0, readable[3]), ARGUMENT_IS(2, CONFIG_OPEN_FLAGS)}},
    };
    const struct seccomp_table tables[] = {
        {argument_rules, ARRAY_LEN(argument_rules), 0},
        {own_rules, ARRAY_LEN(own_rules), 0},
    };

    if (SANITIZED)
        return true;
    tzset();
    if (!limit_resources())
        return false;
    confine(&config->fleet.engines, readable);
    return seccomp_enter(free_calls, tables, ARRAY_LEN(tables));
}
