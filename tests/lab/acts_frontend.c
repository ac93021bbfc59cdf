/* SPDX-License-Identifier: BSD-2-Clause */
/* What portlightd may do once it serves, and what not. */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>

#include "common/config/config.h"
#include "common/daemon/landlock.h"
#include "frontend/daemon/sandbox.h"
#include "tests/lab/acts.h"

static int directory, other_directory, listener;
static const struct sockaddr_in somebody = {.sin_family = AF_INET};

#define ADDRESS (const struct sockaddr *)&somebody, sizeof(somebody)

static bool enter(void)
{
    directory = open("/etc", O_PATH | O_DIRECTORY);
    listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    listen(listener, 1);
    other_directory = open("/usr", O_PATH | O_DIRECTORY);
    const int readable[SANDBOX_DIRECTORIES] = {directory, other_directory, -1};
    const struct landlock_rest rest = {.readable = readable,
                                       .readable_count = ARRAY_LEN(readable),
                                       .connect_ports = &(uint16_t){53},
                                       .port_count = 1};
    return landlock_confine(&rest) > 0 && portlightd_sandbox_enter(readable);
}

/* How connecting to loopback ends; nobody listens there. */
static int connect_to(int type, uint16_t port)
{
    struct sockaddr_in where = {.sin_family = AF_INET, .sin_port = htons(port)};
    int fd = socket(AF_INET, type, 0);

    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return connect(fd, (struct sockaddr *)&where, sizeof(where)) == 0 ? 0 : errno;
}

static void expect(bool met)
{
    if (!met)
        _exit(3);
}

/* A call that must fail, and not be killed for. */
static void in_vain(int result)
{
    if (result >= 0)
        _exit(3);
}

#define ACTS(X)                                                                               \
    X(may_write_log, write(2, "", 0))                                                         \
    X(may_accept, accept4(listener, NULL, NULL, SOCK_NONBLOCK))                               \
    X(may_ask_names, socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0))                          \
    X(may_ask_names_by_tcp, socket(AF_INET6, SOCK_STREAM, 0))                                 \
    X(may_find_the_prober, socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0))                 \
    X(may_read_clock, try(SYS_clock_gettime, 1, PTR(&(struct timespec){0}), 0, 0, 0, 0))      \
    X(may_draw_random, getrandom(&byte, 1, 0))                                                \
    X(may_format_a_date, gmtime(&(time_t){0}))                                                \
    X(may_take_memory,                                                                        \
      mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))           \
    X(may_read_configuration, read(openat(directory, "passwd", CONFIG_OPEN_FLAGS), &byte, 1)) \
    X(may_read_resolv_conf,                                                                   \
      expect(read(openat(other_directory, "bin/env", CONFIG_OPEN_FLAGS), &byte, 1) == 1))     \
    X(may_not_read_beside_them,                                                               \
      expect(openat(directory, "../proc/version", CONFIG_OPEN_FLAGS) < 0 && errno == EACCES)) \
    X(may_ask_in_vain_for_datagrams, in_vain(socket(AF_UNIX, SOCK_DGRAM, 0)))                 \
    X(may_ask_in_vain_for_a_name, in_vain(ioctl(listener, SIOCGIFNAME, &(struct ifreq){0})))  \
    X(may_connect_to_a_name_server, expect(connect_to(SOCK_STREAM, 53) != EACCES))            \
    X(may_not_connect_to_others, expect(connect_to(SOCK_STREAM, 54) == EACCES))               \
    X(may_not_connect_to_web_servers, expect(connect_to(SOCK_STREAM, 80) == EACCES))          \
    X(may_ask_any_port_by_udp, expect(connect_to(SOCK_DGRAM, 54) == 0))                       \
    X(write_configuration, openat(directory, "passwd", O_RDWR))                               \
    X(open, try(SYS_open, PTR("/etc/passwd"), 0, 0, 0, 0, 0))                                 \
    X(openat, openat(AT_FDCWD, "/etc/passwd", O_RDONLY))                                      \
    X(creat, creat("/tmp/portlight-forbidden", 0600))                                         \
    X(raw_socket, socket(AF_INET, SOCK_RAW, IPPROTO_TCP))                                     \
    X(packet_socket, socket(AF_PACKET, SOCK_RAW, 0))                                          \
    X(netlink_socket, socket(AF_NETLINK, SOCK_RAW, 0))                                        \
    X(local_stream, socket(AF_UNIX, SOCK_STREAM, 0))                                          \
    X(socketpair, socketpair(AF_UNIX, SOCK_STREAM, 0, (int[2]){0, 0}))                        \
    X(bind, bind(listener, ADDRESS))                                                          \
    X(listen, listen(listener, 100))                                                          \
    X(reuse_port, setsockopt(listener, SOL_SOCKET, SO_REUSEPORT, &(int){1}, sizeof(int)))     \
    X(congestion, setsockopt(listener, IPPROTO_TCP, TCP_CONGESTION, "reno", 4))               \
    X(execve, execl("/bin/true", "true", (char *)NULL))                                       \
    X(fork, fork())                                                                           \
    X(clone, try(SYS_clone, SIGCHLD, 0, 0, 0, 0, 0))                                          \
    X(unshare, unshare(CLONE_NEWUSER))                                                        \
    X(kill, kill(getppid(), 0))                                                               \
    X(tgkill_other, try(SYS_tgkill, 1, 1, 0, 0, 0, 0))                                        \
    X(ptrace, ptrace(PTRACE_TRACEME, 0, NULL, NULL))                                          \
    X(dup_fd, fcntl(listener, F_DUPFD, 0))                                                    \
    X(mmap_exec, mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) \
    X(mmap_file, mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, directory, 0))                      \
    X(mprotect, mprotect(&part, 1, PROT_READ | PROT_EXEC))                                    \
    X(chmod, try(SYS_chmod, PTR("/tmp"), 0777, 0, 0, 0, 0))                                   \
    X(unlink, unlink("/tmp/portlight-forbidden"))                                             \
    X(mkdir, mkdir("/tmp/portlight-forbidden", 0700))                                         \
    X(setuid, setuid(0))                                                                      \
    X(prctl, prctl(PR_SET_DUMPABLE, 1))                                                       \
    X(setrlimit, try(SYS_prlimit64, 0, 7, 0, 0, 0, 0))                                        \
    X(memfd, try(SYS_memfd_create, PTR("x"), 0, 0, 0, 0, 0))                                  \
    X(process_vm_readv, try(SYS_process_vm_readv, 1, PTR(&part), 1, PTR(&part), 1, 0))        \
    X(bpf, try(SYS_bpf, 0, 0, 0, 0, 0, 0))                                                    \
    X(io_uring, try(SYS_io_uring_setup, 1, 0, 0, 0, 0, 0))                                    \
    X(keyctl, try(SYS_keyctl, 0, 0, 0, 0, 0, 0))

ACTS_MAIN
