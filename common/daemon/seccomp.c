/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/daemon/seccomp.h"

#include <errno.h>
#include <seccomp.h>

static int add(scmp_filter_ctx filter, uint32_t action, int call,
               const struct seccomp_condition *conditions)
{
    struct scmp_arg_cmp compared[SECCOMP_CONDITIONS_MAX];
    unsigned count = 0;

    for (; count < SECCOMP_CONDITIONS_MAX && conditions[count].comparison != SECCOMP_ALWAYS;
         count++)
        compared[count] = (struct scmp_arg_cmp){
            .arg = conditions[count].argument,
            .op = SCMP_CMP_MASKED_EQ,
            .datum_a = conditions[count].mask,
            .datum_b = conditions[count].value,
        };
    return seccomp_rule_add_array(filter, action, call, count, compared);
}

/* Splits the range into blocks of powers of two, each one masked comparison.  SCMP_CMP_GE would
 * need one rule, but compares all 64 bits: with an upper bit set, any descriptor would pass the
 * filter, while the kernel reads only the lower 32 bits. */
static int add_range(scmp_filter_ctx filter, uint32_t action, int call,
                     const struct seccomp_rule *rule)
{
    struct seccomp_condition conditions[SECCOMP_CONDITIONS_MAX] = {
        rule->conditions[0],
        rule->conditions[1],
        rule->conditions[2],
    };
    uint32_t end = (uint32_t)rule->conditions[0].mask, len;
    int rc = 0;

    for (uint32_t first = (uint32_t)rule->conditions[0].value; first < end && rc == 0;
         first += len) {
        for (len = first & -first; len > end - first;)
            len /= 2;
        conditions[0].mask = (uint32_t) ~(len - 1);
        conditions[0].value = first;
        rc = add(filter, action, call, conditions);
    }
    return rc;
}

/* On s390x, glibc's socket calls are one system call, socketcall(2), whose arguments are in memory,
 * like those of mmap there.  A filter can't read them, and libseccomp would compare unrelated
 * registers.  So only the call itself can be matched. */
static bool has_arguments_in_memory(int call)
{
    return (call <= __PNR_socket && call >= __PNR_sendmmsg) ||
           (seccomp_arch_native() == SCMP_ARCH_S390X && call == SCMP_SYS(mmap));
}

static int add_rule(scmp_filter_ctx filter, uint32_t action, const struct seccomp_rule *rule)
{
    int call = seccomp_syscall_resolve_name(rule->call);

    if (call == __NR_SCMP_ERROR)
        return -EINVAL;
    if (has_arguments_in_memory(call) && rule->conditions[0].comparison != SECCOMP_ALWAYS)
        return action == SCMP_ACT_ALLOW ? add(filter, action, call,
                                              (struct seccomp_condition[SECCOMP_CONDITIONS_MAX]){0})
                                        : 0;
    for (unsigned i = 0; i < SECCOMP_CONDITIONS_MAX; i++)
        if (rule->conditions[i].comparison == SECCOMP_FD && rule->conditions[i].value == UINT32_MAX)
            return 0;
    return rule->conditions[0].comparison == SECCOMP_FD_RANGE
               ? add_range(filter, action, call, rule)
               : add(filter, action, call, rule->conditions);
}

static uint32_t action_of(const struct seccomp_table *table)
{
    return table->refused_with == 0 ? SCMP_ACT_ALLOW
                                    : SCMP_ACT_ERRNO((uint16_t)table->refused_with);
}

static int add_all(scmp_filter_ctx filter, const char *const *calls,
                   const struct seccomp_table *tables, size_t count)
{
    int rc = 0;

    for (; *calls != NULL && rc == 0; calls++)
        rc = add_rule(filter, SCMP_ACT_ALLOW, &(struct seccomp_rule){.call = *calls});
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < tables[i].count && rc == 0; k++)
            rc = add_rule(filter, action_of(&tables[i]), &tables[i].rules[k]);
    return rc;
}

/* Returns 0, or -errno. */
static int make(scmp_filter_ctx filter, const char *const *calls,
                const struct seccomp_table *tables, size_t count)
{
    int rc = filter == NULL ? -ENOMEM : add_all(filter, calls, tables, count);

    return rc != 0 ? rc : seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2); /* a binary tree */
}

bool seccomp_enter(const char *const *calls, const struct seccomp_table *tables, size_t count)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    int rc = make(filter, calls, tables, count);

    if (rc == 0)
        rc = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
    if (rc == 0)
        rc = seccomp_load(filter);
    seccomp_release(filter);
    errno = -rc;
    return rc == 0;
}

bool seccomp_write(int fd, const char *const *calls, const struct seccomp_table *tables,
                   size_t count)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    int rc = make(filter, calls, tables, count);

    if (rc == 0)
        rc = seccomp_export_bpf(filter, fd);
    seccomp_release(filter);
    errno = -rc;
    return rc == 0;
}
