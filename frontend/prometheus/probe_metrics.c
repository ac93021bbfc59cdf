/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/prometheus/probe_metrics.h"

#include <inttypes.h>
#include <stdio.h>

#include "frontend/prometheus/exposition.h"

static bool is_good(const struct probe_found *found, const struct probe_found_target *target)
{
    if (target->verdict == NULL || target->verdict->state != STATE_OPEN)
        return false;
    return !found->tls ||
           (target->inspection != NULL && target->inspection->state == INSPECTION_TRUSTED);
}

/* Is the port open at every address, and with tls its certificate right?  Of places those count
 * that have told something. */
static bool is_success(const struct probe_found *found)
{
    for (unsigned i = 0; i < found->target_count; i++)
        if (!is_good(found, &found->targets[i]))
            return false;
    return found->problem == NULL && found->target_count > 0;
}

/* The address that the metrics of blackbox_exporter, which knows only one, are about: the first
 * that is not well, else IPv6 before IPv4, as there.  NULL: none is known. */
static const struct probe_found_target *find_main(const struct probe_found *found)
{
    const struct probe_found_target *first = NULL;

    for (unsigned i = 0; i < found->target_count; i++) {
        if (!is_good(found, &found->targets[i]))
            return &found->targets[i];
        if (first == NULL || found->targets[i].addr.family == ADDR_IPV6)
            first = &found->targets[i];
    }
    return first;
}

/* --- blackbox_exporter's names ----------------------------------------------------------- */

static void put_number(struct strbuf *buf, const char *name, const char *help, uint64_t value)
{
    exposition_head(buf, name, "gauge", help);
    strbuf_printf(buf, "%s %" PRIu64 "\n", name, value);
}

static void put_seconds(struct strbuf *buf, const char *name, const char *help, uint64_t ns)
{
    exposition_head(buf, name, "gauge", help);
    strbuf_printf(buf, "%s %.9f\n", name, (double)ns / 1e9);
}

/* FNV-1a over the address's bytes. */
static uint32_t hash_of(const struct addr *addr)
{
    uint32_t hash = 2166136261U;

    for (size_t i = 0; i < addr_len(addr); i++)
        hash = (hash ^ addr->bytes[i]) * 16777619U;
    return hash;
}

static void put_time(struct strbuf *buf, const char *name, const char *help, int64_t seconds)
{
    exposition_head(buf, name, "gauge", help);
    strbuf_printf(buf, "%s %" PRId64 "\n", name, seconds);
}

static void put_hash(struct strbuf *buf, const char *name,
                     const uint8_t hash[static INSPECTION_HASH_LEN])
{
    strbuf_printf(buf, "%s=\"", name);
    for (unsigned i = 0; i < INSPECTION_HASH_LEN; i++)
        strbuf_printf(buf, "%02x", hash[i]);
    strbuf_append(buf, "\"");
}

static void put_chain_info(struct strbuf *buf, const struct inspection *it)
{
    static const char name[] = "probe_ssl_last_chain_info";
    struct strbuf names = {0};

    for (unsigned i = 0; i < it->name_count; i++) {
        strbuf_append(&names, i > 0 ? "," : "");
        strbuf_append(&names, it->names[i]);
    }
    exposition_head(buf, name, "gauge", "1, with what the server's certificate says.");
    strbuf_printf(buf, "%s{", name);
    put_hash(buf, "fingerprint_sha256", it->chain[0].sha256);
    strbuf_append(buf, ",");
    exposition_label(buf, "issuer", it->chain[0].issuer);
    strbuf_append(buf, ",");
    exposition_label(buf, "serialnumber", it->serial);
    strbuf_append(buf, ",");
    exposition_label(buf, "subject", it->chain[0].subject);
    strbuf_append(buf, ",");
    exposition_label(buf, "subjectalternative", names.text != NULL ? names.text : "");
    strbuf_append(buf, "} 1\n");
    strbuf_free(&names);
}

