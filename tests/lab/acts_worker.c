/* SPDX-License-Identifier: BSD-2-Clause */
/* What a child of the inspector may do, and what not. */
#include "tests/lab/acts_inspecting.h"

static int fd = WORKER_SOCKET;
static bool enter(void)
{
    int pair[2];

    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0)
        return false;
    send(pair[1], "abc", 3, 0);
    dup2(pair[0], 20);
    dup2(pair[1], 21);
    dup2(20, WORKER_SOCKET);
    dup2(20, WORKER_PIPE);
    dup2(20, WORKER_PIPE + 1);
    return inspector_worker_sandbox_enter();
}

/* The kernel takes this for the same descriptor: it reads the lower half of the register. */
#define WIDE(fd) ((long)(fd) | 1L << 40)

#define ACTS(X)                                                                             \
    X(may_read_socket, read(WORKER_SOCKET, &byte, 1))                                       \
    X(may_write_socket, write(WORKER_SOCKET, &byte, 1))                                     \
    X(may_write_pipe, write(WORKER_PIPE, &byte, 1))                                         \
    X(may_poll, poll(&(struct pollfd){WORKER_SOCKET, POLLIN, 0}, 1, 0))                     \
    X(may_ask_who_it_is, getpid())                                                          \
    X(may_take_memory,                                                                      \
      mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))         \
    X(may_give_memory_back, munmap(NULL, 4096))                                             \
    X(may_grow, try(SYS_brk, 0, 0, 0, 0, 0, 0))                                             \
    X(read_pipe, read(WORKER_PIPE, &byte, 1))                                               \
    X(read_another, read(WORKER_PIPE + 1, &byte, 1))                                        \
    X(may_write_last_words, writev(2, &part, 0))                                            \
    X(writev_socket, writev(WORKER_SOCKET, &part, 0))                                       \
    X(write_another, write(WORKER_PIPE + 1, &byte, 1))                                      \
    X(write_wide, try(SYS_write, WIDE(WORKER_PIPE + 1), PTR(&byte), 1, 0, 0, 0))            \
    X(tcp_socket, socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP)) \
    X(connect, connect(fd, ADDRESS))                                                        \
    X(send, send(fd, &byte, 1, MSG_NOSIGNAL))                                               \
    X(recvmsg, recvmsg(fd, &message, 0))                                                    \
    X(accept, accept(fd, NULL, NULL))                                                       \
    X(openat, openat(AT_FDCWD, "/etc/passwd", O_RDONLY))                                    \
    X(fork, fork())                                                                         \
    X(kill, kill(getppid(), 0))                                                             \
    X(dup, dup2(WORKER_SOCKET, 9))                                                          \
    X(pipe, pipe2((int[2]){0, 0}, 0))                                                       \
    X(epoll, epoll_create1(0))                                                              \
    X(prctl, prctl(PR_SET_DUMPABLE, 1))                                                     \
    X(setrlimit, try(SYS_prlimit64, 0, 7, 0, 0, 0, 0))                                      \
    X(abort_another, try(SYS_tgkill, 1, 1, SIGABRT, 0, 0, 0))                               \
    X(seccomp, try(SYS_seccomp, 0, 0, 0, 0, 0, 0))                                          \
    COMMON_ACTS(X)

ACTS_MAIN
