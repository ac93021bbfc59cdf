/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/landlock.h"

#include <errno.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Debian's headers are older than the kernels it runs on: the values of
 * linux/landlock.h. */
enum {
    CREATE_RULESET_VERSION = 1,
    FS_VERSION_1 = 0x1fff,  /* execute to make_sym */
    FS_REFER = 1 << 13,     /* since 2 */
    FS_TRUNCATE = 1 << 14,  /* since 3 */
    FS_IOCTL_DEV = 1 << 15, /* since 5 */
    NET_BIND_TCP = 1 << 0,  /* since 4 */
    NET_CONNECT_TCP = 1 << 1,
    SCOPE_ABSTRACT_UNIX_SOCKET = 1 << 0, /* since 6 */
    SCOPE_SIGNAL = 1 << 1,
};

/* LeakSanitizer reads /proc when the process ends. */
#if defined(__SANITIZE_ADDRESS__)
enum { SANITIZED = 1 };
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
enum { SANITIZED = 1 };
#else
enum { SANITIZED = 0 };
#endif
#else
enum { SANITIZED = 0 };
#endif

struct ruleset {
    uint64_t handled_access_fs, handled_access_net, scoped;
};

/* Older kernels know a shorter structure. */
static size_t ruleset_len(int version)
{
    return (version >= 6 ? 3 : version >= 4 ? 2 : 1) * sizeof(uint64_t);
}

static struct ruleset everything(int version, bool may_connect)
{
    struct ruleset all = {.handled_access_fs = FS_VERSION_1};

    if (version >= 2)
        all.handled_access_fs |= FS_REFER;
    if (version >= 3)
        all.handled_access_fs |= FS_TRUNCATE;
    if (version >= 5)
        all.handled_access_fs |= FS_IOCTL_DEV;
    if (version >= 4)
        all.handled_access_net = NET_BIND_TCP | (may_connect ? 0 : NET_CONNECT_TCP);
    if (version >= 6)
        all.scoped = SCOPE_ABSTRACT_UNIX_SOCKET | SCOPE_SIGNAL;
    return all;
}

int landlock_confine(bool may_connect)
{
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, CREATE_RULESET_VERSION);
    struct ruleset ruleset;
    int fd, saved;
    long rc;

    if (version < 1 || SANITIZED)
        return version < 1 ? 0 : (int)version;
    ruleset = everything((int)version, may_connect);
    fd = (int)syscall(SYS_landlock_create_ruleset, &ruleset, ruleset_len((int)version), 0);
    if (fd < 0)
        return 0;
    rc = syscall(SYS_landlock_restrict_self, fd, 0); /* no rule: nothing is excepted */
    saved = errno;
    close(fd);
    errno = saved;
    return rc == 0 ? (int)version : 0;
}
