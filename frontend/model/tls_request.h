/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The question of /api/v1/tls: a host, one port, and what comes before TLS.  Pure; the daemon.
 */
#ifndef PORTLIGHT_FRONTEND_MODEL_TLS_REQUEST_H
#define PORTLIGHT_FRONTEND_MODEL_TLS_REQUEST_H

#include "common/contract/inspection.h"
#include "frontend/model/request.h"

struct tls_request {
    struct request request; /* with one port */
    enum starttls starttls;
    bool survey;   /* versions and groups, too */
    bool greeting; /* not the certificate: does a program answer? */
    bool patient;  /* wait for HTTP's answer as long as a CDN may take */
};

/* Reads
 * "host=example.net&port=443&family=any&starttls=auto&survey=false&service=false&patient=false".
 * Without a port it is 443; "auto" is by the port.  A survey wants TLS at once.  False with
 * *problem filled; *out then has what was sound. */
bool tls_request_from_query(const char *query, const struct policy *policy, struct tls_request *out,
                            struct problem *problem);

#endif
