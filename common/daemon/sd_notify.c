/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/daemon/sd_notify.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/base/compiler.h"
#include "common/base/log.h"

/* The number in a variable, up to max; 0 if there is none. */
static uint64_t number_of(const char *name, uint64_t max)
{
    const char *text = getenv(name);
    char *end;
    unsigned long long number;

    if (text == NULL || *text < '0' || *text > '9')
        return 0;
    number = strtoull(text, &end, 10);
    return *end == '\0' && number <= max ? number : 0;
}

/* Does this PID variable name this process?  `without` is the answer if it isn't set. */
static bool is_for_us(const char *name, bool without)
{
    return getenv(name) == NULL ? without : number_of(name, INT32_MAX) == (uint64_t)getpid();
}

/* A connected datagram socket, or -1.  '@' begins an abstract name. */
static int connect_to(const char *path)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    size_t len = strlen(path);
    int fd;

    if (len < 2 || len >= sizeof(name.sun_path) || (path[0] != '/' && path[0] != '@'))
        return -1;
    memcpy(name.sun_path, path, len);
    if (path[0] == '@')
        name.sun_path[0] = '\0';
    fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&name,
                           (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len)) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

/* Systemd passes them blocking and without close-on-exec. */
static bool take_listener(int fd)
{
    int listening = 0;
    socklen_t len = sizeof(listening);

    return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &len) == 0 && listening != 0 &&
           fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 && fcntl(fd, F_SETFL, O_RDWR | O_NONBLOCK) == 0;
}

static bool take_listeners(struct sd_notify *supervisor)
{
    uint64_t count = is_for_us("LISTEN_PID", false) ? number_of("LISTEN_FDS", UINT32_MAX) : 0;

    if (count > SD_NOTIFY_LISTENERS_MAX) {
        log_warn("systemd", "LISTEN_FDS is more than %d", SD_NOTIFY_LISTENERS_MAX);
        return false;
    }
    supervisor->listeners = (unsigned)count;
    for (unsigned i = 0; i < supervisor->listeners; i++) {
        if (take_listener(SD_NOTIFY_FIRST_LISTENER + (int)i))
            continue;
        log_warn("systemd", "descriptor %u of LISTEN_FDS is not a listening socket",
                 SD_NOTIFY_FIRST_LISTENER + i);
        return false;
    }
    return true;
}

bool sd_notify_open(struct sd_notify *supervisor)
{
    static const char *const names[] = {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID",
                                        "LISTEN_FDS",    "LISTEN_PID",    "LISTEN_FDNAMES"};
    const char *path = getenv("NOTIFY_SOCKET");
    bool ok;

    *supervisor = (struct sd_notify){.notify = path != NULL ? connect_to(path) : -1};
    if (path != NULL && supervisor->notify < 0)
        log_warn("systemd", "NOTIFY_SOCKET=%s: %s", path, strerror(errno));
    if (supervisor->notify >= 0 && is_for_us("WATCHDOG_PID", true))
        supervisor->beat_ns = number_of("WATCHDOG_USEC", UINT32_MAX) * 1000 / 2;
    ok = take_listeners(supervisor);
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        unsetenv(names[i]);
    return ok;
}

bool sd_notify_listener_is(int fd, int domain, int type)
{
    int has_domain = 0, has_type = 0;
    socklen_t len = sizeof(int);

    return getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &has_domain, &len) == 0 &&
           getsockopt(fd, SOL_SOCKET, SO_TYPE, &has_type, &len) == 0 && has_domain == domain &&
           has_type == type;
}

static void tell(const struct sd_notify *supervisor, const char *what)
{
    if (supervisor->notify >= 0 && write(supervisor->notify, what, strlen(what)) < 0) {
        /* the manager will notice by its timeout */
    }
}

void sd_notify_ready(const struct sd_notify *supervisor)
{
    tell(supervisor, "READY=1");
}

void sd_notify_watchdog(const struct sd_notify *supervisor)
{
    tell(supervisor, "WATCHDOG=1");
}

void sd_notify_stopping(const struct sd_notify *supervisor)
{
    tell(supervisor, "STOPPING=1");
}
