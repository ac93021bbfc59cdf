/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/inspection/inspection_metrics.h"

#include <inttypes.h>

#include "frontend/prometheus/exposition.h"

/* Writes the metric's name and the labels of the target; further labels begin with a comma. */
static void put_target(struct strbuf *buf, const char *name, const struct inspected *inspected,
                       unsigned target)
{
    char address[ADDR_TEXT_LEN];

    addr_format(&inspected->targets[target].addr, address);
    strbuf_printf(buf, "%s{", name);
    exposition_label(buf, "host", inspected->host);
    strbuf_append(buf, ",");
    exposition_label(buf, "address", address);
    strbuf_printf(buf, ",port=\"%u\"", inspected->port);
}

static void put_numbers(struct strbuf *buf, const struct inspected *inspected, const char *name,
                        const char *help, int64_t (*of)(const struct inspection *inspection))
{
    exposition_head(buf, name, "gauge", help);
    for (unsigned i = 0; i < inspected->target_count; i++) {
        int64_t value = of(&inspected->targets[i].inspection);
        if (value == INT64_MIN)
            continue;
        put_target(buf, name, inspected, i);
        strbuf_printf(buf, "} %" PRId64 "\n", value);
    }
}

static int64_t is_trusted(const struct inspection *it)
{
    return it->state == INSPECTION_TRUSTED;
}

static int64_t not_before(const struct inspection *it)
{
    return it->has_certificate ? it->chain[0].not_before_s : INT64_MIN;
}

static int64_t not_after(const struct inspection *it)
{
    return it->has_certificate ? it->chain[0].not_after_s : INT64_MIN;
}

static int64_t valid_until(const struct inspection *it)
{
    return it->verified ? it->valid_until_s : INT64_MIN;
}

static void put_infos(struct strbuf *buf, const struct inspected *inspected)
{
    exposition_head(buf, "portlight_tls_info", "gauge", "1, with what was found and negotiated.");
    for (unsigned i = 0; i < inspected->target_count; i++) {
        const struct inspection *it = &inspected->targets[i].inspection;
        put_target(buf, "portlight_tls_info", inspected, i);
        strbuf_append(buf, ",");
        exposition_label(buf, "state", inspection_state_name(it->state));
        if (it->version != 0) {
            strbuf_append(buf, ",");
            exposition_label(buf, "version", inspection_version_name(it->version));
            strbuf_append(buf, ",");
            exposition_label(buf, "cipher", it->cipher);
        }
        if (it->has_certificate) {
            strbuf_append(buf, ",");
            exposition_label(buf, "subject", it->chain[0].subject);
            strbuf_append(buf, ",");
            exposition_label(buf, "issuer", it->chain[0].issuer);
            strbuf_append(buf, ",");
            exposition_label(buf, "serialnumber", it->serial);
        }
        strbuf_append(buf, "} 1\n");
    }
}

static void put_problems(struct strbuf *buf, const struct inspected *inspected)
{
    exposition_head(buf, "portlight_tls_problem", "gauge", "1 for each problem found.");
    for (unsigned i = 0; i < inspected->target_count; i++) {
        const struct inspection *it = &inspected->targets[i].inspection;
        for (unsigned k = 0; k < it->problem_count; k++) {
            unsigned id = it->problems[k].id;
            put_target(buf, "portlight_tls_problem", inspected, i);
            strbuf_printf(buf, ",code=\"%s\",severity=\"%s\"} 1\n", inspection_problem_code(id),
                          inspection_severity_name(inspection_problem_severity(id)));
        }
    }
}

static void put_durations(struct strbuf *buf, const struct inspected *inspected)
{
    const char *name = "portlight_tls_duration_seconds";

    exposition_head(buf, name, "gauge", "Connection and handshake.");
    for (unsigned i = 0; i < inspected->target_count; i++) {
        const struct inspection *it = &inspected->targets[i].inspection;
        put_target(buf, name, inspected, i);
        strbuf_printf(buf, ",phase=\"connect\"} %.6f\n", (double)it->connect_ns / 1e9);
        put_target(buf, name, inspected, i);
        strbuf_printf(buf, ",phase=\"tls\"} %.6f\n", (double)it->handshake_ns / 1e9);
    }
}

char *inspection_metrics(const struct inspected *inspected)
{
    struct strbuf buf = {0};

    put_numbers(&buf, inspected, "portlight_tls_trusted",
                "1 if the handshake succeeded and the certificate is valid.", is_trusted);
    put_numbers(&buf, inspected, "portlight_tls_not_before_timestamp_seconds",
                "When the server's certificate begins.", not_before);
    put_numbers(&buf, inspected, "portlight_tls_not_after_timestamp_seconds",
                "When the server's certificate ends.", not_after);
    put_numbers(&buf, inspected, "portlight_tls_valid_until_timestamp_seconds",
                "The earliest end in the verified chain.", valid_until);
    put_infos(&buf, inspected);
    put_problems(&buf, inspected);
    put_durations(&buf, inspected);
    return strbuf_take(&buf);
}
