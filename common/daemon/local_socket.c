/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/daemon/local_socket.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/daemon/directory.h"
#include "common/net/endpoint.h"

#ifndef SO_PASSRIGHTS
#define SO_PASSRIGHTS 83 /* Linux 6.16 */
#endif

enum { GROUPS_MAX = 256 };

static struct sockaddr_un name_of(const struct local_socket *wanted)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};

    memcpy(name.sun_path, wanted->path, strlen(wanted->path));
    return name;
}

static bool is_served(const struct local_socket *wanted)
{
    struct sockaddr_un name = name_of(wanted);
    int fd = socket(AF_UNIX, wanted->type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    bool served =
        fd >= 0 && (connect(fd, (struct sockaddr *)&name, sizeof(name)) == 0 || errno == EAGAIN);

    if (fd >= 0)
        close(fd);
    return served;
}

/* A socket file without a server is a leftover; anything else is not ours. */
static bool remove_leftover(const struct local_socket *wanted)
{
    struct stat info;

    if (lstat(wanted->path, &info) != 0)
        return errno == ENOENT;
    if (!S_ISSOCK(info.st_mode)) {
        errno = EEXIST;
        return false;
    }
    if (is_served(wanted)) {
        errno = EADDRINUSE;
        return false;
    }
    return unlink(wanted->path) == 0;
}

static bool give_to_group(const struct local_socket *wanted)
{
    return chown(wanted->path, (uid_t)-1, wanted->group) == 0 ||
           (geteuid() != 0 && !wanted->must_group);
}

int local_socket_listen(const struct local_socket *wanted)
{
    struct sockaddr_un name;
    int fd, rc, saved;
    mode_t mask;

    if (strlen(wanted->path) > ENDPOINT_PATH_MAX) {
        errno = ENAMETOOLONG;
        return -1;
    }
    if (!directory_make_of(wanted->path) || !remove_leftover(wanted))
        return -1;
    name = name_of(wanted);
    fd = socket(AF_UNIX, wanted->type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    mask = umask(0777); /* nobody connects before owner and mode are right */
    rc = bind(fd, (struct sockaddr *)&name, sizeof(name));
    umask(mask);
    if (rc == 0 && give_to_group(wanted) && chmod(wanted->path, 0660) == 0 &&
        listen(fd, wanted->backlog) == 0)
        return fd;
    saved = errno;
    close(fd);
    errno = saved;
    return -1;
}

void local_socket_refuse_descriptors(int listener)
{
    (void)setsockopt(listener, SOL_SOCKET, SO_PASSRIGHTS, &(int){0}, sizeof(int));
}

bool local_socket_admits(int fd, gid_t group, struct ucred *peer)
{
    gid_t groups[GROUPS_MAX];
    socklen_t len = sizeof(*peer);

    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, peer, &len) != 0)
        return false;
    if (peer->uid == 0 || peer->uid == geteuid() || peer->gid == group)
        return true;
    len = sizeof(groups);
    if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &len) != 0)
        return false;
    for (size_t i = 0; i < len / sizeof(gid_t); i++)
        if (groups[i] == group)
            return true;
    return false;
}
