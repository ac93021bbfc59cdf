/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/daemon/user.h"

#include <grp.h>
#include <pwd.h>

#include "common/base/log.h"

bool account_user(const struct config_account *name, uid_t unnamed, struct account *out)
{
    const struct passwd *entry = getpwnam(name->name);

    if (entry != NULL) {
        *out = (struct account){entry->pw_uid, entry->pw_gid};
        return true;
    }
    if (name->configured) {
        log_warn("account", "the configured user \"%s\" does not exist", name->name);
        return false;
    }
    log_info("account", "no user \"%s\" here: uid %u serves instead", name->name,
             (unsigned)unnamed);
    *out = (struct account){unnamed, unnamed};
    return true;
}

bool account_group(const struct config_account *name, gid_t unnamed, gid_t *out)
{
    const struct group *entry = getgrnam(name->name);

    if (entry != NULL) {
        *out = entry->gr_gid;
        return true;
    }
    if (name->configured) {
        log_warn("account", "the configured group \"%s\" does not exist", name->name);
        return false;
    }
    log_info("account", "no group \"%s\" here: gid %u serves instead", name->name,
             (unsigned)unnamed);
    *out = unnamed;
    return true;
}
