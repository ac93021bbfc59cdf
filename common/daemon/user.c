/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/daemon/user.h"

#include <grp.h>
#include <pwd.h>

#include "common/base/log.h"

bool user_user(const struct config_user *name, uid_t unnamed, struct user *out)
{
    const struct passwd *entry = getpwnam(name->name);

    if (entry != NULL) {
        *out = (struct user){entry->pw_uid, entry->pw_gid};
        return true;
    }
    if (name->configured) {
        log_warn("account", "the configured user \"%s\" does not exist", name->name);
        return false;
    }
    log_info("account", "no user \"%s\" here: uid %u serves instead", name->name,
             (unsigned)unnamed);
    *out = (struct user){unnamed, unnamed};
    return true;
}

bool user_group(const struct config_user *name, gid_t unnamed, gid_t *out)
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