static void put_tls(struct strbuf *buf, const struct inspection *it)
{
    static const char version[] = "probe_tls_version_info";
    int64_t earliest_s;

    if (it->has_certificate && it->chain_count > 0) {
        earliest_s = it->chain[0].not_after_s;
        for (unsigned i = 1; i < it->chain_count; i++)
            if (it->chain[i].not_after_s < earliest_s)
                earliest_s = it->chain[i].not_after_s;
        put_time(buf, "probe_ssl_earliest_cert_expiry",
                 "When the first of the certificates sent ends, in seconds since 1970.",
                 earliest_s);
        put_chain_info(buf, it);
    }
    if (it->verified)
        put_time(buf, "probe_ssl_last_chain_expiry_timestamp_seconds",
                 "When the verified chain ends, in seconds since 1970.", it->valid_until_s);
    if (it->version != 0) {
        exposition_head(buf, version, "gauge", "1, with the TLS version that was agreed on.");
        strbuf_printf(buf, "%s{version=\"TLS 1.%u\"} 1\n", version,
                      (unsigned)(it->version & 0xff) - 1);
    }
}

static void put_blackbox(struct strbuf *buf, const struct probe_found *found)
{
    const struct probe_found_target *target = find_main(found);

    put_number(buf, "probe_success",
               found->tls ? "1 if the port is open at every address and the certificate is right."
                          : "1 if the port is open at every address.",
               is_success(found));
    put_seconds(buf, "probe_duration_seconds", "How long the probe took.", found->duration_ns);
    put_seconds(buf, "probe_dns_lookup_time_seconds", "How long the name took; 0 for an address.",
                found->lookup_ns);
    put_number(buf, "probe_failed_due_to_regex", "0: no text is looked at.", 0);
    put_number(buf, "probe_ip_protocol", "4 or 6, of the address below; 0: there is none.",
               target != NULL ? target->addr.family : 0);
    put_number(buf, "probe_ip_addr_hash",
               "A hash of the address: the first that is not well, else the IPv6 address.",
               target != NULL ? hash_of(&target->addr) : 0);
    if (target != NULL && target->inspection != NULL)
        put_tls(buf, target->inspection);
}

/* --- our own names ------------------------------------------------------------------------ */

/* name{address="...",family="..." and what follows. */
static void put_target(struct strbuf *buf, const char *name,
                       const struct probe_found_target *target)
{
    char address[ADDR_TEXT_LEN];

    addr_format(&target->addr, address);
    strbuf_printf(buf, "%s{address=\"%s\",family=\"%s\"", name, address,
                  addr_family_name((enum addr_family)target->addr.family));
    if (target->place != NULL)
        strbuf_printf(buf, ",place=\"%s\"", target->place);
}

/* One series for each state there is, 1 at the one that it is: a query never misses one. */
static void put_states(struct strbuf *buf, const struct probe_found *found)
{
    static const char name[] = "portlight_probe_state";

    exposition_head(buf, name, "gauge", "1 at the state of the port, 0 at the others.");
    for (unsigned i = 0; i < found->target_count; i++) {
        const struct verdict *verdict = found->targets[i].verdict;
        enum verdict_state is = verdict != NULL ? verdict->state : STATE_UNKNOWN;
        for (unsigned state = 0; state < STATE_COUNT; state++) {
            put_target(buf, name, &found->targets[i]);
            strbuf_printf(buf, ",state=\"%s\"} %d\n", verdict_state_name(state), state == is);
        }
    }
}

static void put_infos(struct strbuf *buf, const struct probe_found *found)
{
    static const char name[] = "portlight_probe_info";

    exposition_head(buf, name, "gauge", "1, with the words of the verdict.");
    for (unsigned i = 0; i < found->target_count; i++) {
        const struct verdict *verdict = found->targets[i].verdict;
        if (verdict == NULL)
            continue;
        put_target(buf, name, &found->targets[i]);
        strbuf_printf(buf,
                      ",state=\"%s\",reason=\"%s\",disposition=\"%s\",actor=\"%s\","
                      "confidence=\"%s\"} 1\n",
                      verdict_state_name(verdict->state), verdict_reason_name(verdict->reason),
                      verdict_disposition_name(verdict->disposition),
                      verdict_actor_name(verdict->actor),
                      verdict_confidence_name(verdict->confidence));
    }
}

