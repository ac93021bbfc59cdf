/* SPDX-License-Identifier: BSD-2-Clause */
/* portlight-prober(8): configuration, descriptors, no privilege, service. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/log.h"
#include "common/config/options.h"
#include "common/daemon/landlock.h"
#include "common/daemon/user.h"
#include "prober/daemon/event_loop.h"
#include "prober/daemon/privilege.h"

/* Who we shall be: with root's powers the configured user, else who we are. */
static struct user choose_account(const struct config *config)
{
    struct user self = {geteuid(), getegid()};

    if (self.uid != 0)
        return self;
    if (!user_user(&config->prober.user, ACCOUNT_PROBER_ID, &self))
        exit(CONFIG_EXIT_STATUS);
    if (self.uid == 0) {
        log_error("main", "prober.user must not be root");
        exit(CONFIG_EXIT_STATUS);
    }
    return self;
}

/* Nothing more is to be opened, but for the configuration's directory.  Landlock holds for
 * threads made later, the system call filter for all there are. */
static void confine(struct event_loop *event_loop, const struct reload *reload)
{
    struct sandbox_descriptors descriptors = event_loop_descriptors(event_loop);
    int error;

    if (landlock_confine(&(struct landlock_rest){&reload->directory, 1, NULL, 0}) == 0) {
        log_warn("main", "this kernel has no Landlock; the system call filter must do, and "
                         "SIGHUP will read nothing");
        descriptors.configuration = -1;
    }
    error = event_loop_start_thread(event_loop);
    if (error != 0)
        log_warn("main", "one thread must do: %s", strerror(error));
    if (!privilege_forbid_processes())
        log_fatal("main", "cannot forbid processes: %s", strerror(errno));
    if (!prober_sandbox_enter(&descriptors))
        log_fatal("main", "cannot load the system call filter: %s", strerror(errno));
}

int main(int argc, char **argv)
{
    struct daemon_options options = daemon_options_read("portlight-prober", argc, argv);
    struct event_loop_setup setup = {0};
    char error[PRIVILEGE_ERROR_LEN];
    struct config config;
    struct user account;
    struct event_loop *event_loop;
    bool bounding_left;

    if (!config_load(&config, options.config_path))
        return CONFIG_EXIT_STATUS;
    if (options.check_config) {
        bool ok = user_check(&config, options.config_path);
        config_free(&config);
        if (ok)
            puts("configuration ok");
        return ok ? 0 : CONFIG_EXIT_STATUS;
    }
    signal(SIGPIPE, SIG_IGN); /* whoever reads the log may end */
    if (!privilege_can_open_raw())
        log_fatal("main", "CAP_NET_RAW is missing: start as root, or with that capability");
    account = choose_account(&config);
    setup.owner = account;
    setup.config = &config;
    setup.reload = reload_open(options.config_path);
    if (!user_group(&config.prober.group, ACCOUNT_FRONTEND_ID, &setup.group))
        return CONFIG_EXIT_STATUS;
    if (!sd_notify_open(&setup.supervisor))
        return 1;

    event_loop = event_loop_open(&setup);
    if (event_loop == NULL)
        return 1;
    if (!prober_privilege_drop(account.uid, account.gid, &bounding_left, error))
        log_fatal("main", "cannot give up privileges: %s", error);
    if (bounding_left)
        log_warn("main", "started without CAP_SETPCAP: the bounding set stays, under no_new_privs");
    confine(event_loop, &setup.reload);

    log_info("main", "ready on %s, uid %u, no capabilities", config.prober.socket,
             (unsigned)account.uid);
    return event_loop_run(event_loop) ? 0 : 1;
}
