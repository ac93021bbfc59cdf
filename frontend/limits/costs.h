/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What each request costs its client, in units: what the daemon charges, and what the API and the
 * page state.  The daemon.
 */
#ifndef PORTLIGHT_FRONTEND_LIMITS_COSTS_H
#define PORTLIGHT_FRONTEND_LIMITS_COSTS_H

enum cost {
    COST_REQUEST = 1, /* includes the first port of a check */
    COST_PORT = 1,    /* each port of a check, for each address family and place */
    COST_SERVICE = 2, /* extra for each such port: inspect the service */
    COST_TRACE = 3,   /* extra for a check, from each place */
    COST_HOST = 5,    /* up to about twenty DNS queries */
    COST_TLS = 5,
    COST_SURVEY = 5,  /* extra for an inspection of all versions */
    COST_PATIENT = 5, /* extra for an inspection that waits longer */
};

#endif
