/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/render/json_port.h"

#include "common/base/compiler.h"
#include "frontend/render/advice.h"
#include "frontend/render/json_member.h"
#include "frontend/render/packet_view.h"
#include "frontend/model/service.h"

static void add_icmp(cJSON *object, const struct verdict *verdict)
{
    cJSON *icmp;

    if (verdict->icmp_type == VERDICT_NO_ICMP) {
        api_json_add_null(object, "icmp");
        return;
    }
    icmp = api_json_add_object(object, "icmp");
    api_json_add_number(icmp, "type", verdict->icmp_type);
    api_json_add_number(icmp, "code", verdict->icmp_code);
}

static void add_rtt(cJSON *object, uint64_t rtt_ns)
{
    if (rtt_ns != VERDICT_NO_RTT)
        api_json_add_ms(object, "rtt_ms", rtt_ns);
    else
        api_json_add_null(object, "rtt_ms");
}

static void add_hop(cJSON *object, int number, const struct trail_hop *hop)
{
    api_json_add_number(object, "hop", number);
    api_json_add_address(object, "address", &hop->addr);
    add_rtt(object, hop->rtt_ns);
}

static void add_path(cJSON *object, const struct verdict *verdict, const struct trail *trail)
{
    static const struct trail_hop here = {.rtt_ns = VERDICT_NO_RTT};
    int last = verdict->last_hop;
    cJSON *path, *hops;

    if (last == VERDICT_UNKNOWN_HOP) {
        api_json_add_null(object, "path");
        return;
    }
    path = api_json_add_object(object, "path");
    add_hop(api_json_add_object(path, "last_hop"), last,
            last > 0 && last <= trail->hop_count ? &trail->hops[last - 1] : &here);
    api_json_add_number_or_null(path, "silent_from", verdict->silent_from);
    hops = api_json_add_array(path, "hops");
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
            api_json_add_null(object, names[i]);
        return;
    }
    api_json_add_number(object, "source_port", tcp->sport);
    api_json_add_number(object, "destination_port", tcp->dport);
    api_json_add_text(object, "flags", view->flags);
    if (view->has_seq)
        api_json_add_number(object, "seq", view->seq);
    else
        api_json_add_null(object, "seq");
    if (view->has_ack)
        api_json_add_number(object, "ack", view->ack);
    else
        api_json_add_null(object, "ack");
    api_json_add_number(object, "window", tcp->window);
    options = api_json_add_array(object, "options");
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
        api_json_add_null(object, "icmp");
        api_json_add_null(object, "quoted");
        return;
    }
    icmp = api_json_add_object(object, "icmp");
    api_json_add_number(icmp, "type", packet->icmp.type);
    api_json_add_number(icmp, "code", packet->icmp.code);
    if (packet->kind != PACKET_ICMP_ERROR) {
        api_json_add_null(object, "quoted");
        return;
    }
    quoted = api_json_add_object(object, "quoted");
    api_json_add_address(quoted, "to", &quote->dst);
    api_json_add_number_or_null(quoted, "source_port", tcp ? quote->sport : -1);
    api_json_add_number_or_null(quoted, "destination_port", tcp ? quote->dport : -1);
    api_json_add_number(quoted, "ttl", quote->ttl);
    api_json_add_number(quoted, "tos", quote->tos);
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
    api_json_add_text(object, "bytes", text);
}

static void add_packet(cJSON *object, const struct packet_view *view, uint64_t start_ns)
{
    const struct packet *packet = &view->packet;
    bool ipv4 = packet->src.family == ADDR_IPV4;

    api_json_add_word(object, "direction", packet->outgoing ? "sent" : "received");
    api_json_add_ms(object, "time_ms", packet->time_ns - start_ns);
    api_json_add_time(object, "time", packet->time_ns, 9);
    api_json_add_word(object, "kind", view->kind);
    api_json_add_address(object, "from", &packet->src);
    api_json_add_address(object, "to", &packet->dst);
    api_json_add_number(object, "ttl", packet->ttl);
    api_json_add_number(object, "tos", packet->tos);
    api_json_add_number_or_null(object, "ip_id", ipv4 ? packet->ip_id : -1);
    api_json_add_number_or_null(object, "flow_label", ipv4 ? -1 : (int)packet->flow_label);
    add_tcp(object, view);
    add_quote(object, packet);
}

static void add_packets(cJSON *object, const struct trail *trail, bool wanted)
{
    struct packet_view view;
    cJSON *packets;

    if (!wanted) {
        api_json_add_null(object, "packets");
        return;
    }
    packets = api_json_add_array(object, "packets");
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

    api_json_add_number(object, "port", verdict->port);
    api_json_add_word(object, "service", service != NULL ? service->name : NULL);
    api_json_add_word(object, "state", verdict_state_name(verdict->state));
    api_json_add_word(object, "reason", verdict_reason_name(verdict->reason));
    api_json_add_word(object, "disposition", verdict_disposition_name(verdict->disposition));
    api_json_add_word(object, "actor", verdict_actor_name(verdict->actor));
    api_json_add_word(object, "confidence", verdict_confidence_name(verdict->confidence));
    evidence = api_json_add_array(object, "evidence");
    for (unsigned bit = 0; bit < EVIDENCE_COUNT; bit++)
        if ((verdict->evidence >> bit & 1) != 0)
            cJSON_AddItemToArray(evidence, cJSON_CreateStringReference(verdict_evidence_name(bit)));
    add_rtt(object, verdict->rtt_ns);
    api_json_add_number(object, "sent", verdict->sent);
    api_json_add_address(object, "responder", &verdict->responder);
    api_json_add_number_or_null(object, "ttl", verdict->ttl);
    api_json_add_number_or_null(object, "hops", verdict->hops);
    api_json_add_number_or_null(object, "actor_hop", verdict->actor_hop);
    add_icmp(object, verdict);
    add_path(object, verdict, trail);
    add_packets(object, trail, target->shows_packets);
    advice_summary(ENGLISH, verdict, &target->addr, summary);
    api_json_add_text(object, "summary", summary);
    api_json_add_word(object, "advice", advice_next_step(verdict));
}
