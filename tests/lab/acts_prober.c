/* SPDX-License-Identifier: BSD-2-Clause */
/* What the prober may do once it serves, and what not. */
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>

#include "common/config/config.h"
#include "prober/daemon/sandbox.h"
#include "tests/lab/acts.h"

static struct sandbox_descriptors fds;
static int peer, last_peer = 255, beyond = 256;
static const struct sockaddr_in somebody = {.sin_family = AF_INET};

#define ADDRESS (const struct sockaddr *)&somebody, sizeof(somebody)

static void open_all(void)
{
    int pair[2];

    fds.raw_ipv4 = socket(AF_INET, SOCK_DGRAM, 0);
    fds.raw_ipv6 = socket(AF_INET6, SOCK_DGRAM, 0);
    fds.route_ipv4 = socket(AF_INET, SOCK_DGRAM, 0);
    fds.route_ipv6 = socket(AF_INET6, SOCK_DGRAM, 0);
    fds.capture = socket(AF_UNIX, SOCK_DGRAM, 0);
    fds.listener = socket(AF_UNIX, SOCK_SEQPACKET, 0);
    fds.signals = open("/dev/null", O_RDONLY);
    fds.wakeup = eventfd(1, EFD_NONBLOCK);
    fds.manager = socket(AF_UNIX, SOCK_DGRAM, 0);
    fds.configuration = open("/etc", O_PATH | O_DIRECTORY);
    if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) != 0)
        exit(2);
    peer = pair[0];
    dup2(peer, last_peer); /* as far as RLIMIT_NOFILE goes in the prober */
    dup2(peer, beyond);
}

static bool enter(void)
{
    open_all();
    return prober_sandbox_enter(&fds);
}

/* The kernel takes this for the same descriptor: it reads the lower half of the register. */
#define WIDE(fd) ((long)(fd) | 1L << 40)

static struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
static struct mmsghdr messages = {.msg_hdr = {.msg_iov = &part, .msg_iovlen = 1}};
#define ACTS(X)                                                                               \
    X(may_write_last_words, writev(2, &part, 0))                                              \
    X(may_write_log, write(2, "", 0))                                                         \
    X(may_send_to_client, sendmmsg(peer, &messages, 1, MSG_NOSIGNAL))                         \
    X(may_send_to_last_client, sendmmsg(last_peer, &messages, 1, MSG_NOSIGNAL))               \
    X(may_wake_up, write(fds.wakeup, &(uint64_t){1}, sizeof(uint64_t)))                       \
    X(may_read_clock, try(SYS_clock_gettime, 1, PTR(&(struct timespec){0}), 0, 0, 0, 0))      \
    X(may_draw_random, getrandom(&byte, 1, 0))                                                \
    X(may_send_raw, sendmmsg(fds.raw_ipv4, &messages, 1, MSG_DONTWAIT))                       \
    X(may_ask_route, connect(fds.route_ipv4, ADDRESS))                                        \
    X(may_look_at_interface, ioctl(fds.capture, SIOCGIFFLAGS, &(struct ifreq){0}))            \
    X(may_take_memory,                                                                        \
      mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))           \
    X(may_tell_manager, write(fds.manager, "", 0))                                            \
    X(may_read_configuration,                                                                 \
      read(openat(fds.configuration, "passwd", CONFIG_OPEN_FLAGS), &byte, 1))                 \
    X(write_configuration, openat(fds.configuration, "passwd", O_RDWR))                       \
    X(list_configuration, openat(fds.configuration, ".", O_RDONLY | O_DIRECTORY))             \
    X(open, try(SYS_open, PTR("/etc/passwd"), 0, 0, 0, 0, 0))                                 \
    X(openat, openat(AT_FDCWD, "/etc/passwd", O_RDONLY))                                      \
    X(creat, creat("/tmp/portlight-forbidden", 0600))                                         \
    X(socket, socket(AF_INET, SOCK_STREAM, 0))                                                \
    X(execve, execl("/bin/true", "true", (char *)NULL))                                       \
    X(fork, fork())                                                                           \
    X(clone, try(SYS_clone, SIGCHLD, 0, 0, 0, 0, 0))                                          \
    X(unshare, unshare(CLONE_NEWUSER))                                                        \
    X(kill, kill(getppid(), 0))                                                               \
    X(tgkill_other, try(SYS_tgkill, 1, 1, 0, 0, 0, 0))                                        \
    X(ptrace, ptrace(PTRACE_TRACEME, 0, NULL, NULL))                                          \
    X(dup, dup(fds.raw_ipv4))                                                                 \
    X(dup2, dup2(fds.raw_ipv4, peer))                                                         \
    X(fcntl, fcntl(fds.raw_ipv4, F_DUPFD, 0))                                                 \
    X(mmap_exec, mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) \
    X(mmap_file, mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fds.signals, 0))                    \
    X(mprotect, mprotect(&part, 1, PROT_READ | PROT_EXEC))                                    \
    X(setsockopt, setsockopt(fds.raw_ipv4, SOL_SOCKET, SO_BROADCAST, &(int){1}, sizeof(int))) \
    X(getsockopt_other, getsockopt(peer, SOL_SOCKET, SO_TYPE, &(int){0}, &(socklen_t){4}))    \
    X(sendto_address, sendto(peer, &byte, 1, 0, ADDRESS))                                     \
    X(send_on_raw, send(fds.raw_ipv4, &byte, 1, 0))                                           \
    X(send_frame, send(fds.capture, &byte, 1, 0))                                             \
    X(write_frame, write(fds.capture, &byte, 1))                                              \
    X(sendmsg, sendmsg(peer, &message, 0))                                                    \
    X(send, send(peer, &byte, 1, MSG_NOSIGNAL))                                               \
    X(read_wakeup, read(fds.wakeup, &(uint64_t){0}, sizeof(uint64_t)))                        \
    X(thread, try(SYS_clone, CLONE_VM | CLONE_THREAD | CLONE_SIGHAND, 0, 0, 0, 0, 0))         \
    X(sendmmsg_frame, sendmmsg(fds.capture, &messages, 1, 0))                                 \
    X(sendmmsg_frame_wide, try(SYS_sendmmsg, WIDE(fds.capture), PTR(&messages), 1, 0, 0, 0))  \
    X(sendmmsg_beyond, sendmmsg(beyond, &messages, 1, MSG_NOSIGNAL))                          \
    X(connect_raw, connect(fds.raw_ipv4, ADDRESS))                                            \
    X(connect_client, connect(peer, ADDRESS))                                                 \
    X(bind, bind(fds.route_ipv4, ADDRESS))                                                    \
    X(listen, listen(fds.listener, 1))                                                        \
    X(accept_elsewhere, accept4(peer, NULL, NULL, 0))                                         \
    X(ioctl_other, ioctl(fds.capture, SIOCSIFFLAGS, &(struct ifreq){0}))                      \
    X(ioctl_elsewhere, ioctl(peer, SIOCGIFFLAGS, &(struct ifreq){0}))                         \
    X(read_elsewhere, read(fds.raw_ipv4, &byte, 0))                                           \
    X(read_wide, try(SYS_read, WIDE(fds.raw_ipv4), PTR(&byte), 0, 0, 0, 0))                   \
    X(chmod, try(SYS_chmod, PTR("/tmp"), 0777, 0, 0, 0, 0))                                   \
    X(unlink, unlink("/tmp/portlight-forbidden"))                                             \
    X(setuid, setuid(0))                                                                      \
    X(prctl, prctl(PR_SET_DUMPABLE, 1))                                                       \
    X(setrlimit, try(SYS_prlimit64, 0, 7, 0, 0, 0, 0))                                        \
    X(memfd, try(SYS_memfd_create, PTR("x"), 0, 0, 0, 0, 0))                                  \
    X(writev_elsewhere, writev(1, &part, 0))                                                  \
    X(process_vm_writev, try(SYS_process_vm_writev, 1, PTR(&part), 1, PTR(&part), 1, 0))      \
    X(bpf, try(SYS_bpf, 0, 0, 0, 0, 0, 0))                                                    \
    X(io_uring, try(SYS_io_uring_setup, 1, 0, 0, 0, 0, 0))                                    \
    X(keyctl, try(SYS_keyctl, 0, 0, 0, 0, 0, 0))                                              \
    X(i386, try(SYS_personality, 8, 0, 0, 0, 0, 0))

ACTS_MAIN
