/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/daemon/reload.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "common/base/log.h"
#include "common/config/config.h"
#include "common/config/config_compare.h"

/* libconfuse's scanner, refused memory, ends the process with 2.  That is our word for wrong usage,
 * after which no manager starts a daemon again (RestartPreventExitStatus=2). */
static void end_as_failed(int status, void *context)
{
    (void)context;
    if (status == 2)
        _exit(EXIT_FAILURE);
}

struct reload reload_open(const char *path)
{
    const char *file = path != NULL ? path : CONFIG_DEFAULT_PATH;
    const char *slash = strrchr(file, '/');
    struct reload reload = {.directory = -1, .path = path};
    char *directory;

    on_exit(end_as_failed, NULL);
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

/* What is taken at once; all else stands until a restart. */
static bool is_reloaded(const struct config_key *key)
{
    static const char *const names[] = {"ports", "any-port", "allow", "deny"};

    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (strcmp(key->section, "policy") == 0 && strcmp(key->name, names[i]) == 0)
            return true;
    return false;
}

static void tell_the_rest(const struct config *running, const struct config *read)
{
    char keys[LOG_LINE_MAX / 2] = "";
    size_t len = 0;

    for (size_t i = 0; i < config_keys_len && len < sizeof(keys); i++)
        if (!is_reloaded(&config_keys[i]) && config_differs(&config_keys[i], running, read))
            len += (size_t)snprintf(keys + len, sizeof(keys) - len, "%s%s.%s", len > 0 ? ", " : "",
                                    config_keys[i].section, config_keys[i].name);
    if (len > 0)
        log_warn("reload", "changed, but only a restart takes it: %s", keys);
}

void reload_config(const struct reload *reload, struct config *running)
{
    struct policy *policy = &running->policy;
    struct config config;

    if (reload->directory < 0) {
        log_warn("reload", "the configuration can't be read again: restart instead");
        return;
    }
    if (!config_load_from(&config, reload->directory, reload->path)) {
        log_warn("reload", "nothing was changed");
        return;
    }
    tell_the_rest(running, &config);
    replace(policy, &config.policy);
    config_free(&config);
    log_info("reload", "policy.ports, any-port, allow (%zu) and deny (%zu) are as in the file now",
             policy->allow.count, policy->deny.count);
}

int reload_open_signals(void)
{
    sigset_t signals;

    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    if (sigprocmask(SIG_BLOCK, &signals, NULL) != 0)
        return -1;
    return signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC);
}
