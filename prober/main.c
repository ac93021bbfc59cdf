/* SPDX-License-Identifier: BSD-2-Clause */
/* portlight-prober(8): configuration, descriptors, no privilege, service. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/account.h"
#include "common/log.h"
#include "common/version.h"
#include "prober/privilege.h"
#include "prober/serve.h"

struct options {
    const char *config_path;
    bool check_config;
};

static void usage(FILE *to)
{
    fputs("usage: portlight-prober [-c FILE] [--check-config] [--version] [--help]\n", to);
}

static struct options read_options(int argc, char **argv)
{
    static const struct option names[] = {
        {"config", required_argument, NULL, 'c'},
        {"check-config", no_argument, NULL, 'n'},
        {"version", no_argument, NULL, 'V'},
        {"help", no_argument, NULL, 'h'},
        {0},
    };
    struct options options = {0};
    int option;

    while ((option = getopt_long(argc, argv, "c:h", names, NULL)) != -1) {
        switch (option) {
        case 'c': options.config_path = optarg; break;
        case 'n': options.check_config = true; break;
        case 'V': puts("portlight-prober " PORTLIGHT_VERSION); exit(0);
        case 'h': usage(stdout); exit(0);
        default: usage(stderr); exit(2);
        }
    }
    if (optind < argc) {
        usage(stderr);
        exit(2);
    }
    return options;
}

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

int main(int argc, char **argv)
{
    struct options options = read_options(argc, argv);
    char error[PRIVILEGE_ERROR_LEN];
    struct config config;
    struct account account;
    struct sandbox_descriptors descriptors;
    struct serve *serve;
    bool bounding_left;
    gid_t group;

    if (!config_load(&config, options.config_path))
        return 1;
    if (options.check_config) {
        puts("configuration ok");
        return 0;
    }
    if (!privilege_can_open_raw())
        log_fatal("main", "CAP_NET_RAW is missing: start as root, or with that capability");
    account = choose_account(&config);
    if (!account_group(&config.prober.group, ACCOUNT_FRONTEND_ID, &group))
        return 1;

    serve = serve_open(&config, group);
    if (serve == NULL)
        return 1;
    if (!privilege_drop(account.uid, account.gid, &bounding_left, error))
        log_fatal("main", "cannot give up privileges: %s", error);
    if (bounding_left)
        log_warn("main", "started without CAP_SETPCAP: the bounding set stays, under no_new_privs");

    descriptors = serve_descriptors(serve);
    if (!sandbox_enter(&descriptors))
        log_fatal("main", "cannot load the system call filter: %s", strerror(errno));

    log_info("main", "ready on %s, uid %u, no capabilities", config.prober.socket,
             (unsigned)account.uid);
    return serve_run(serve) ? 0 : 1;
}
