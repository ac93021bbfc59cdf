/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The request of /probe, in Prometheus's multi-target exporter pattern: a target, the module that
 * says how to check it, and how long the answer may take.  Pure; the daemon.
 */
#ifndef PORTLIGHT_FRONTEND_PROMETHEUS_PROBE_QUESTION_H
#define PORTLIGHT_FRONTEND_PROMETHEUS_PROBE_QUESTION_H

#include "frontend/model/tls_request.h"

struct probe_module {
    const char *name;
    enum request_family family;
    bool tls; /* also the certificate behind the port; needs an inspector */
};

struct probe_question {
    const struct probe_module *module;
    struct tls_request asked; /* without TLS only asked.request is used */
};

/*
 * Reads "target=example.net:443&module=tcp_connect&from=fra,iad"
 * (application/x-www-form-urlencoded).  The target is HOST:PORT, with an IPv6 address in brackets;
 * the default module is tcp_connect.  Host and port follow the rules of request.h.  False with
 * *problem, whose pointer is "#/target", "#/module" or "#/from/0".
 */
bool probe_question_read(const char *query, const struct policy *policy, bool inspects,
                         struct probe_question *out, struct problem *problem);

/* Changes the pointer of a check's problem to the field of /probe. */
void probe_question_aim(struct problem *problem);

/*
 * How long the answer may take, from the header X-Prometheus-Scrape-Timeout-Seconds (NULL:
 * absent): half a second less, as in blackbox_exporter's default, to leave time for the response,
 * but at least half of the value.  *time_ms is 0 without a header.  False with *problem if the
 * value is not a positive number of seconds.
 */
bool probe_question_time(const char *header, uint32_t *time_ms, struct problem *problem);

/* The module at this index of the table; NULL beyond the last. */
const struct probe_module *probe_module_at(unsigned i);

#endif
