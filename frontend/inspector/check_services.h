/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The services behind the open ports of one check: does a program answer?  The findings go into
 * the result.  If the inspector refuses, the verdict stays as it is and the service is unknown.
 * An edge; the daemon.
 */
#ifndef PORTLIGHT_FRONTEND_INSPECTOR_CHECK_SERVICES_H
#define PORTLIGHT_FRONTEND_INSPECTOR_CHECK_SERVICES_H

#include "frontend/inspector/inspection_shares.h"
#include "frontend/limits/conn_count.h"
#include "frontend/model/result.h"

struct check_services {
    /* set by the owner before the first question */
    struct inspection_shares *shares;
    struct conn_count *clients; /* workers in use, by client */
    const struct addr *client;
    struct result *result;
    const char *name; /* the requested host name; empty: an address was given */
    /* called when a service that check_services_ask left open is answered; may free this struct */
    void (*answered)(void *context, unsigned target, unsigned port);
    void *context;

    unsigned pending;
    struct check_service {
        struct check_services *all;
        struct inspection_subscriber subscriber;
    } ports[RESULT_TARGETS_MAX][POLICY_PORTS_MAX];
};

/* Inspects the service behind a port of the result.  Returns true if `answered` follows; false if
 * the result already has the answer, or without memory for one. */
bool check_services_ask(struct check_services *services, unsigned target, unsigned port);

/* Unsubscribes from everything: `answered` is not called any more. */
void check_services_end(struct check_services *services);

#endif
