/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/daemon/user.h"

#include <grp.h>
#include <pwd.h>
#include <string.h>

#include "common/base/log.h"

bool user_lookup(const struct config_user *name, uid_t unnamed, struct user *out)
{
    const struct passwd *entry = getpwnam(name->name);

    if (entry != NULL) {
        *out = (struct user){entry->pw_uid, entry->pw_gid};
        return true;
    }
    if (name->configured) {
        log_error("account", "the configured user \"%s\" does not exist", name->name);
        return false;
    }
    log_info("account", "no user \"%s\" here: using uid %u instead", name->name, (unsigned)unnamed);
    *out = (struct user){unnamed, unnamed};
    return true;
}

bool user_lookup_group(const struct config_user *name, gid_t unnamed, gid_t *out)
{
    const struct group *entry = getgrnam(name->name);

    if (entry != NULL) {
        *out = entry->gr_gid;
        return true;
    }
    if (name->configured) {
        log_error("account", "the configured group \"%s\" does not exist", name->name);
        return false;
    }
    log_info("account", "no group \"%s\" here: using gid %u instead", name->name,
             (unsigned)unnamed);
    *out = unnamed;
    return true;
}

static bool refuse(const char *path, const struct config_user *name, const char *key,
                   const char *why)
{
    log_error("config", "%s:%d: %s = \"%s\": %s", path, name->line, key, name->name, why);
    return false;
}

/* The user's uid, or `unnamed` if there is no such user. */
static uid_t uid_of(const struct config_user *name, uid_t unnamed)
{
    const struct passwd *entry = getpwnam(name->name);

    return entry != NULL ? entry->pw_uid : unnamed;
}

/* The built-in names come with the package. */
static bool is_packaged(const struct config_user *name, const char *section, const char *key)
{
    return strcmp(name->name, config_key_find(section, key)->text) == 0;
}

static bool check_user(const char *path, const struct config_user *name, const char *key,
                       bool packaged)
{
    if (!name->configured || (packaged && getpwnam(name->name) == NULL))
        return true;
    if (getpwnam(name->name) == NULL)
        return refuse(path, name, key, "there is no such user");
    return uid_of(name, 0) != 0 || refuse(path, name, key, "must not be root");
}

static bool check_group(const char *path, const struct config_user *name, const char *key,
                        bool packaged)
{
    return !name->configured || packaged || getgrnam(name->name) != NULL ||
           refuse(path, name, key, "there is no such group");
}

bool user_check(const struct config *config, const char *config_path)
{
    const char *path = config_path != NULL ? config_path : CONFIG_DEFAULT_PATH;
    const struct config_user *user = &config->http.user, *prober = &config->prober.user;

    if (!check_user(path, prober, "prober.user", is_packaged(prober, "prober", "user")) ||
        !check_user(path, user, "http.user", is_packaged(user, "http", "user")))
        return false;
    if (!check_group(path, &config->prober.group, "prober.group",
                     is_packaged(&config->prober.group, "prober", "group")) ||
        !check_group(path, &config->http.group, "http.group",
                     is_packaged(&config->http.group, "http", "group")))
        return false;
    if (uid_of(user, ACCOUNT_FRONTEND_ID) != uid_of(prober, ACCOUNT_PROBER_ID))
        return true;
    return user->configured ? refuse(path, user, "http.user", "must not be prober.user")
                            : refuse(path, prober, "prober.user", "must not be http.user");
}
