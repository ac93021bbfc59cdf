/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/daemon/sandbox.h"

#include <fcntl.h>
#include <linux/if_packet.h>
#include <malloc.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/compiler.h"
#include "common/config/config.h"
#include "common/daemon/seccomp.h"
#include "prober/daemon/privilege.h"

/* Allowed whatever the arguments. */
static const char *const free_calls[] = {
    "epoll_wait",   "epoll_pwait",    "epoll_ctl",
    "poll",         "ppoll",          "recvmmsg", /* from peers */
    "close",        "clock_gettime",  "clock_nanosleep",
    "getrandom",    "munmap",         "mremap",
    "brk",          "madvise",        "futex",
    "geteuid",      "getpid",         "gettid",
    "rt_sigaction", "rt_sigprocmask", "rt_sigreturn",
    "exit",         "exit_group",     "restart_syscall",
    NULL,
};

static const struct seccomp_rule argument_rules[] = {
    {"mmap", {ARGUMENT_BITS(2, PROT_EXEC, 0), ARGUMENT_BITS(3, MAP_ANONYMOUS, MAP_ANONYMOUS)}},
    {"write", {ARGUMENT_FD(0, STDERR_FILENO)}},
    {"writev", {ARGUMENT_FD(0, STDERR_FILENO)}}, /* glibc's last words: of its heap, of the stack */
    {"getsockopt", {ARGUMENT_IS(1, SOL_PACKET), ARGUMENT_IS(2, PACKET_STATISTICS)}},
    {"getsockopt", {ARGUMENT_IS(1, SOL_SOCKET), ARGUMENT_IS(2, SO_ERROR)}},
    {"getsockopt", {ARGUMENT_IS(1, SOL_SOCKET), ARGUMENT_IS(2, SO_PEERCRED)}},
    {"getsockopt", {ARGUMENT_IS(1, SOL_SOCKET), ARGUMENT_IS(2, SO_PEERGROUPS)}},
};

/* A descriptor that is opened from now on, a peer's or a file's, is higher than these. */
static int highest(const struct sandbox_descriptors *d)
{
    const int all[] = {d->raw_ipv4,      d->raw_ipv6,      d->route_ipv4, d->route_ipv6,
                       d->route_netlink, d->capture,       d->listener,   d->signals,
                       d->manager,       d->configuration, d->alarm};
    int highest = STDERR_FILENO;

    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        highest = all[i] > highest ? all[i] : highest;
    return highest;
}

bool prober_sandbox_enter(const struct sandbox_descriptors *d)
{
    const int later = highest(d) + 1;
    const struct seccomp_rule own_rules[] = {
        {"read", {ARGUMENT_FD(0, d->signals)}},
        {"accept4", {ARGUMENT_FD(0, d->listener)}},
        {"sendmmsg", {ARGUMENT_FD(0, d->raw_ipv4)}},
        {"sendmmsg", {ARGUMENT_FD(0, d->raw_ipv6)}},
        {"connect", {ARGUMENT_FD(0, d->route_ipv4)}},
        {"connect", {ARGUMENT_FD(0, d->route_ipv6)}},
        {"getsockname", {ARGUMENT_FD(0, d->route_ipv4)}},
        {"getsockname", {ARGUMENT_FD(0, d->route_ipv6)}},
        {"getsockname", {ARGUMENT_FD(0, d->capture)}},
        {"sendto", {ARGUMENT_FD(0, d->route_netlink)}},
        {"recvfrom", {ARGUMENT_FD(0, d->route_netlink)}},
        {"write", {ARGUMENT_FD(0, d->manager)}},
        {"write", {ARGUMENT_FD(0, d->alarm)}},
        /* libpcap looks at the interface after it went down */
        {"ioctl", {ARGUMENT_FD(0, d->capture), ARGUMENT_IS(1, SIOCGIFFLAGS)}},
        /* to peers, which are connected: no address changes who gets it */
        {"sendmmsg", {ARGUMENT_FD_RANGE(0, later, PRIVILEGE_DESCRIPTORS_MAX)}},
        /* abort() ends ourselves, nobody else */
        {"tgkill", {ARGUMENT_IS(0, getpid())}},
    };
    /* To read the configuration again, relative to its directory.  Landlock keeps what is
     * elsewhere from being reached by that. */
    const struct seccomp_rule configuration_rules[] = {
        {"openat", {ARGUMENT_FD(0, d->configuration), ARGUMENT_IS(2, CONFIG_OPEN_FLAGS)}},
        {"read", {ARGUMENT_FD_RANGE(0, later, PRIVILEGE_DESCRIPTORS_MAX)}},
        /* libconfuse's scanner asks whether no descriptor at all is a terminal */
        {"ioctl", {ARGUMENT_IS(0, -1), ARGUMENT_IS(1, TCGETS)}},
    };
    const struct seccomp_table tables[] = {
        {argument_rules, ARRAY_LEN(argument_rules), 0},
        {own_rules, ARRAY_LEN(own_rules), 0},
        {configuration_rules, d->configuration >= 0 ? ARRAY_LEN(configuration_rules) : 0, 0},
    };

    if (SANITIZED)
        return true;
    /* of two threads, one that is refused memory would begin a heap of its own: by mprotect */
    mallopt(M_ARENA_MAX, 1);
    return seccomp_enter(free_calls, tables, ARRAY_LEN(tables));
}
