/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The inspector's event loop: clients on the socket, signals, jobs.  An edge; the inspector.
 */
#ifndef PORTLIGHT_INSPECTOR_DAEMON_SERVICE_H
#define PORTLIGHT_INSPECTOR_DAEMON_SERVICE_H

#include "common/daemon/reload.h"
#include "common/daemon/sd_notify.h"
#include "common/daemon/user.h"
#include "inspector/daemon/worker.h"

struct inspector_service;

/* Must outlive the service. */
struct service_setup {
    struct config *config;
    struct worker_setup worker;
    struct user owner;
    gid_t group; /* its members may connect */
    struct reload reload;
    struct sd_notify supervisor;
};

/* Opens the socket and the limits file, which may need root.  NULL after logging why, or if out of
 * memory. */
struct inspector_service *service_open(const struct service_setup *setup);

/* Serves until a signal, or until it is time to restart; then finishes what is under way. */
bool service_run(struct inspector_service *service);

#endif
