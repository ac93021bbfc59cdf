/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The question of /probe, as Prometheus puts it to an exporter that looks at many targets (its
 * multi-target exporter pattern): a target, the module that says how to look at it, and how long
 * the answer may take.  Pure; the daemon.
 */
#ifndef PORTLIGHT_FRONTEND_PROMETHEUS_PROBE_QUESTION_H
#define PORTLIGHT_FRONTEND_PROMETHEUS_PROBE_QUESTION_H

#include "frontend/model/tls_request.h"

struct probe_module {
    const char *name;
    enum request_family family;
    bool tls; /* the certificate behind the port, too: there only with an inspector */
};

struct probe_question {
    const struct probe_module *module;
    struct tls_request asked; /* of a module without TLS asked.request alone */
};

/*
 * Reads "target=example.net:443&module=tcp_connect&from=fra,iad"
 * (application/x-www-form-urlencoded).  The target is HOST:PORT, an IPv6 address in brackets;
 * without a module it is tcp_connect.  Host and port are judged as request.h does.  False with
 * *problem filled, its pointer "#/target",
 * "#/module" or "#/from/0".
 */
bool probe_question_read(const char *query, const struct policy *policy, bool inspects,
                         struct probe_question *out, struct problem *problem);

/* Of a problem that a check had with the request: names the field of /probe instead. */
void probe_question_aim(struct problem *problem);

/*
 * How long the answer may take: header is X-Prometheus-Scrape-Timeout-Seconds, NULL without one.
 * Half a second less than that, as blackbox_exporter does by default, for the way back; but at
 * least half of it.  *time_ms is 0 without a header.  False with *problem filled if it is no
 * number of seconds above 0.
 */
bool probe_question_time(const char *header, uint32_t *time_ms, struct problem *problem);

/* In the order of the table; NULL after the last. */
const struct probe_module *probe_module_at(unsigned i);

#endif
