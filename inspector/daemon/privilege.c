/* SPDX-License-Identifier: BSD-2-Clause */
#include "inspector/daemon/privilege.h"

#include <errno.h>
#include <grp.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "common/base/log.h"
#include "common/daemon/capabilities.h"

struct user inspector_account(const struct config *config)
{
    struct user account = {geteuid(), getegid()}, prober, frontend;

    if (account.uid != 0)
        return account;
    if (!user_lookup(&config->inspector.user, ACCOUNT_INSPECTOR_ID, &account) ||
        !user_lookup(&config->prober.user, ACCOUNT_PROBER_ID, &prober) ||
        !user_lookup(&config->http.user, ACCOUNT_FRONTEND_ID, &frontend))
        exit(1);
    if (account.uid == 0 || account.uid == prober.uid || account.uid == frontend.uid)
        log_fatal("privilege", "inspector.user must be neither root, prober.user nor http.user");
    return account;
}

static void become(const struct user *account)
{
    if (geteuid() != 0)
        return;
    if (setgroups(0, NULL) != 0 || setresgid(account->gid, account->gid, account->gid) != 0 ||
        setresuid(account->uid, account->uid, account->uid) != 0)
        log_fatal("privilege", "cannot become uid %u: %s", (unsigned)account->uid, strerror(errno));
}

/* Leaving root dropped all capabilities; another user may have been started with some. */
static void assert_no_capabilities(void)
{
    uint64_t sets[CAPABILITIES_SET_COUNT];

    if (!capabilities_read(sets))
        log_fatal("privilege", "cannot read the capabilities: %s", strerror(errno));
    if (sets[CAPABILITIES_EFFECTIVE] != 0 || sets[CAPABILITIES_PERMITTED] != 0)
        log_fatal("privilege", "must not hold capabilities (CapPrm %" PRIx64 ")",
                  sets[CAPABILITIES_PERMITTED]);
}

void inspector_privilege_drop(const struct user *account)
{
    static const struct rlimit none = {0, 0};

    for (int capability = 0; prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0; capability++)
        continue; /* fails without CAP_SETPCAP: then no_new_privs makes the set harmless */
    become(account);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || setrlimit(RLIMIT_CORE, &none) != 0 ||
        prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        log_fatal("privilege", "cannot give up privileges: %s", strerror(errno));
    assert_no_capabilities();
}
