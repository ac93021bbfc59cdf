/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/http/metrics.h"

#include <inttypes.h>

#include "frontend/strbuf.h"

void metrics_count_verdict(struct metrics *metrics, const struct verdict *verdict)
{
    metrics->verdicts[verdict->state][verdict->disposition]++;
}

static void put_head(struct strbuf *buf, const char *name, const char *type, const char *help)
{
    strbuf_printf(buf, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void put_one(struct strbuf *buf, const char *name, const char *type, const char *help,
                    uint64_t value)
{
    put_head(buf, name, type, help);
    strbuf_printf(buf, "%s %" PRIu64 "\n", name, value);
}

char *metrics_write(const struct metrics *metrics, const struct metrics_gauges *gauges)
{
    struct strbuf buf = {0};

    put_head(&buf, "portlight_verdicts_total", "counter", "Ports checked, by what was found.");
    for (unsigned state = 0; state < STATE_COUNT; state++)
        for (unsigned done = 0; done < DISPOSITION_COUNT; done++)
            if (metrics->verdicts[state][done] > 0)
                strbuf_printf(
                    &buf, "portlight_verdicts_total{state=\"%s\",disposition=\"%s\"} %" PRIu64 "\n",
                    verdict_state_name(state), verdict_disposition_name(done),
                    metrics->verdicts[state][done]);
    put_head(&buf, "portlight_problems_total", "counter",
             "Requests answered with a problem, by its type.");
    for (unsigned id = PROBLEM_NONE + 1; id < PROBLEM_COUNT; id++)
        strbuf_printf(&buf, "portlight_problems_total{type=\"%s\"} %" PRIu64 "\n",
                      problem_name((enum problem_id)id), metrics->problems[id]);
    put_one(&buf, "portlight_requests_total", "counter", "HTTP requests.", metrics->requests);
    put_one(&buf, "portlight_checks_pending", "gauge", "Checks under way.", gauges->checks_pending);
    put_one(&buf, "portlight_prober_up", "gauge", "1 if the prober answers pings.",
            gauges->prober_up);
    put_one(&buf, "portlight_prober_probes_in_flight", "gauge", "Ports being probed.",
            gauges->prober->probes_in_flight);
    put_one(&buf, "portlight_prober_packets_sent_total", "counter", "Packets sent.",
            gauges->prober->packets_sent);
    put_one(&buf, "portlight_prober_packets_captured_total", "counter", "Packets captured.",
            gauges->prober->packets_captured);
    put_one(&buf, "portlight_prober_packets_lost_total", "counter",
            "Packets the capture had no room for.", gauges->prober->packets_lost);
    return strbuf_take(&buf);
}
