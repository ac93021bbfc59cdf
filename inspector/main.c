/* SPDX-License-Identifier: BSD-2-Clause */
/* portlight-inspector(8): configuration, trusted roots, socket, no privilege, service. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/account/unprivileged.h"
#include "common/base/log.h"
#include "common/config/options.h"
#include "common/daemon/landlock.h"
#include "inspector/daemon/account.h"
#include "inspector/daemon/sandbox.h"
#include "inspector/daemon/service.h"

enum { HOST_LEN = 254 };

static unsigned list_ports(const struct policy *policy, uint16_t out[static LANDLOCK_EVERY_PORT])
{
    unsigned count = 0;

    for (unsigned port = 1; port <= UINT16_MAX && !policy->any_port; port++)
        if (policy_check_port(policy, (uint16_t)port) == POLICY_OK)
            out[count++] = (uint16_t)port;
    return policy->any_port ? LANDLOCK_EVERY_PORT : count;
}

/* Nothing more is to be opened but the configuration's directory; of TCP, only ports that may
 * be asked about are connected. */
static void confine(const struct service_setup *setup)
{
    int readable = setup->reload.directory;
    uint16_t ports[LANDLOCK_EVERY_PORT];
    unsigned port_count = list_ports(&setup->config->policy, ports);
    const struct landlock_rest rest = {&readable, 1, ports, port_count};

    if (landlock_confine(&rest) == 0) {
        log_warn("main", "this kernel has no Landlock; the system call filter must do, and "
                         "SIGHUP will read nothing");
        readable = -1;
    }
    if (!inspector_sandbox_enter(readable))
        log_fatal("main", "cannot load the system call filter: %s", strerror(errno));
}

int main(int argc, char **argv)
{
    struct daemon_options options = daemon_options_read("portlight-inspector", argc, argv);
    struct service_setup setup = {0};
    struct inspector_service *service;
    struct trust trust;
    struct config config;
    char host[HOST_LEN] = "";

    if (!config_load(&config, options.config_path))
        return CONFIG_EXIT_STATUS;
    if (options.check_config) {
        config_free(&config);
        puts("configuration ok");
        return 0;
    }
    signal(SIGPIPE, SIG_IGN); /* targets and whoever reads the log may end */
    setup.config = &config;
    setup.reload = reload_open(options.config_path);
    setup.owner = inspector_account(&config);
    setup.worker.trust = &trust;
    setup.worker.settings = handshake_settings_new();
    setup.worker.helo = host;
    if (config.inspector.helo[0] != '\0')
        strncpy(host, config.inspector.helo, sizeof(host) - 1);
    else if (gethostname(host, sizeof(host) - 1) != 0 || host[0] == '\0')
        strcpy(host, "localhost");
    if (setup.worker.settings == NULL ||
        !trust_load(&trust, config.inspector.roots, config.inspector.known_intermediates) ||
        !user_group(&config.prober.group, ACCOUNT_FRONTEND_ID, &setup.group) ||
        !sd_notify_open(&setup.supervisor))
        return 1;
    service = service_open(&setup);
    if (service == NULL)
        return 1;
    unprivileged_become(&setup.owner, NULL);
    confine(&setup);
    log_info("main", "ready on %s, uid %u, %u roots of %s", config.inspector.socket,
             (unsigned)setup.owner.uid, trust.count, trust.name);
    return service_run(service) ? 0 : 1;
}
