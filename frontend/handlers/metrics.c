/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/handlers/metrics.h"

#include <inttypes.h>

#include "common/base/clock.h"
#include "common/base/compiler.h"
#include "common/base/version.h"
#include "frontend/prometheus/exposition.h"

static const uint32_t bounds_ms[METRICS_BOUNDS] = {METRICS_BOUNDS_MS};

void metrics_count_verdict(struct metrics *metrics, const struct verdict *verdict)
{
    metrics->verdicts[verdict->state][verdict->disposition]++;
}

void metrics_count_problem(struct metrics *metrics, const struct problem *problem)
{
    metrics->problems[problem->id]++;
    metrics->limits[problem->limit]++;
    if (problem->cause >= CAUSE_DNS_TIMEOUT && problem->cause <= CAUSE_DNS_NO_ADDRESS)
        metrics->lookups[problem->cause - CAUSE_DNS_TIMEOUT]++;
}

void metrics_count_check(struct metrics *metrics, uint64_t duration_ns)
{
    unsigned i = 0;

    while (i < METRICS_BOUNDS && duration_ns > bounds_ms[i] * NS_PER_MS)
        i++;
    metrics->durations[i]++;
    metrics->duration_ns += duration_ns;
}

void metrics_count_inspection(struct metrics *metrics, const struct inspection *inspection)
{
    metrics->inspections[inspection->state]++;
    for (unsigned i = 0; i < inspection->problem_count; i++)
        metrics->inspection_problems[inspection->problems[i].id]++;
}

static void put_one(struct strbuf *buf, const char *name, const char *type, const char *help,
                    uint64_t value)
{
    exposition_head(buf, name, type, help);
    strbuf_printf(buf, "%s %" PRIu64 "\n", name, value);
}

static void put_durations(struct strbuf *buf, const struct metrics *metrics)
{
    uint64_t count = 0;

    exposition_head(buf, "portlight_check_duration_seconds", "histogram",
                    "Whole checks that were answered, from request to answer.");
    for (unsigned i = 0; i < METRICS_BOUNDS; i++) {
        count += metrics->durations[i];
        strbuf_printf(buf, "portlight_check_duration_seconds_bucket{le=\"%g\"} %" PRIu64 "\n",
                      bounds_ms[i] / 1e3, count);
    }
    count += metrics->durations[METRICS_BOUNDS];
    strbuf_printf(buf,
                  "portlight_check_duration_seconds_bucket{le=\"+Inf\"} %" PRIu64 "\n"
                  "portlight_check_duration_seconds_sum %.6f\n"
                  "portlight_check_duration_seconds_count %" PRIu64 "\n",
                  count, (double)metrics->duration_ns / 1e9, count);
}

static void put_limits(struct strbuf *buf, const struct metrics *metrics)
{
    exposition_head(buf, "portlight_limits_hit_total", "counter",
                    "Requests refused, by the limit.");
    for (unsigned limit = LIMIT_NONE + 1; limit < LIMIT_COUNT; limit++)
        strbuf_printf(buf, "portlight_limits_hit_total{limit=\"%s\"} %" PRIu64 "\n",
                      limit_name((enum limit)limit), metrics->limits[limit]);
}

static void put_connections(struct strbuf *buf, const struct metrics_gauges *gauges)
{
    put_one(buf, "portlight_connections", "gauge", "Open HTTP connections.", gauges->connections);
    put_one(buf, "portlight_output_waiting_bytes", "gauge",
            "Answers that clients have yet to read.", gauges->output_waiting_len);
    exposition_head(buf, "portlight_connections_ended_total", "counter",
                    "Connections ended by the server, by the reason.");
    for (unsigned why = 0; why < CONNECTION_END_COUNT; why++)
        strbuf_printf(buf, "portlight_connections_ended_total{reason=\"%s\"} %" PRIu64 "\n",
                      connection_end_name((enum connection_end)why),
                      gauges->connections_ended[why]);
}

