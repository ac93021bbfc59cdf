/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/daemon/capabilities.h"

/* The same sets by system call: capget(2), prctl(2). */
static void test_sets_are_the_kernels(void **state)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct halves[2] = {0};
    uint64_t sets[CAPABILITIES_SET_COUNT];
    int capability = 0;

    (void)state;
    assert_true(capabilities_read(sets));
    assert_int_equal(syscall(SYS_capget, &header, halves), 0);
    assert_int_equal(sets[CAPABILITIES_EFFECTIVE],
                     (uint64_t)halves[1].effective << 32 | halves[0].effective);
    assert_int_equal(sets[CAPABILITIES_PERMITTED],
                     (uint64_t)halves[1].permitted << 32 | halves[0].permitted);
    assert_int_equal(sets[CAPABILITIES_INHERITABLE],
                     (uint64_t)halves[1].inheritable << 32 | halves[0].inheritable);
    for (int held; (held = prctl(PR_CAPBSET_READ, capability, 0, 0, 0)) >= 0; capability++) {
        assert_int_equal(sets[CAPABILITIES_BOUNDING] >> capability & 1, held);
        assert_int_equal(sets[CAPABILITIES_AMBIENT] >> capability & 1,
                         prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, capability, 0, 0));
    }
    assert_true(capability > CAP_NET_RAW);
}

/* A set that changes shows at once, and in no other set. */
static void test_a_cleared_bit_is_seen(void **state)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct halves[2] = {0};
    uint64_t before[CAPABILITIES_SET_COUNT], after[CAPABILITIES_SET_COUNT];

    (void)state;
    assert_true(capabilities_read(before));
    assert_int_equal(syscall(SYS_capget, &header, halves), 0);
    halves[0].effective = 0;
    halves[1].effective = 0;
    assert_int_equal(syscall(SYS_capset, &header, halves), 0);
    assert_true(capabilities_read(after));
    assert_int_equal(after[CAPABILITIES_EFFECTIVE], 0);
    assert_int_equal(after[CAPABILITIES_PERMITTED], before[CAPABILITIES_PERMITTED]);
    assert_int_equal(after[CAPABILITIES_BOUNDING], before[CAPABILITIES_BOUNDING]);
}

static void test_names(void **state)
{
    (void)state;
    assert_string_equal(capabilities_set_name(CAPABILITIES_INHERITABLE), "CapInh");
    assert_string_equal(capabilities_set_name(CAPABILITIES_AMBIENT), "CapAmb");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sets_are_the_kernels),
        cmocka_unit_test(test_a_cleared_bit_is_seen),
        cmocka_unit_test(test_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
