/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/handlers/metrics_handler.h"

#include "common/base/clock.h"
#include "frontend/handlers/reply.h"
#include "frontend/prometheus/exposition.h"

void handle_metrics(const struct request_context *visit)
{
    const struct connections *connections = server_connections(visit->router->server);
    const struct network_table *networks = visit->router->checks.networks;
    uint64_t oldest_s = table_file_oldest_s(networks), now_s = clock_wall_ns() / NS_PER_S;
    struct metrics_gauges gauges = {
        .networks_age_s = oldest_s > 0 && now_s > oldest_s ? now_s - oldest_s : 0,
        .networks_ranges = networks->ipv4_count + networks->ipv6_count,
        .dns_up = resolver_is_up(visit->router->checks.resolver),
        .prober_up = prober_link_is_ready(visit->router->checks.prober),
        .prober_sessions = prober_link_sessions(visit->router->checks.prober),
        .connections = connections_count(connections),
        .connections_ended = connections_ended(connections),
        .refused = {[METRICS_CHECKS] = conn_count_refused(visit->router->checks.active_checks),
                    [METRICS_PACKET_LOGS] = conn_count_refused(visit->router->checks.packet_logs),
                    [METRICS_LOOKUPS] = conn_count_refused(visit->router->lookups)},
        .output_waiting_len = connections_waiting_len(connections),
        .checks_shared = coalesce_shared(visit->router->checks.coalesce),
        .checks_pending = visit->router->checks.pending,
        .prober = prober_link_counters(visit->router->checks.prober),
        .places = visit->router->checks.places,
        .engines = &visit->router->config->fleet.engines,
    };

    places_look(visit->router->checks.places);
    sharing_look(visit->router->sharing, &gauges.sharing);
    if (visit->router->inspector != NULL) {
        gauges.inspector_up = inspector_link_is_ready(visit->router->inspector);
        gauges.inspector = inspector_link_counters(visit->router->inspector);
    }
    reply_text(visit, 200, EXPOSITION_TYPE, metrics_write(&visit->router->metrics, &gauges));
}