static void put_refused(struct strbuf *buf, const struct metrics_gauges *gauges)
{
    static const char *const names[METRICS_STOCK_COUNT] = {[METRICS_CHECKS] = "checks",
                                                           [METRICS_PACKET_LOGS] = "packet-logs",
                                                           [METRICS_LOOKUPS] = "lookups"};

    exposition_head(buf, "portlight_shares_refused_total", "counter",
                    "Refused to clients and networks that held their share, by what it is of.");
    for (unsigned stock = 0; stock < METRICS_STOCK_COUNT; stock++)
        strbuf_printf(buf, "portlight_shares_refused_total{of=\"%s\"} %" PRIu64 "\n", names[stock],
                      gauges->refused[stock]);
}

/* Outages and typing errors, told apart. */
static void put_lookups(struct strbuf *buf, const struct metrics *metrics)
{
    exposition_head(buf, "portlight_lookups_failed_total", "counter",
                    "Names that gave no address, by the code of the problem.");
    for (unsigned i = 0; i < METRICS_LOOKUP_FAILURES; i++) {
        struct problem problem;
        problem_set(&problem, CAUSE_DNS_TIMEOUT + i, NULL);
        strbuf_printf(buf, "portlight_lookups_failed_total{code=\"%s\"} %" PRIu64 "\n",
                      problem.code, metrics->lookups[i]);
    }
}

/* Written from 0 on, so that a rate sees the first one. */
static bool is_usual(enum verdict_state state, enum verdict_disposition disposition)
{
    switch (state) {
    case STATE_OPEN: return disposition == DISPOSITION_ACCEPT;
    case STATE_CLOSED: return disposition == DISPOSITION_REFUSE;
    case STATE_FILTERED:
        return disposition == DISPOSITION_DROP || disposition == DISPOSITION_REJECT ||
               disposition == DISPOSITION_UNREACHABLE;
    case STATE_UNKNOWN: return disposition == DISPOSITION_UNKNOWN;
    case STATE_COUNT: break;
    }
    return false;
}

/* As many values of the label as the file has places. */
static void put_places(struct strbuf *buf, const struct places *places)
{
    if (places == NULL || places->count == 0)
        return;
    exposition_head(buf, "portlight_place_up", "gauge", "1 if the place can be asked.");
    for (uint32_t i = 0; i < places->count; i++)
        strbuf_printf(buf, "portlight_place_up{place=\"%s\"} %d\n", places->all[i].place.name,
                      places->all[i].is_up);
    exposition_head(buf, "portlight_place_suspect", "gauge",
                    "1 if it said lately what can't be true.");
    for (uint32_t i = 0; i < places->count; i++)
        strbuf_printf(buf, "portlight_place_suspect{place=\"%s\"} %d\n", places->all[i].place.name,
                      places->all[i].is_suspect);
    exposition_head(buf, "portlight_place_answers_total", "counter",
                    "Questions to a place, by what became of them.");
    for (uint32_t i = 0; i < places->count; i++)
        for (unsigned status = PLACE_STATUS_ANSWERED; status < PLACE_STATUS_COUNT; status++)
            strbuf_printf(buf,
                          "portlight_place_answers_total{place=\"%s\",status=\"%s\"} %" PRIu64 "\n",
                          places->all[i].place.name, place_status_name((enum place_status)status),
                          places->all[i].answers[status]);
    exposition_head(buf, "portlight_place_round_trip_seconds", "gauge",
                    "The last ping to the place, by the engine and back.");
    for (uint32_t i = 0; i < places->count; i++)
        if (places->all[i].round_trip_ns != FIELD_NO_TIME)
            strbuf_printf(buf, "portlight_place_round_trip_seconds{place=\"%s\"} %.6f\n",
                          places->all[i].place.name, (double)places->all[i].round_trip_ns / 1e9);
    exposition_head(buf, "portlight_place_beacon_wrong_total", "counter",
                    "Beacons that the place found otherwise than they are.");
    for (uint32_t i = 0; i < places->count; i++)
        strbuf_printf(buf, "portlight_place_beacon_wrong_total{place=\"%s\"} %" PRIu32 "\n",
                      places->all[i].place.name, places->all[i].beacons_wrong);
    put_one(buf, "portlight_places_disagree_total", "counter",
            "Ports about which places did not agree.", places->differences);
}