static void put_rtts(struct strbuf *buf, const struct probe_found *found)
{
    static const char name[] = "portlight_probe_rtt_seconds";

    exposition_head(buf, name, "gauge", "From the SYN to its answer, as the capture saw them.");
    for (unsigned i = 0; i < found->target_count; i++) {
        const struct verdict *verdict = found->targets[i].verdict;
        if (verdict == NULL || verdict->rtt_ns == VERDICT_NO_RTT)
            continue;
        put_target(buf, name, &found->targets[i]);
        strbuf_printf(buf, "} %.9f\n", (double)verdict->rtt_ns / 1e9);
    }
}

static void put_tls_states(struct strbuf *buf, const struct probe_found *found)
{
    static const char name[] = "portlight_probe_tls_state";

    exposition_head(buf, name, "gauge", "1 at the state of TLS, 0 at the others.");
    for (unsigned i = 0; i < found->target_count; i++) {
        const struct inspection *it = found->targets[i].inspection;
        unsigned is = it != NULL ? it->state : (unsigned)INSPECTION_UNKNOWN;
        for (unsigned state = 0; state < INSPECTION_ANSWERED; state++) {
            put_target(buf, name, &found->targets[i]);
            strbuf_printf(buf, ",state=\"%s\"} %d\n", inspection_state_name(state), state == is);
        }
    }
}

static void put_tls_problems(struct strbuf *buf, const struct probe_found *found)
{
    static const char name[] = "portlight_probe_tls_problem";

    exposition_head(buf, name, "gauge", "1 for each problem that TLS has.");
    for (unsigned i = 0; i < found->target_count; i++) {
        const struct inspection *it = found->targets[i].inspection;
        for (unsigned k = 0; it != NULL && k < it->problem_count; k++) {
            unsigned id = it->problems[k].id;
            put_target(buf, name, &found->targets[i]);
            strbuf_printf(buf, ",code=\"%s\",severity=\"%s\"} 1\n", inspection_problem_code(id),
                          inspection_severity_name(inspection_problem_severity(id)));
        }
    }
}

static void put_places(struct strbuf *buf, const struct probe_found *found)
{
    static const char name[] = "portlight_probe_place";

    exposition_head(buf, name, "gauge", "1, with what became of each place that was asked.");
    for (unsigned i = 0; i < found->place_count; i++)
        strbuf_printf(buf, "%s{place=\"%s\",status=\"%s\"} 1\n", name, found->places[i].name,
                      found->places[i].status);
}

static void put_problem(struct strbuf *buf, const struct problem *problem)
{
    static const char name[] = "portlight_probe_problem";

    exposition_head(buf, name, "gauge", "1, with the reason why there is nothing to probe.");
    strbuf_printf(buf, "%s{type=\"%s\",code=\"%s\"} 1\n", name, problem_name(problem->id),
                  problem->code != NULL ? problem->code : "");
}

char *probe_metrics_write(const struct probe_found *found)
{
    struct strbuf buf = {0};

    put_blackbox(&buf, found);
    put_number(&buf, "portlight_probe_timed_out",
               "1 if the scrape's time-out ended the probe before all was known.",
               found->timed_out);
    if (found->problem != NULL) {
        put_problem(&buf, found->problem);
        return strbuf_take(&buf);
    }
    if (found->place_count > 0)
        put_places(&buf, found);
    put_states(&buf, found);
    put_infos(&buf, found);
    put_rtts(&buf, found);
    if (found->tls) {
        put_tls_states(&buf, found);
        put_tls_problems(&buf, found);
    }
    return strbuf_take(&buf);
}
