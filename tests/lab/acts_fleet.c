/* SPDX-License-Identifier: BSD-2-Clause */
/* What portlight-fleet may do once it serves, and what not. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>

#include "fleet/daemon/sandbox.h"
#include "tests/lab/acts.h"

static int listener, readable;
static const struct sockaddr_in somebody = {.sin_family = AF_INET};

#define ADDRESS (const struct sockaddr *)&somebody, sizeof(somebody)

static bool enter(void)
{
    static char engine[] = "127.0.0.1:4222";
    static char *engines[] = {engine};
    static struct config config;

    config.fleet.engines = (struct config_strings){engines, 1};
    listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0);
    readable = open("/etc", O_PATH | O_DIRECTORY | O_CLOEXEC);
    return fleet_sandbox_enter(&config, (const int[FLEET_DIRECTORIES]){readable, -1, -1, -1});
}

/* How connecting to loopback ends; nobody listens there. */
static int connect_to(uint16_t port)
{
    struct sockaddr_in where = {.sin_family = AF_INET, .sin_port = htons(port)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return connect(fd, (struct sockaddr *)&where, sizeof(where)) == 0 ? 0 : errno;
}

static void expect(bool met)
{
    if (!met)
        _exit(3);
}

#define ACTS(X)                                                                                   \
    X(may_write_log, write(2, "", 0))                                                             \
    X(may_accept, accept4(listener, NULL, NULL, SOCK_NONBLOCK))                                   \
    X(may_find_the_prober, socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0))                     \
    X(may_read_clock, try(SYS_clock_gettime, 1, PTR(&(struct timespec){0}), 0, 0, 0, 0))          \
    X(may_draw_random, getrandom(&byte, 1, 0))                                                    \
    X(may_take_memory,                                                                            \
      mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))               \
    X(may_connect_to_an_engine, expect(connect_to(4222) != EACCES))                               \
    X(may_not_connect_to_others, expect(connect_to(4223) == EACCES))                              \
    X(may_not_connect_to_web_servers, expect(connect_to(443) == EACCES))                          \
    X(may_read_certificates_again, expect(openat(readable, "passwd", O_RDONLY | O_CLOEXEC) >= 0)) \
    X(may_not_climb_out_of_their_directory,                                                       \
      expect(openat(readable, "../proc/self/maps", O_RDONLY | O_CLOEXEC) < 0))                    \
    X(openat_to_write, openat(readable, "portlight-forbidden", O_WRONLY | O_CREAT, 0600))         \
    X(open, try(SYS_open, PTR("/etc/passwd"), 0, 0, 0, 0, 0))                                     \
    X(openat, openat(AT_FDCWD, "/etc/portlight/fleet.key", O_RDONLY))                             \
    X(creat, creat("/tmp/portlight-forbidden", 0600))                                             \
    X(datagram_socket, socket(AF_INET, SOCK_DGRAM, 0))                                            \
    X(raw_socket, socket(AF_INET, SOCK_RAW, IPPROTO_TCP))                                         \
    X(packet_socket, socket(AF_PACKET, SOCK_RAW, 0))                                              \
    X(netlink_socket, socket(AF_NETLINK, SOCK_RAW, 0))                                            \
    X(local_stream, socket(AF_UNIX, SOCK_STREAM, 0))                                              \
    X(socketpair, socketpair(AF_UNIX, SOCK_STREAM, 0, (int[2]){0, 0}))                            \
    X(bind, bind(listener, ADDRESS))                                                              \
    X(listen, listen(listener, 100))                                                              \
    X(reuse_port, setsockopt(listener, SOL_SOCKET, SO_REUSEPORT, &(int){1}, sizeof(int)))         \
    X(execve, execl("/bin/true", "true", (char *)NULL))                                           \
    X(fork, fork())                                                                               \
    X(clone, try(SYS_clone, SIGCHLD, 0, 0, 0, 0, 0))                                              \
    X(unshare, unshare(CLONE_NEWUSER))                                                            \
    X(kill, kill(getppid(), 0))                                                                   \
    X(tgkill_other, try(SYS_tgkill, 1, 1, 0, 0, 0, 0))                                            \
    X(ptrace, ptrace(PTRACE_TRACEME, 0, NULL, NULL))                                              \
    X(dup_fd, fcntl(listener, F_DUPFD, 0))                                                        \
    X(mmap_exec, mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))     \
    X(mprotect, mprotect(&part, 1, PROT_READ | PROT_EXEC))                                        \
    X(chmod, try(SYS_chmod, PTR("/tmp"), 0777, 0, 0, 0, 0))                                       \
    X(unlink, unlink("/tmp/portlight-forbidden"))                                                 \
    X(mkdir, mkdir("/tmp/portlight-forbidden", 0700))                                             \
    X(setuid, setuid(0))

ACTS_MAIN