static void put_engines(struct strbuf *buf, const struct metrics_gauges *gauges)
{
    if (gauges->places == NULL || gauges->places->count == 0)
        return;
    exposition_head(buf, "portlight_fleet_engine_up", "gauge",
                    "1 if portlight-fleet is connected to the engine.");
    for (size_t i = 0; i < gauges->engines->count; i++)
        strbuf_printf(buf, "portlight_fleet_engine_up{engine=\"%s\"} %" PRIu32 "\n",
                      gauges->engines->items[i], gauges->places->engines >> i & 1);
}

static void put_inspector(struct strbuf *buf, const struct metrics *metrics,
                          const struct metrics_gauges *gauges)
{
    const struct inspect_pong *inspector = gauges->inspector;

    put_one(buf, "portlight_inspector_up", "gauge", "1 if the inspector answers pings.",
            gauges->inspector_up);
    put_one(buf, "portlight_inspector_workers", "gauge", "Inspections under way.",
            inspector->workers);
    exposition_head(buf, "portlight_inspector_workers_killed_total", "counter",
                    "Inspections that were ended from outside, by what.");
    strbuf_printf(buf,
                  "portlight_inspector_workers_killed_total{by=\"deadline\"} %" PRIu64 "\n"
                  "portlight_inspector_workers_killed_total{by=\"signal\"} %" PRIu64 "\n",
                  inspector->killed_by_deadline, inspector->killed_by_signal);
    exposition_head(buf, "portlight_tls_checks_total", "counter",
                    "Services inspected, by what was found.");
    for (unsigned state = 0; state < INSPECTION_STATE_COUNT; state++)
        if (metrics->inspections[state] > 0)
            strbuf_printf(buf, "portlight_tls_checks_total{state=\"%s\"} %" PRIu64 "\n",
                          inspection_state_name(state), metrics->inspections[state]);
    exposition_head(buf, "portlight_tls_problems_total", "counter", "What was wrong with them.");
    for (unsigned id = 0; id < INSPECTION_PROBLEM_COUNT; id++)
        if (metrics->inspection_problems[id] > 0)
            strbuf_printf(buf, "portlight_tls_problems_total{code=\"%s\"} %" PRIu64 "\n",
                          inspection_problem_code(id), metrics->inspection_problems[id]);
}

static void put_shares(struct strbuf *buf, const struct sharing_state *sharing)
{
    static const struct {
        enum limit name;
        enum statement_limit limit;
    } limits[] = {{LIMIT_CLIENT, STATEMENT_VISITORS},
                  {LIMIT_CLIENT_TARGETS, STATEMENT_NEW_TARGETS},
                  {LIMIT_TARGET, STATEMENT_TARGETS}};

    exposition_head(
        buf, "portlight_limits_share", "gauge",
        "The part of the quotas that this frontend grants, together with those it hears.");
    for (unsigned i = 0; i < ARRAY_LEN(limits); i++)
        strbuf_printf(buf, "portlight_limits_share{limit=\"%s\"} %g\n", limit_name(limits[i].name),
                      sharing->shares[limits[i].limit]);
}

/* As many values of the label as fleet.frontends has. */
static void put_sharing(struct strbuf *buf, const struct sharing_state *sharing)
{
    if (sharing->count == 0)
        return;
    exposition_head(buf, "portlight_frontend_heard", "gauge",
                    "1 if this frontend and that one know what both have charged.");
    for (unsigned i = 0; i < sharing->count; i++)
        strbuf_printf(buf, "portlight_frontend_heard{frontend=\"%s\"} %d\n", sharing->names[i],
                      sharing->is_heard[i]);
    put_shares(buf, sharing);
    put_one(buf, "portlight_charges_told_total", "counter", "Charges told to the other frontends.",
            sharing->counts->told);
    put_one(buf, "portlight_charges_taken_total", "counter", "Charges taken of other frontends.",
            sharing->counts->taken);
    put_one(buf, "portlight_charges_lost_total", "counter",
            "Gaps in other frontends' charges that nobody can fill.", sharing->counts->lost);
    put_one(buf, "portlight_statements_repeated_total", "counter",
            "Statements told again, for frontends that lacked charges.", sharing->counts->again);
    put_one(buf, "portlight_statements_refused_total", "counter",
            "Statements of other frontends that made no sense.", sharing->counts->refused);
}

