/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The services behind the open ports of one check: does a program answer?  What is found goes into
 * the result.  Whatever the inspector refuses leaves the verdict as it is: then the answer is that
 * nobody looked.  An edge; the daemon.
 */
#ifndef PORTLIGHT_FRONTEND_INSPECTOR_CHECK_SERVICES_H
#define PORTLIGHT_FRONTEND_INSPECTOR_CHECK_SERVICES_H

#include "frontend/inspector/inspection_shares.h"
#include "frontend/limits/conn_count.h"
#include "frontend/model/result.h"

struct check_services {
    /* the owner's, to be set before the first question */
    struct inspection_shares *shares;
    struct conn_count *visitors; /* who holds how many workers */
    const struct addr *visitor;
    struct result *result;
    const char *name; /* that the host was asked by; empty: an address */
    /* A service that check_services_ask left open is answered; it may free all of this. */
    void (*answered)(void *context, unsigned target, unsigned port);
    void *context;

    unsigned pending;
    struct check_service {
        struct check_services *all;
        struct inspection_subscriber subscriber;
    } ports[RESULT_TARGETS_MAX][POLICY_PORTS_MAX];
};

/* Looks behind a port of the result; true if `answered` comes later, false if the result has an
 * answer, or there is no memory for one. */
bool check_services_ask(struct check_services *services, unsigned target, unsigned port);

/* Nothing is waited for any more. */
void check_services_end(struct check_services *services);

#endif
