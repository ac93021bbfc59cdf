/* SPDX-License-Identifier: BSD-2-Clause */
/* What the inspector's parent may do once it serves, and what not. */
#include "tests/lab/acts_inspecting.h"

static int fd, directory;
static bool enter(void)
{
    fd = socket(AF_INET, SOCK_STREAM, 0);
    directory = open("/etc", O_PATH | O_DIRECTORY);
    return inspector_sandbox_enter(directory);
}

static void fork_and_wait(void)
{
    pid_t pid = fork();

    if (pid == 0)
        _exit(0);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

#define ACTS(X)                                                                                  \
    X(may_make_socket, socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP)) \
    X(may_make_socket_ipv6,                                                                      \
      socket(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP))                 \
    X(may_connect, connect(fd, ADDRESS))                                                         \
    X(may_send, send(fd, &byte, 1, MSG_NOSIGNAL))                                                \
    X(may_fork, fork_and_wait())                                                                 \
    X(may_make_pipe, pipe2((int[2]){0, 0}, O_CLOEXEC | O_NONBLOCK))                              \
    X(may_limit_children, setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0}))                        \
    X(may_read_configuration, read(openat(directory, "passwd", CONFIG_OPEN_FLAGS), &byte, 1))    \
    X(may_write_last_words, writev(2, &part, 0))                                                 \
    X(may_write_log, write(2, "", 0))                                                            \
    X(write_configuration, openat(directory, "passwd", O_RDWR))                                  \
    X(open_elsewhere, openat(AT_FDCWD, "/etc/passwd", O_RDONLY))                                 \
    COMMON_ACTS(X)

ACTS_MAIN
