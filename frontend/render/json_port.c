/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/render/json_port.h"

#include <stdlib.h>

#include "common/base/compiler.h"
#include "frontend/model/hex.h"
#include "frontend/model/service.h"
#include "frontend/model/strbuf.h"
#include "frontend/packets/packet_view.h"
#include "frontend/render/advice.h"
#include "frontend/render/json_member.h"
#include "frontend/render/json_service.h"
#include "frontend/render/network_words.h"

static void add_icmp(cJSON *object, const struct verdict *verdict)
{
    cJSON *icmp;

    if (verdict->icmp_type == VERDICT_NO_ICMP) {
        json_add_null(object, "icmp");
        return;
    }
    icmp = json_add_object(object, "icmp");
    json_add_number(icmp, "type", verdict->icmp_type);
    json_add_number(icmp, "code", verdict->icmp_code);
}

static void add_time(cJSON *object, const char *key, uint64_t ns)
{
    if (ns != FIELD_NO_TIME)
        json_add_ms(object, key, ns);
    else
        json_add_null(object, key);
}

static void add_words(cJSON *object, const struct field *field, uint64_t bits)
{
    cJSON *array = json_add_array(object, field->name);

    for (unsigned bit = 0; bit < field->words->count; bit++)
        if ((bits >> bit & 1) != 0)
            cJSON_AddItemToArray(array, cJSON_CreateStringReference(words_name(field->words, bit)));
}

/* A row of verdict.def with a name. */
static void add_field(cJSON *object, const struct field *field, const struct verdict *verdict)
{
    const void *at = (const char *)verdict + field->offset;

    switch (field->kind) {
    case FIELD_ONE_OF:
        json_add_word(object, field->name, words_name(field->words, *(const unsigned *)at));
        break;
    case FIELD_SOME_OF: add_words(object, field, *(const uint64_t *)at); break;
    case FIELD_TIME: add_time(object, field->name, *(const uint64_t *)at); break;
    case FIELD_NUMBER: json_add_number_or_null(object, field->name, *(const int16_t *)at); break;
    case FIELD_ADDRESS_OR_NONE: json_add_address(object, field->name, at); break;
    case FIELD_U8: json_add_number(object, field->name, *(const uint8_t *)at); break;
    default: break; /* test_every_named_field_is_in_json */
    }
}

static void add_hop(cJSON *object, int number, const struct probe_hop *hop)
{
    json_add_number(object, "hop", number);
    json_add_address(object, "address", &hop->addr);
    add_time(object, "rtt_ms", hop->rtt_ns);
}

static void add_path(cJSON *object, const struct verdict *verdict,
                     const struct probe_details *details)
{
    static const struct probe_hop here = {.rtt_ns = VERDICT_NO_RTT};
    int last = verdict->last_hop;
    cJSON *path, *hops;

    if (last == VERDICT_UNKNOWN_HOP) {
        json_add_null(object, "path");
        return;
    }
    path = json_add_object(object, "path");
    add_hop(json_add_object(path, "last_hop"), last,
            last > 0 && last <= details->hop_count ? &details->hops[last - 1] : &here);
    json_add_number_or_null(path, "silent_from", verdict->silent_from);
    hops = json_add_array(path, "hops");
    for (int i = 0; i < details->hop_count; i++) {
        cJSON *hop = cJSON_CreateObject();
        cJSON_AddItemToArray(hops, hop);
        add_hop(hop, i + 1, &details->hops[i]);
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
            json_add_null(object, names[i]);
        return;
    }
    json_add_number(object, "source_port", tcp->sport);
    json_add_number(object, "destination_port", tcp->dport);
    json_add_text(object, "flags", view->flags);
    if (view->has_seq)
        json_add_number(object, "seq", view->seq);
    else
        json_add_null(object, "seq");
    if (view->has_ack)
        json_add_number(object, "ack", view->ack);
    else
        json_add_null(object, "ack");
    json_add_number(object, "window", tcp->window);
    options = json_add_array(object, "options");
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
        json_add_null(object, "icmp");
        json_add_null(object, "quoted");
        return;
    }
    icmp = json_add_object(object, "icmp");
    json_add_number(icmp, "type", packet->icmp.type);
    json_add_number(icmp, "code", packet->icmp.code);
    if (packet->kind != PACKET_ICMP_ERROR) {
        json_add_null(object, "quoted");
        return;
    }
    quoted = json_add_object(object, "quoted");
    json_add_address(quoted, "to", &quote->dst);
    json_add_number_or_null(quoted, "source_port", tcp ? quote->sport : -1);
    json_add_number_or_null(quoted, "destination_port", tcp ? quote->dport : -1);
    json_add_number(quoted, "ttl", quote->ttl);
    json_add_number(quoted, "tos", quote->tos);
}

