/* SPDX-License-Identifier: BSD-2-Clause */
/* What the inspector and its children may do alike, most of it not: for their two programs of
 * acts.h. */
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "common/config/config.h"
#include "inspector/daemon/sandbox.h"
#include "tests/lab/acts.h"

static const struct sockaddr_in somebody = {.sin_family = AF_INET};
static struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};

#define ADDRESS (const struct sockaddr *)&somebody, sizeof(somebody)

/* fd is a socket. */
#define COMMON_ACTS(X)                                                                        \
    X(may_read_clock, try(SYS_clock_gettime, 1, PTR(&(struct timespec){0}), 0, 0, 0, 0))      \
    X(may_draw_random, getrandom(&byte, 1, 0))                                                \
    X(open, try(SYS_open, PTR("/etc/passwd"), 0, 0, 0, 0, 0))                                 \
    X(creat, creat("/tmp/portlight-forbidden", 0600))                                         \
    X(raw_socket, socket(AF_INET, SOCK_RAW, IPPROTO_TCP))                                     \
    X(udp_socket, socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0))              \
    X(mptcp_socket, socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 262))         \
    X(default_socket, socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0))         \
    X(packet_socket, socket(AF_PACKET, SOCK_RAW, 0))                                          \
    X(netlink_socket, socket(AF_NETLINK, SOCK_RAW, 0))                                        \
    X(local_socket, socket(AF_UNIX, SOCK_SEQPACKET, 0))                                       \
    X(socketpair, socketpair(AF_UNIX, SOCK_STREAM, 0, (int[2]){0, 0}))                        \
    X(bind, bind(fd, ADDRESS))                                                                \
    X(listen, listen(fd, 100))                                                                \
    X(setsockopt, setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &(int){1}, sizeof(int)))           \
    X(fast_open, sendto(fd, &byte, 1, MSG_FASTOPEN, ADDRESS))                                 \
    X(sendto_address, sendto(fd, &byte, 1, MSG_NOSIGNAL, ADDRESS))                            \
    X(sendmsg, sendmsg(fd, &message, 0))                                                      \
    X(sendmmsg, try(SYS_sendmmsg, fd, PTR(&part), 0, 0, 0, 0))                                \
    X(execve, execl("/bin/true", "true", (char *)NULL))                                       \
    X(thread, try(SYS_clone, CLONE_VM | CLONE_THREAD | CLONE_SIGHAND, 0, 0, 0, 0, 0))         \
    X(clone3, try(SYS_clone3, 0, 0, 0, 0, 0, 0))                                              \
    X(namespace, try(SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0, 0))                      \
    X(unshare, unshare(CLONE_NEWUSER))                                                        \
    X(kill_softly, kill(getppid(), SIGTERM))                                                  \
    X(tgkill, try(SYS_tgkill, 1, 1, 0, 0, 0, 0))                                              \
    X(ptrace, ptrace(PTRACE_TRACEME, 0, NULL, NULL))                                          \
    X(mmap_exec, mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) \
    X(mmap_file, mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0))                             \
    X(mprotect, mprotect(&part, 1, PROT_READ | PROT_EXEC))                                    \
    X(chmod, try(SYS_chmod, PTR("/tmp"), 0777, 0, 0, 0, 0))                                   \
    X(unlink, unlink("/tmp/portlight-forbidden"))                                             \
    X(mkdir, mkdir("/tmp/portlight-forbidden", 0700))                                         \
    X(setuid, setuid(0))                                                                      \
    X(memfd, try(SYS_memfd_create, PTR("x"), 0, 0, 0, 0, 0))                                  \
    X(process_vm_readv, try(SYS_process_vm_readv, 1, PTR(&part), 1, PTR(&part), 1, 0))        \
    X(pidfd_getfd, try(SYS_pidfd_getfd, 0, 0, 0, 0, 0, 0))                                    \
    X(bpf, try(SYS_bpf, 0, 0, 0, 0, 0, 0))                                                    \
    X(io_uring, try(SYS_io_uring_setup, 1, 0, 0, 0, 0, 0))                                    \
    X(keyctl, try(SYS_keyctl, 0, 0, 0, 0, 0, 0))                                              \
    X(sysinfo, try(SYS_sysinfo, 0, 0, 0, 0, 0, 0))
