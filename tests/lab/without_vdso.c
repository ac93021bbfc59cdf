/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * without_vdso PROGRAM ARGUMENT...: becomes the program, as on a machine whose vDSO does not tell
 * the time (its clock is no TSC, or it was started with vdso=0): each look at a clock is a system
 * call.  A grandchild waits for exec, and strikes AT_SYSINFO_EHDR out of the auxiliary vector
 * before the program's first instruction.
 */
#include <elf.h>
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

/* Where the kernel put argc; the auxiliary vector stands behind arguments and environment. */
static unsigned long start_of_stack(pid_t pid)
{
    char path[32], text[1024];
    unsigned long address = 0;
    const char *at;
    FILE *file;

    snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    file = fopen(path, "re");
    if (file == NULL || fgets(text, sizeof(text), file) == NULL)
        err(1, "%s", path);
    fclose(file);
    at = strrchr(text, ')');
    for (int field = 2; field < 28 && at != NULL; field++)
        at = strchr(at + 1, ' ');
    if (at != NULL)
        address = strtoul(at, NULL, 10);
    return address;
}

static unsigned long word(int memory, unsigned long address)
{
    unsigned long value;

    if (pread(memory, &value, sizeof(value), (off_t)address) != sizeof(value))
        err(1, "pread");
    return value;
}

static void strike_out(pid_t pid)
{
    unsigned long at = start_of_stack(pid), ignored = AT_IGNORE;
    char path[32];
    int memory;

    snprintf(path, sizeof(path), "/proc/%d/mem", (int)pid);
    memory = open(path, O_RDWR | O_CLOEXEC);
    if (memory < 0)
        err(1, "%s", path);
    at += (word(memory, at) + 2) * sizeof(at); /* argc, the arguments, NULL */
    while (word(memory, at) != 0)
        at += sizeof(at);
    for (at += sizeof(at); word(memory, at) != AT_SYSINFO_EHDR; at += 2 * sizeof(at))
        if (word(memory, at) == AT_NULL)
            errx(1, "no vDSO there");
    if (pwrite(memory, &ignored, sizeof(ignored), (off_t)at) != sizeof(ignored))
        err(1, "pwrite");
}

static void watch(pid_t pid, int attached)
{
    int status;

    if (ptrace(PTRACE_SEIZE, pid, NULL, PTRACE_O_TRACEEXEC) != 0)
        err(1, "ptrace");
    close(attached);
    while (waitpid(pid, &status, 0) == pid && status >> 8 != (SIGTRAP | PTRACE_EVENT_EXEC << 8)) {
        if (!WIFSTOPPED(status))
            errx(1, "it ended");
        ptrace(PTRACE_CONT, pid, NULL, WSTOPSIG(status));
    }
    strike_out(pid);
    ptrace(PTRACE_DETACH, pid, NULL, NULL);
    exit(0);
}

int main(int argc, char **argv)
{
    pid_t pid = getpid(), child;
    int pipe_fds[2];
    char byte;

    if (argc < 2 || pipe2(pipe_fds, O_CLOEXEC) != 0)
        errx(2, "usage: without_vdso PROGRAM ARGUMENT...");
    child = fork();
    if (child == 0) {
        if (fork() == 0)
            watch(pid, pipe_fds[1]);
        _exit(0);
    }
    prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);
    waitpid(child, NULL, 0);
    close(pipe_fds[1]);
    if (read(pipe_fds[0], &byte, 1) != 0) /* until it is attached */
        err(1, "read");
    execv(argv[1], argv + 1);
    err(1, "%s", argv[1]);
}
