/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a question takes of its client's limit, in units: what is charged, and what the API and
 * the page say of it.  The daemon.
 */
#ifndef PORTLIGHT_FRONTEND_LIMITS_COSTS_H
#define PORTLIGHT_FRONTEND_LIMITS_COSTS_H

enum cost {
    COST_REQUEST = 1, /* the first port of a check is in it */
    COST_PORT = 1,    /* of a check, for each address family and place */
    COST_SERVICE = 2, /* more for each such port: a look behind it */
    COST_TRACE = 3,   /* more for a check, from each place */
    COST_HOST = 5,    /* up to some twenty questions to name servers */
    COST_TLS = 5,
    COST_SURVEY = 5,  /* more for an inspection that asks for all versions */
    COST_PATIENT = 5, /* more for one that gives the server longer */
};

#endif
