/* SPDX-License-Identifier: BSD-2-Clause */
/* What the filter says of calls, on the processor that this runs on: its program is run over
 * them as the kernel would.  Nothing is loaded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/base/compiler.h"
#include "common/daemon/seccomp.h"

enum { PROGRAM_MAX = 4096, FD = 7 };

static const char *const free_calls[] = {"close", "accept4", "epoll_wait", "epoll_pwait", NULL};
static const struct seccomp_rule allowed[] = {
    {"socket", {ARGUMENT_IS(0, AF_INET), ARGUMENT_BITS(1, 0xf, SOCK_DGRAM)}},
    {"sendto", {ARGUMENT_FD(0, FD)}},
    {"write", {ARGUMENT_FD(0, FD)}},
    {"read", {ARGUMENT_FD_RANGE(0, 8, 20)}},
    {"mmap", {ARGUMENT_BITS(1, 4, 0)}},
};
static const struct seccomp_rule refused[] = {
    {"socket", {ARGUMENT_IS(0, AF_UNIX), ARGUMENT_BITS(1, 0xf, SOCK_DGRAM)}},
    {"ioctl", {ARGUMENT_IS(1, 5)}},
};
static const struct seccomp_table tables[] = {{allowed, ARRAY_LEN(allowed), 0},
                                              {refused, ARRAY_LEN(refused), EACCES}};

static struct sock_filter program[PROGRAM_MAX];

static void read_program(const char *const *calls)
{
    int fd = memfd_create("filter", 0);

    assert_true(fd >= 0);
    assert_true(seccomp_write(fd, calls, tables, ARRAY_LEN(tables)));
    assert_true(lseek(fd, 0, SEEK_SET) == 0);
    assert_true(read(fd, program, sizeof(program)) > 0);
    close(fd);
}

static bool jumps(const struct sock_filter *at, uint32_t accumulator)
{
    switch (BPF_OP(at->code)) {
    case BPF_JEQ: return accumulator == at->k;
    case BPF_JGT: return accumulator > at->k;
    case BPF_JGE: return accumulator >= at->k;
    case BPF_JSET: return (accumulator & at->k) != 0;
    default: fail_msg("a jump of another kind"); return false;
    }
}

static uint32_t run(const struct seccomp_data *data)
{
    uint32_t accumulator = 0;

    for (const struct sock_filter *at = program; at < program + PROGRAM_MAX; at++) {
        switch (BPF_CLASS(at->code)) {
        case BPF_LD: memcpy(&accumulator, (const char *)data + at->k, sizeof(accumulator)); break;
        case BPF_ALU:
            assert_int_equal(BPF_OP(at->code), BPF_AND);
            accumulator &= at->k;
            break;
        case BPF_JMP:
            if (BPF_OP(at->code) == BPF_JA)
                at += at->k;
            else
                at += jumps(at, accumulator) ? at->jt : at->jf;
            break;
        case BPF_RET: return at->k;
        default: fail_msg("an instruction of another kind");
        }
    }
    fail_msg("no end");
    return 0;
}

static uint32_t verdict(long number, uint64_t first, uint64_t second)
{
    return run(&(struct seccomp_data){
        .nr = (int)number, .arch = seccomp_arch_native(), .args = {first, second}});
}

static void test_calls_by_name(void **state)
{
    (void)state;
    read_program(free_calls);
    assert_int_equal(verdict(SYS_close, 3, 0), SECCOMP_RET_ALLOW);
    assert_int_equal(verdict(SYS_epoll_pwait, 3, 0), SECCOMP_RET_ALLOW);
    assert_int_equal(verdict(SYS_getpid, 0, 0), SECCOMP_RET_KILL_PROCESS);
    assert_int_equal(run(&(struct seccomp_data){.nr = SYS_close, .arch = 1}),
                     SECCOMP_RET_KILL_THREAD);
}

static void test_arguments(void **state)
{
    (void)state;
    read_program(free_calls);
    assert_int_equal(verdict(SYS_write, FD, 0), SECCOMP_RET_ALLOW);
    /* the kernel reads the lower half of a descriptor */
    assert_int_equal(verdict(SYS_write, UINT64_C(0xabcd00000000) + FD, 0), SECCOMP_RET_ALLOW);
    assert_int_equal(verdict(SYS_write, FD + 1, 0), SECCOMP_RET_KILL_PROCESS);
    for (uint64_t fd = 0; fd < 40; fd++)
        assert_int_equal(verdict(SYS_read, fd, 0),
                         fd >= 8 && fd < 20 ? SECCOMP_RET_ALLOW : SECCOMP_RET_KILL_PROCESS);
    assert_int_equal(verdict(SYS_ioctl, 3, 5), SECCOMP_RET_ERRNO | EACCES);
    assert_int_equal(verdict(SYS_ioctl, 3, 6), SECCOMP_RET_KILL_PROCESS);
}

