/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/api_json_port.h"

#include <stdio.h>
#include <time.h>

#include "common/clock.h"
#include "common/compiler.h"
#include "frontend/advice.h"
#include "frontend/packet_view.h"
#include "frontend/service.h"

void api_json_add_text(cJSON *object, const char *key, const char *text)
{
    if (text != NULL)
        cJSON_AddStringToObject(object, key, text);
    else
        cJSON_AddNullToObject(object, key);
}

static void add_number_or_null(cJSON *object, const char *key, int number)
{
    if (number >= 0)
        cJSON_AddNumberToObject(object, key, number);
    else
        cJSON_AddNullToObject(object, key);
}

double api_json_ms(uint64_t ns)
{
    uint64_t us = (ns + 500) / 1000;

    return (double)us / 1e3;
}

void api_json_add_address(cJSON *object, const char *key, const struct addr *addr)
{
    char text[ADDR_TEXT_LEN];

    addr_format(addr, text);
    api_json_add_text(object, key, addr->family != ADDR_NONE ? text : NULL);
}

void api_json_add_time(cJSON *object, const char *key, uint64_t wall_ns, unsigned digits)
{
    time_t seconds = (time_t)(wall_ns / NS_PER_S);
    char text[48], date[24], fraction[16];
    struct tm utc;

    gmtime_r(&seconds, &utc);
    strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &utc);
    snprintf(fraction, sizeof(fraction), "%09u", (unsigned)(wall_ns % NS_PER_S));
    snprintf(text, sizeof(text), "%s.%.*sZ", date, (int)digits, fraction);
    cJSON_AddStringToObject(object, key, text);
}

static void add_icmp(cJSON *object, const struct verdict *verdict)
{
    cJSON *icmp;

    if (verdict->icmp_type == VERDICT_NO_ICMP) {
        cJSON_AddNullToObject(object, "icmp");
        return;
    }
    icmp = cJSON_AddObjectToObject(object, "icmp");
    cJSON_AddNumberToObject(icmp, "type", verdict->icmp_type);
    cJSON_AddNumberToObject(icmp, "code", verdict->icmp_code);
}

static void add_rtt(cJSON *object, uint64_t rtt_ns)
{
    if (rtt_ns != VERDICT_NO_RTT)
        cJSON_AddNumberToObject(object, "rtt_ms", api_json_ms(rtt_ns));
    else
        cJSON_AddNullToObject(object, "rtt_ms");
}

static void add_hop(cJSON *object, int number, const struct trail_hop *hop)
{
    cJSON_AddNumberToObject(object, "hop", number);
    api_json_add_address(object, "address", &hop->addr);
    add_rtt(object, hop->rtt_ns);
}

static void add_path(cJSON *object, const struct verdict *verdict, const struct trail *trail)
{
    static const struct trail_hop here = {.rtt_ns = VERDICT_NO_RTT};
    int last = verdict->last_hop;
    cJSON *path, *hops;

    if (last == VERDICT_UNKNOWN_HOP) {
        cJSON_AddNullToObject(object, "path");
        return;
    }
    path = cJSON_AddObjectToObject(object, "path");
    add_hop(cJSON_AddObjectToObject(path, "last_hop"), last,
            last > 0 && last <= trail->hop_count ? &trail->hops[last - 1] : &here);
    add_number_or_null(path, "silent_from", verdict->silent_from);
    hops = cJSON_AddArrayToObject(path, "hops");
    for (int i = 0; i < trail->hop_count; i++) {
        cJSON *hop = cJSON_CreateObject();
        cJSON_AddItemToArray(hops, hop);
        add_hop(hop, i + 1, &trail->hops[i]);
    }
}

static void add_tcp(cJSON *object, const struct packet_view *view)
{
    const struct packet_tcp *tcp = &view->packet.tcp;
    char text[PACKET_VIEW_OPTION_LEN];
    cJSON *options;

    if (view->packet.kind != PACKET_TCP) {
        static const char *const names[] = {"source_port", "destination_port", "flags",  "seq",
                                            "ack",         "window",           "options"};
        for (size_t i = 0; i < ARRAY_LEN(names); i++)
            cJSON_AddNullToObject(object, names[i]);
        return;
    }
    cJSON_AddNumberToObject(object, "source_port", tcp->sport);
    cJSON_AddNumberToObject(object, "destination_port", tcp->dport);
    cJSON_AddStringToObject(object, "flags", view->flags);
    if (view->has_seq)
        cJSON_AddNumberToObject(object, "seq", view->seq);
    else
        cJSON_AddNullToObject(object, "seq");
    if (view->has_ack)
        cJSON_AddNumberToObject(object, "ack", view->ack);
    else
        cJSON_AddNullToObject(object, "ack");
    cJSON_AddNumberToObject(object, "window", tcp->window);
    options = cJSON_AddArrayToObject(object, "options");
    for (unsigned i = 0; i < tcp->option_count; i++) {
        packet_view_option(&view->packet, i, text);
        cJSON_AddItemToArray(options, cJSON_CreateString(text));
    }
}