char *metrics_write(const struct metrics *metrics, const struct metrics_gauges *gauges)
{
    struct strbuf buf = {0};

    exposition_head(&buf, "portlight_build_info", "gauge", "1, with the version of the program.");
    strbuf_append(&buf, "portlight_build_info{version=\"" PORTLIGHT_VERSION "\"} 1\n");
    exposition_head(&buf, "portlight_verdicts_total", "counter",
                    "Ports checked, by what was found.");
    for (unsigned state = 0; state < STATE_COUNT; state++)
        for (unsigned done = 0; done < DISPOSITION_COUNT; done++)
            if (metrics->verdicts[state][done] > 0 || is_usual(state, done))
                strbuf_printf(
                    &buf, "portlight_verdicts_total{state=\"%s\",disposition=\"%s\"} %" PRIu64 "\n",
                    verdict_state_name(state), verdict_disposition_name(done),
                    metrics->verdicts[state][done]);
    exposition_head(&buf, "portlight_problems_total", "counter",
                    "Requests answered with a problem, by its type.");
    for (unsigned id = PROBLEM_NONE + 1; id < PROBLEM_COUNT; id++)
        strbuf_printf(&buf, "portlight_problems_total{type=\"%s\"} %" PRIu64 "\n",
                      problem_name((enum problem_id)id), metrics->problems[id]);
    put_limits(&buf, metrics);
    put_lookups(&buf, metrics);
    put_durations(&buf, metrics);
    put_one(&buf, "portlight_checks_shared_total", "counter",
            "Questions to the prober that somebody was asking already.", gauges->checks_shared);
    put_connections(&buf, gauges);
    put_refused(&buf, gauges);
    put_one(&buf, "portlight_prober_sessions_total", "counter", "Connections to the prober.",
            gauges->prober_sessions);
    put_one(&buf, "portlight_requests_total", "counter", "HTTP requests.", metrics->requests);
    put_one(&buf, "portlight_checks_pending", "gauge", "Checks under way.", gauges->checks_pending);
    put_one(&buf, "portlight_prober_up", "gauge", "1 if the prober answers pings.",
            gauges->prober_up);
    put_one(&buf, "portlight_dns_up", "gauge", "0 while the name servers don't answer.",
            gauges->dns_up);
    put_one(&buf, "portlight_prober_probes_in_flight", "gauge", "Ports being probed.",
            gauges->prober->probes_in_flight);
    put_one(&buf, "portlight_prober_packets_sent_total", "counter", "Packets sent.",
            gauges->prober->packets_sent);
    put_one(&buf, "portlight_prober_packets_captured_total", "counter", "Packets captured.",
            gauges->prober->packets_captured);
    put_one(&buf, "portlight_prober_packets_lost_total", "counter",
            "Packets the capture had no room for.", gauges->prober->packets_lost);
    put_places(&buf, gauges->places);
    put_sharing(&buf, &gauges->sharing);
    put_engines(&buf, gauges);
    if (gauges->inspector != NULL)
        put_inspector(&buf, metrics, gauges);
    put_one(&buf, "portlight_networks_ranges", "gauge",
            "Ranges of addresses whose network is known.", gauges->networks_ranges);
    if (gauges->networks_age_s > 0)
        put_one(&buf, "portlight_networks_age_seconds", "gauge",
                "Age of the oldest source of the data about networks.", gauges->networks_age_s);
    return strbuf_take(&buf);
}