/* Socket calls and mmap, by whichever way glibc makes them. */
static void test_arguments_in_memory(void **state)
{
    (void)state;
    read_program(free_calls);
#ifdef __s390x__
    enum { SOCKET = 1, BIND = 2, SENDTO = 11, ACCEPT4 = 18 }; /* socketcall(2), linux/net.h */
    for (uint64_t arguments = 0x3ff0000; arguments < 0x3ff0100; arguments += 8) {
        assert_int_equal(verdict(SYS_socketcall, SOCKET, arguments), SECCOMP_RET_ALLOW);
        assert_int_equal(verdict(SYS_socketcall, SENDTO, arguments), SECCOMP_RET_ALLOW);
        assert_int_equal(verdict(SYS_socketcall, ACCEPT4, arguments), SECCOMP_RET_ALLOW);
        assert_int_equal(verdict(SYS_socketcall, BIND, arguments), SECCOMP_RET_KILL_PROCESS);
        assert_int_equal(verdict(SYS_mmap, arguments, 4), SECCOMP_RET_ALLOW);
    }
#else
    assert_int_equal(verdict(SYS_mmap, 0, 3), SECCOMP_RET_ALLOW);
    assert_int_equal(verdict(SYS_mmap, 0, 4), SECCOMP_RET_KILL_PROCESS);
    assert_int_equal(verdict(SYS_accept4, 3, 0), SECCOMP_RET_ALLOW);
    assert_int_equal(verdict(SYS_sendto, FD, 0), SECCOMP_RET_ALLOW);
    assert_int_equal(verdict(SYS_sendto, FD + 1, 0), SECCOMP_RET_KILL_PROCESS);
    assert_int_equal(verdict(SYS_bind, FD, 0), SECCOMP_RET_KILL_PROCESS);
    assert_int_equal(verdict(SYS_socket, AF_INET, SOCK_DGRAM | SOCK_CLOEXEC), SECCOMP_RET_ALLOW);
    assert_int_equal(verdict(SYS_socket, AF_UNIX, SOCK_DGRAM), SECCOMP_RET_ERRNO | EACCES);
    assert_int_equal(verdict(SYS_socket, AF_NETLINK, SOCK_DGRAM), SECCOMP_RET_KILL_PROCESS);
#endif
}

static void test_a_name_that_nobody_knows(void **state)
{
    const char *const wrong[] = {"close", "clsoe", NULL};
    int fd = memfd_create("filter", 0);

    (void)state;
    assert_false(seccomp_write(fd, wrong, NULL, 0));
    assert_int_equal(errno, EINVAL);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_calls_by_name),
        cmocka_unit_test(test_arguments),
        cmocka_unit_test(test_arguments_in_memory),
        cmocka_unit_test(test_a_name_that_nobody_knows),
    };
    seccomp_api_set(3); /* qemu-user's kernel knows of no filter */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
