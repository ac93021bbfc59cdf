/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The request of /api/v1/tls: a host, one port, and the protocol before TLS.  Pure; the daemon.
 */
#ifndef PORTLIGHT_FRONTEND_MODEL_TLS_REQUEST_H
#define PORTLIGHT_FRONTEND_MODEL_TLS_REQUEST_H

#include "common/contract/inspection.h"
#include "frontend/model/request.h"

struct tls_request {
    struct request request; /* with one port */
    enum starttls starttls;
    bool survey;   /* also versions and groups */
    bool greeting; /* ask whether a program answers, not about the certificate */
    bool patient;  /* wait for the HTTP answer as long as a CDN may take */
};

/* Reads
 * "host=example.net&port=443&family=any&starttls=auto&survey=false&service=false&patient=false".
 * The default port is 443; "auto" depends on the port.  A survey needs a port where TLS starts
 * immediately.  False with *problem; *out then holds the valid parts. */
bool tls_request_from_query(const char *query, const struct policy *policy, struct tls_request *out,
                            struct problem *problem);

#endif
