/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/account/unprivileged.h"

#include <errno.h>
#include <grp.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "common/base/compiler.h"
#include "common/base/log.h"
#include "common/daemon/capabilities.h"

struct user unprivileged_account(const struct config *config, const struct config_user *wanted,
                                 uid_t unnamed, const char *key)
{
    struct user account = {geteuid(), getegid()}, prober;

    if (account.uid != 0)
        return account;
    if (!user_user(wanted, unnamed, &account) ||
        !user_user(&config->prober.user, ACCOUNT_PROBER_ID, &prober))
        exit(CONFIG_EXIT_STATUS);
    if (account.uid == 0 || account.uid == prober.uid) {
        log_warn("privilege", "%s must be neither root nor prober.user", key);
        exit(CONFIG_EXIT_STATUS);
    }
    return account;
}

static void become(const struct user *account, const struct config_user *prober_group)
{
    gid_t group = 0;

    if (geteuid() != 0)
        return;
    if (prober_group != NULL && !user_group(prober_group, ACCOUNT_FRONTEND_ID, &group))
        exit(CONFIG_EXIT_STATUS);
    if (setgroups(prober_group != NULL, &group) != 0 ||
        setresgid(account->gid, account->gid, account->gid) != 0 ||
        setresuid(account->uid, account->uid, account->uid) != 0)
        log_fatal("privilege", "cannot become uid %u: %s", (unsigned)account->uid, strerror(errno));
}

/* Leaving root took the capabilities; somebody else may have been given some. */
static void assert_no_capabilities(void)
{
    uint64_t sets[CAPABILITIES_SET_COUNT];

    if (!capabilities_read(sets))
        log_fatal("privilege", "cannot read the capabilities: %s", strerror(errno));
    if (sets[CAPABILITIES_EFFECTIVE] != 0 || sets[CAPABILITIES_PERMITTED] != 0)
        log_fatal("privilege", "must not hold capabilities (CapPrm %" PRIx64 ")",
                  sets[CAPABILITIES_PERMITTED]);
}

void unprivileged_become(const struct user *account, const struct config_user *prober_group)
{
    static const struct rlimit none = {0, 0};

    for (int capability = 0; prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0; capability++)
        continue; /* only where we may: no_new_privs makes the rest harmless */
    become(account, prober_group);
    /* nobody of the same user looks into it; a sanitizer does, at the end */
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || setrlimit(RLIMIT_CORE, &none) != 0 ||
        prctl(PR_SET_DUMPABLE, SANITIZED, 0, 0, 0) != 0)
        log_fatal("privilege", "cannot give up privileges: %s", strerror(errno));
    assert_no_capabilities();
}