static void add_quote(cJSON *object, const struct packet *packet)
{
    const struct packet_quote *quote = &packet->quote;
    bool tcp = quote->kind == PACKET_TCP;
    cJSON *icmp, *quoted;

    if (packet->kind == PACKET_TCP) {
        cJSON_AddNullToObject(object, "icmp");
        cJSON_AddNullToObject(object, "quoted");
        return;
    }
    icmp = cJSON_AddObjectToObject(object, "icmp");
    cJSON_AddNumberToObject(icmp, "type", packet->icmp.type);
    cJSON_AddNumberToObject(icmp, "code", packet->icmp.code);
    if (packet->kind != PACKET_ICMP_ERROR) {
        cJSON_AddNullToObject(object, "quoted");
        return;
    }
    quoted = cJSON_AddObjectToObject(object, "quoted");
    api_json_add_address(quoted, "to", &quote->dst);
    add_number_or_null(quoted, "source_port", tcp ? quote->sport : -1);
    add_number_or_null(quoted, "destination_port", tcp ? quote->dport : -1);
    cJSON_AddNumberToObject(quoted, "ttl", quote->ttl);
    cJSON_AddNumberToObject(quoted, "tos", quote->tos);
}

/* As captured, from the IP header on, in hexadecimal digits. */
static void add_bytes(cJSON *object, const struct wire_packet *packet)
{
    static const char digits[] = "0123456789abcdef";
    char text[2 * WIRE_PACKET_BYTES_LEN + 1];
    size_t n = 0;

    for (unsigned i = 0; i < packet->len; i++) {
        text[n++] = digits[packet->bytes[i] >> 4];
        text[n++] = digits[packet->bytes[i] & 15];
    }
    text[n] = '\0';
    cJSON_AddStringToObject(object, "bytes", text);
}

static void add_packet(cJSON *object, const struct packet_view *view, uint64_t start_ns)
{
    const struct packet *packet = &view->packet;
    bool ipv4 = packet->src.family == ADDR_IPV4;

    cJSON_AddStringToObject(object, "direction", packet->outgoing ? "sent" : "received");
    cJSON_AddNumberToObject(object, "time_ms", api_json_ms(packet->time_ns - start_ns));
    api_json_add_time(object, "time", packet->time_ns, 9);
    cJSON_AddStringToObject(object, "kind", view->kind);
    api_json_add_address(object, "from", &packet->src);
    api_json_add_address(object, "to", &packet->dst);
    cJSON_AddNumberToObject(object, "ttl", packet->ttl);
    cJSON_AddNumberToObject(object, "tos", packet->tos);
    add_number_or_null(object, "ip_id", ipv4 ? packet->ip_id : -1);
    add_number_or_null(object, "flow_label", ipv4 ? -1 : (int)packet->flow_label);
    add_tcp(object, view);
    add_quote(object, packet);
}

static void add_packets(cJSON *object, const struct trail *trail, bool wanted)
{
    struct packet_view view;
    cJSON *packets;

    if (!wanted) {
        cJSON_AddNullToObject(object, "packets");
        return;
    }
    packets = cJSON_AddArrayToObject(object, "packets");
    for (unsigned i = 0; i < trail->packet_count; i++) {
        cJSON *packet;
        if (!packet_view_at(trail, i, &view))
            continue;
        packet = cJSON_CreateObject();
        cJSON_AddItemToArray(packets, packet);
        add_packet(packet, &view, trail->packets[0].time_ns);
        add_bytes(packet, &trail->packets[i]);
    }
}

void api_json_add_port(cJSON *object, const struct result_target *target, unsigned index)
{
    const struct verdict *verdict = &target->verdicts[index];
    const struct trail *trail = &target->trails[index];
    const struct service *service = service_by_port(verdict->port);
    char summary[ADVICE_TEXT_LEN];
    cJSON *evidence;

    cJSON_AddNumberToObject(object, "port", verdict->port);
    api_json_add_text(object, "service", service != NULL ? service->name : NULL);
    cJSON_AddStringToObject(object, "state", verdict_state_name(verdict->state));
    cJSON_AddStringToObject(object, "reason", verdict_reason_name(verdict->reason));
    cJSON_AddStringToObject(object, "disposition", verdict_disposition_name(verdict->disposition));
    cJSON_AddStringToObject(object, "actor", verdict_actor_name(verdict->actor));
    cJSON_AddStringToObject(object, "confidence", verdict_confidence_name(verdict->confidence));
    evidence = cJSON_AddArrayToObject(object, "evidence");
    for (unsigned bit = 0; bit < EVIDENCE_COUNT; bit++)
        if ((verdict->evidence >> bit & 1) != 0)
            cJSON_AddItemToArray(evidence, cJSON_CreateString(verdict_evidence_name(bit)));
    add_rtt(object, verdict->rtt_ns);
    cJSON_AddNumberToObject(object, "sent", verdict->sent);
    api_json_add_address(object, "responder", &verdict->responder);
    add_number_or_null(object, "ttl", verdict->ttl);
    add_number_or_null(object, "hops", verdict->hops);
    add_number_or_null(object, "actor_hop", verdict->actor_hop);
    add_icmp(object, verdict);
    add_path(object, verdict, trail);
    add_packets(object, trail, target->shows_packets);
    advice_summary(ENGLISH, verdict, &target->addr, summary);
    cJSON_AddStringToObject(object, "summary", summary);
    api_json_add_text(object, "advice", advice_next_step(verdict));
}
