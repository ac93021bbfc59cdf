/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/daemon/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/daemon/config.h"

/* Allowed whatever the arguments. */
static const int free_calls[] = {
    SCMP_SYS(epoll_wait),   SCMP_SYS(epoll_pwait),    SCMP_SYS(epoll_ctl),
    SCMP_SYS(poll),         SCMP_SYS(ppoll),          SCMP_SYS(recvmmsg), /* from peers */
    SCMP_SYS(close),        SCMP_SYS(clock_gettime),  SCMP_SYS(clock_nanosleep),
    SCMP_SYS(getrandom),    SCMP_SYS(munmap),         SCMP_SYS(mremap),
    SCMP_SYS(brk),          SCMP_SYS(madvise),        SCMP_SYS(futex),
    SCMP_SYS(geteuid),      SCMP_SYS(getpid),         SCMP_SYS(gettid),
    SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn),
    SCMP_SYS(exit),         SCMP_SYS(exit_group),     SCMP_SYS(restart_syscall),
};

/* Socket options that may be read. */
static const struct {
    int level, option;
} readable_options[] = {
    {SOL_PACKET, PACKET_STATISTICS},
    {SOL_SOCKET, SO_ERROR},
    {SOL_SOCKET, SO_PEERCRED},
    {SOL_SOCKET, SO_PEERGROUPS},
};

static struct scmp_arg_cmp argument_is(unsigned argument, uint64_t value)
{
    return (struct scmp_arg_cmp){.arg = argument, .op = SCMP_CMP_EQ, .datum_a = value};
}

static struct scmp_arg_cmp argument_above(unsigned argument, uint64_t value)
{
    return (struct scmp_arg_cmp){.arg = argument, .op = SCMP_CMP_GT, .datum_a = value};
}

/* Whoever connects later gets a higher descriptor than all that were opened before. */
static unsigned highest(const struct sandbox_descriptors *d)
{
    const int all[] = {d->raw_ipv4, d->raw_ipv6, d->route_ipv4, d->route_ipv6,    d->capture,
                       d->listener, d->signals,  d->manager,    d->configuration, d->alarm};
    int highest = STDERR_FILENO;

    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        highest = all[i] > highest ? all[i] : highest;
    return (unsigned)highest;
}

/* The bits of mask in the argument are as in value. */
static struct scmp_arg_cmp argument_has(unsigned argument, uint64_t mask, uint64_t value)
{
    return (struct scmp_arg_cmp){
        .arg = argument, .op = SCMP_CMP_MASKED_EQ, .datum_a = mask, .datum_b = value};
}

static bool allow_on(scmp_filter_ctx filter, int call, int fd)
{
    return fd < 0 ||
           seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 1, argument_is(0, (unsigned)fd)) == 0;
}

static bool add_descriptor_rules(scmp_filter_ctx filter, const struct sandbox_descriptors *d)
{
    const struct {
        int call, fd;
    } rules[] = {
        {SCMP_SYS(write), STDERR_FILENO},       {SCMP_SYS(read), d->signals},
        {SCMP_SYS(accept4), d->listener},       {SCMP_SYS(sendmmsg), d->raw_ipv4},
        {SCMP_SYS(sendmmsg), d->raw_ipv6},      {SCMP_SYS(connect), d->route_ipv4},
        {SCMP_SYS(connect), d->route_ipv6},     {SCMP_SYS(getsockname), d->route_ipv4},
        {SCMP_SYS(getsockname), d->route_ipv6}, {SCMP_SYS(getsockname), d->capture},
        {SCMP_SYS(write), d->manager},          {SCMP_SYS(write), d->alarm},
    };

    for (size_t i = 0; i < ARRAY_LEN(rules); i++)
        if (!allow_on(filter, rules[i].call, rules[i].fd))
            return false;
    return true;
}

static bool add_argument_rules(scmp_filter_ctx filter, const struct sandbox_descriptors *d)
{
    for (size_t i = 0; i < ARRAY_LEN(readable_options); i++)
        if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(getsockopt), 2,
                             argument_is(1, (unsigned)readable_options[i].level),
                             argument_is(2, (unsigned)readable_options[i].option)) != 0)
            return false;
    /* libpcap looks at the interface after it went down */
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 2,
                            argument_is(0, (unsigned)d->capture),
                            argument_is(1, SIOCGIFFLAGS)) == 0 &&
           /* to peers, which are connected: no address changes who gets it */
           seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(sendmmsg), 1,
                            argument_above(0, highest(d))) == 0 &&
           /* abort() ends ourselves, nobody else */
           seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
                            argument_is(0, (unsigned)getpid())) == 0 &&
           seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2,
                            argument_has(2, PROT_EXEC, 0),
                            argument_has(3, MAP_ANONYMOUS, MAP_ANONYMOUS)) == 0;
}

/* To read the configuration again: open for reading, relative to its directory.
 * Landlock keeps what is elsewhere from being reached by that. */
static bool add_reading_rules(scmp_filter_ctx filter, const struct sandbox_descriptors *d)
{
    if (d->configuration < 0)
        return true;
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(openat), 2,
                            argument_is(0, (unsigned)d->configuration),
                            argument_is(2, CONFIG_OPEN_FLAGS)) == 0 &&
           seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(read), 1,
                            argument_above(0, highest(d))) == 0 &&
           /* libconfuse's scanner asks whether no descriptor at all is a terminal */
           seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 2, argument_is(0, UINT32_MAX),
                            argument_is(1, TCGETS)) == 0;
}

bool sandbox_enter(const struct sandbox_descriptors *descriptors)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    bool ok = filter != NULL;
    int rc;

    if (!ok)
        return false;
    for (size_t i = 0; i < ARRAY_LEN(free_calls) && ok; i++)
        ok = seccomp_rule_add(filter, SCMP_ACT_ALLOW, free_calls[i], 0) == 0;
    ok = ok && add_descriptor_rules(filter, descriptors) &&
         add_argument_rules(filter, descriptors) && add_reading_rules(filter, descriptors) &&
         seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2) == 0 &&
         seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1) == 0;
    rc = ok ? seccomp_load(filter) : -EINVAL;
    seccomp_release(filter);
    errno = -rc;
    return rc == 0;
}
