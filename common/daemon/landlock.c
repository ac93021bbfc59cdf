/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/daemon/landlock.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/base/compiler.h"

/* The values of linux/landlock.h: Debian's headers may be older than the kernel. */
enum {
    CREATE_RULESET_VERSION = 1,
    RULE_PATH_BENEATH = 1,
    RULE_NET_PORT = 2,
    FS_READ_FILE = 1 << 2,
    FS_VERSION_1 = 0x1fff,  /* execute to make_sym */
    FS_REFER = 1 << 13,     /* since 2 */
    FS_TRUNCATE = 1 << 14,  /* since 3 */
    FS_IOCTL_DEV = 1 << 15, /* since 5 */
    NET_BIND_TCP = 1 << 0,  /* since 4 */
    NET_CONNECT_TCP = 1 << 1,
    SCOPE_ABSTRACT_UNIX_SOCKET = 1 << 0, /* since 6 */
    SCOPE_SIGNAL = 1 << 1,
};

struct ruleset {
    uint64_t handled_access_fs, handled_access_net, scoped;
};

struct path_beneath {
    uint64_t allowed_access;
    int32_t parent;
} __attribute__((packed));

struct net_port {
    uint64_t allowed_access, port;
};

/* Older kernels know a shorter structure. */
static size_t ruleset_len(int version)
{
    return (version >= 6 ? 3 : version >= 4 ? 2 : 1) * sizeof(uint64_t);
}

static struct ruleset everything(int version, bool every_port)
{
    struct ruleset all = {.handled_access_fs = FS_VERSION_1};

    if (version >= 2)
        all.handled_access_fs |= FS_REFER;
    if (version >= 3)
        all.handled_access_fs |= FS_TRUNCATE;
    if (version >= 5)
        all.handled_access_fs |= FS_IOCTL_DEV;
    if (version >= 4)
        all.handled_access_net = NET_BIND_TCP | (every_port ? 0 : NET_CONNECT_TCP);
    if (version >= 6)
        all.scoped = SCOPE_ABSTRACT_UNIX_SOCKET | SCOPE_SIGNAL;
    return all;
}

static bool allow_ports(int fd, const uint16_t *ports, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        const struct net_port rule = {NET_CONNECT_TCP, ports[i]};
        if (syscall(SYS_landlock_add_rule, fd, RULE_NET_PORT, &rule, 0) != 0)
            return false;
    }
    return true;
}

static bool allow_directories(int fd, const int *readable, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        const struct path_beneath rule = {FS_READ_FILE, readable[i]};
        if (readable[i] >= 0 &&
            syscall(SYS_landlock_add_rule, fd, RULE_PATH_BENEATH, &rule, 0) != 0)
            return false;
    }
    return true;
}

static bool confine(int version, const struct landlock_allowed *rest)
{
    bool every_port = rest->port_count == LANDLOCK_EVERY_PORT;
    struct ruleset ruleset = everything(version, every_port);
    int fd = (int)syscall(SYS_landlock_create_ruleset, &ruleset, ruleset_len(version), 0);
    bool ok = true;
    int saved;

    if (fd < 0)
        return false;
    ok = allow_directories(fd, rest->readable, rest->readable_count);
    ok =
        ok && (version < 4 || every_port || allow_ports(fd, rest->connect_ports, rest->port_count));
    ok = ok && syscall(SYS_landlock_restrict_self, fd, 0) == 0;
    saved = errno;
    close(fd);
    errno = saved;
    return ok;
}

int landlock_confine(const struct landlock_allowed *rest)
{
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, CREATE_RULESET_VERSION);

    if (version < 1)
        return 0;
    return SANITIZED || confine((int)version, rest) ? (int)version : 0;
}
