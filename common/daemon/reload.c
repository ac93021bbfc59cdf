/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/daemon/reload.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/log.h"
#include "common/daemon/config.h"

struct reload reload_open(const char *path)
{
    const char *file = path != NULL ? path : CONFIG_DEFAULT_PATH;
    const char *slash = strrchr(file, '/');
    struct reload reload = {.directory = -1, .path = path};
    char *directory;

    if (slash == NULL) {
        reload.directory = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
        return reload;
    }
    directory = strndup(file, (size_t)(slash - file) + 1);
    if (directory != NULL)
        reload.directory = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
    free(directory);
    return reload;
}

static void replace(struct policy *policy, struct policy *with)
{
    struct prefix_list allow = policy->allow, deny = policy->deny;

    memcpy(policy->ports, with->ports, sizeof(policy->ports));
    policy->any_port = with->any_port;
    policy->allow = with->allow;
    policy->deny = with->deny;
    with->allow = allow; /* freed with the rest of what was read */
    with->deny = deny;
}

void reload_policy(const struct reload *reload, struct policy *policy)
{
    struct config config;

    if (reload->directory < 0) {
        log_warn("reload", "the configuration can't be read again: restart instead");
        return;
    }
    if (!config_load_from(&config, reload->directory, reload->path)) {
        log_warn("reload", "nothing was changed");
        return;
    }
    replace(policy, &config.policy);
    config_free(&config);
    log_info("reload", "policy.ports, any-port, allow (%zu) and deny (%zu) are as in the file now",
             policy->allow.count, policy->deny.count);
}