/* As captured, from the IP header on, in hexadecimal digits. */
static void add_bytes(cJSON *object, const struct wire_packet *packet)
{
    char text[2 * WIRE_PACKET_BYTES_LEN + 1];

    hex_write(packet->bytes, packet->len, text);
    json_add_text(object, "bytes", text);
}

static void add_packet(cJSON *object, const struct packet_view *view, uint64_t start_ns)
{
    const struct packet *packet = &view->packet;
    bool ipv4 = packet->src.family == ADDR_IPV4;

    json_add_word(object, "direction", packet->outgoing ? "sent" : "received");
    json_add_ms(object, "time_ms", packet->time_ns - start_ns);
    json_add_time(object, "time", packet->time_ns, 9);
    json_add_word(object, "kind", view->kind);
    json_add_address(object, "from", &packet->src);
    json_add_address(object, "to", &packet->dst);
    json_add_number(object, "ttl", packet->ttl);
    json_add_number(object, "tos", packet->tos);
    json_add_number_or_null(object, "ip_id", ipv4 ? packet->ip_id : -1);
    json_add_number_or_null(object, "flow_label", ipv4 ? -1 : (int)packet->flow_label);
    add_tcp(object, view);
    add_quote(object, packet);
}

static void add_packets(cJSON *object, const struct probe_details *details, bool wanted)
{
    struct packet_view view;
    cJSON *packets;

    if (!wanted) {
        json_add_null(object, "packets");
        return;
    }
    packets = json_add_array(object, "packets");
    for (unsigned i = 0; i < details->packet_count; i++) {
        cJSON *packet;
        if (!packet_view_at(details, i, &view))
            continue;
        packet = cJSON_CreateObject();
        cJSON_AddItemToArray(packets, packet);
        add_packet(packet, &view, details->packets[0].time_ns);
        add_bytes(packet, &details->packets[i]);
    }
}

/* What the verdict suggests, and what the network does, in one text. */
static void add_advice(cJSON *object, const struct result_target *target,
                       const struct verdict *verdict)
{
    const char *of_network[NETWORK_ADVICE_MAX], *next = advice_next_step(verdict);
    unsigned count = network_words_advice(&target->network, verdict, of_network);
    struct strbuf buf = {0};
    char *text;

    if (next != NULL)
        strbuf_append(&buf, next);
    for (unsigned i = 0; i < count; i++)
        strbuf_printf(&buf, "%s%s", buf.len > 0 ? " " : "", of_network[i]);
    text = buf.len > 0 ? strbuf_take(&buf) : NULL;
    json_add_text(object, "advice", text);
    free(text);
}

void json_add_port(cJSON *object, const struct result_target *target, unsigned index)
{
    const struct verdict *verdict = &target->verdicts[index];
    const struct probe_details *details = &target->trails[index];
    const struct service *service = service_by_port(verdict->port);
    char summary[ADVICE_TEXT_LEN];

    json_add_number(object, "port", verdict->port);
    json_add_word(object, "service", service != NULL ? service->name : NULL);
    for (size_t i = 0; i < verdict_field_count; i++)
        if (verdict_fields[i].name != NULL)
            add_field(object, &verdict_fields[i], verdict);
    add_icmp(object, verdict);
    add_path(object, verdict, details);
    add_packets(object, details, target->shows_packets);
    advice_summary(ENGLISH, verdict, &target->addr, summary);
    json_add_text(object, "summary", summary);
    add_advice(object, target, verdict);
}

void json_add_target(cJSON *object, const struct addr *addr)
{
    json_add_address(object, "address", addr);
    json_add_word(object, "family", addr_family_name((enum addr_family)addr->family));
}

void json_add_ports(cJSON *object, const struct result_target *target)
{
    cJSON *ports = json_add_array(object, "ports");

    for (unsigned i = 0; i < target->port_count; i++) {
        cJSON *port = cJSON_CreateObject();
        cJSON_AddItemToArray(ports, port);
        json_add_port(port, target, i);
        json_add_service_answer(port, target, i);
    }
}

void json_add_targets(cJSON *object, const struct result_target *targets, unsigned count)
{
    cJSON *addresses = json_add_array(object, "addresses");

    for (unsigned i = 0; i < count; i++) {
        cJSON *address = cJSON_CreateObject();
        cJSON_AddItemToArray(addresses, address);
        json_add_target(address, &targets[i].addr);
        json_add_ports(address, &targets[i]);
    }
}

void json_add_service_answer(cJSON *object, const struct result_target *target, unsigned index)
{
    const struct inspection_subject subject = {target->services[index], &target->addr, ""};

    if (!target->shows_services)
        return;
    if (subject.inspection != NULL)
        json_add_service(object, "service_answer", &subject);
    else
        json_add_null(object, "service_answer");
}
