/* SPDX-License-Identifier: BSD-2-Clause */
/* portlight-prober(8): configuration, descriptors, no privilege, service. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/daemon/user.h"
#include "common/daemon/options.h"
#include "common/daemon/landlock.h"
#include "common/base/log.h"
#include "prober/daemon/privilege.h"
#include "prober/daemon/event_loop.h"

/* Who we shall be: with root's powers the configured user, else who we are. */
static struct account choose_account(const struct config *config)
{
    struct account self = {geteuid(), getegid()};

    if (self.uid != 0)
        return self;
    if (!account_user(&config->prober.user, ACCOUNT_PROBER_ID, &self))
        exit(1);
    if (self.uid == 0)
        log_fatal("main", "prober.user must not be root");
    return self;
}

/* Nothing more is to be opened, but for the configuration's directory.  Landlock holds for
 * threads made later, the system call filter for all there are. */
static void confine(struct serve *serve, const struct reload *reload)
{
    struct sandbox_descriptors descriptors = serve_descriptors(serve);
    int error;

    if (landlock_confine(false, reload->directory) == 0) {
        log_warn("main", "this kernel has no Landlock; the system call filter must do, and "
                         "SIGHUP will read nothing");
        descriptors.configuration = -1;
    }
    error = serve_start_thread(serve);
    if (error != 0)
        log_warn("main", "one thread must do: %s", strerror(error));
    if (!privilege_forbid_processes())
        log_fatal("main", "cannot forbid processes: %s", strerror(errno));
    if (!sandbox_enter(&descriptors))
        log_fatal("main", "cannot load the system call filter: %s", strerror(errno));
}

int main(int argc, char **argv)
{
    struct daemon_options options = daemon_options_read("portlight-prober", argc, argv);
    struct serve_setup setup = {0};
    char error[PRIVILEGE_ERROR_LEN];
    struct config config;
    struct account account;
    struct serve *serve;
    bool bounding_left;

    if (!config_load(&config, options.config_path))
        return 1;
    if (options.check_config) {
        config_free(&config);
        puts("configuration ok");
        return 0;
    }
    if (!privilege_can_open_raw())
        log_fatal("main", "CAP_NET_RAW is missing: start as root, or with that capability");
    account = choose_account(&config);
    setup.config = &config;
    setup.reload = reload_open(options.config_path);
    if (!account_group(&config.prober.group, ACCOUNT_FRONTEND_ID, &setup.group) ||
        !supervisor_open(&setup.supervisor))
        return 1;

    serve = serve_open(&setup);
    if (serve == NULL)
        return 1;
    if (!privilege_drop(account.uid, account.gid, &bounding_left, error))
        log_fatal("main", "cannot give up privileges: %s", error);
    if (bounding_left)
        log_warn("main", "started without CAP_SETPCAP: the bounding set stays, under no_new_privs");
    confine(serve, &setup.reload);

    log_info("main", "ready on %s, uid %u, no capabilities", config.prober.socket,
             (unsigned)account.uid);
    return serve_run(serve) ? 0 : 1;
}
