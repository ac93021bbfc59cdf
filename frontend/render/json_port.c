/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/render/json_port.h"

#include <stdlib.h>

#include "common/base/compiler.h"
#include "common/base/hex.h"
#include "frontend/model/service.h"
#include "frontend/model/strbuf.h"
#include "frontend/packets/packet_view.h"
#include "frontend/render/advice.h"
#include "frontend/render/json_member.h"
#include "frontend/render/json_service.h"
#include "frontend/render/network_words.h"

static void add_icmp(struct json *json, const struct verdict *verdict)
{
    if (verdict->icmp_type == VERDICT_NO_ICMP) {
        json_add_null(json, "icmp");
        return;
    }
    json_open_object(json, "icmp");
    json_add_number(json, "type", verdict->icmp_type);
    json_add_number(json, "code", verdict->icmp_code);
    json_close_object(json);
}

static void add_time(struct json *json, const char *key, uint64_t ns)
{
    if (ns != FIELD_NO_TIME)
        json_add_ms(json, key, ns);
    else
        json_add_null(json, key);
}

static void add_words(struct json *json, const struct field *field, uint64_t bits)
{
    json_open_array(json, field->name);
    for (; bits != 0; bits &= bits - 1) {
        unsigned bit = (unsigned)__builtin_ctzll(bits);
        if (bit < field->words->count)
            json_add_word(json, NULL, words_name(field->words, bit));
    }
    json_close_array(json);
}

/* Adds a named row of verdict.def. */
static void add_field(struct json *json, const struct field *field, const struct verdict *verdict)
{
    const void *at = (const char *)verdict + field->offset;

    switch (field->kind) {
    case FIELD_ONE_OF:
        json_add_word(json, field->name, words_name(field->words, *(const unsigned *)at));
        break;
    case FIELD_SOME_OF: add_words(json, field, *(const uint64_t *)at); break;
    case FIELD_TIME: add_time(json, field->name, *(const uint64_t *)at); break;
    case FIELD_NUMBER: json_add_number_or_null(json, field->name, *(const int16_t *)at); break;
    case FIELD_ADDRESS_OR_NONE: json_add_address(json, field->name, at); break;
    case FIELD_U8: json_add_number(json, field->name, *(const uint8_t *)at); break;
    default: break; /* can't happen: test_every_named_field_is_in_json */
    }
}

static void add_hop(struct json *json, const char *key, int number, const struct probe_hop *hop)
{
    json_open_object(json, key);
    json_add_number(json, "hop", number);
    json_add_address(json, "address", &hop->addr);
    add_time(json, "rtt_ms", hop->rtt_ns);
    json_close_object(json);
}

static void add_path(struct json *json, const struct verdict *verdict,
                     const struct probe_details *details)
{
    static const struct probe_hop here = {.rtt_ns = VERDICT_NO_RTT};
    int last = verdict->last_hop;

    if (last == VERDICT_UNKNOWN_HOP) {
        json_add_null(json, "path");
        return;
    }
    json_open_object(json, "path");
    add_hop(json, "last_hop", last,
            last > 0 && last <= details->hop_count ? &details->hops[last - 1] : &here);
    json_add_number_or_null(json, "silent_from", verdict->silent_from);
    json_open_array(json, "hops");
    for (int i = 0; i < details->hop_count; i++)
        add_hop(json, NULL, i + 1, &details->hops[i]);
    json_close_array(json);
    json_close_object(json);
}

static void add_tcp(struct json *json, const struct packet_view *view)
{
    const struct packet_tcp *tcp = &view->packet.tcp;
    char text[PACKET_VIEW_OPTION_LEN];

    if (view->packet.kind != PACKET_TCP) {
        static const char *const names[] = {"source_port", "destination_port", "flags",  "seq",
                                            "ack",         "window",           "options"};
        for (size_t i = 0; i < ARRAY_LEN(names); i++)
            json_add_null(json, names[i]);
        return;
    }
    json_add_number(json, "source_port", tcp->sport);
    json_add_number(json, "destination_port", tcp->dport);
    json_add_text(json, "flags", view->flags);
    if (view->has_seq)
        json_add_number(json, "seq", view->seq);
    else
        json_add_null(json, "seq");
    if (view->has_ack)
        json_add_number(json, "ack", view->ack);
    else
        json_add_null(json, "ack");
    json_add_number(json, "window", tcp->window);
    json_open_array(json, "options");
    for (unsigned i = 0; i < tcp->option_count; i++) {
        packet_view_option(&view->packet, i, text);
        json_add_text(json, NULL, text);
    }
    json_close_array(json);
}

static void add_quote(struct json *json, const struct packet *packet)
{
    const struct packet_quote *quote = &packet->quote;
    bool tcp = quote->kind == PACKET_TCP;

    if (packet->kind == PACKET_TCP) {
        json_add_null(json, "icmp");
        json_add_null(json, "quoted");
        return;
    }
    json_open_object(json, "icmp");
    json_add_number(json, "type", packet->icmp.type);
    json_add_number(json, "code", packet->icmp.code);
    json_close_object(json);
    if (packet->kind != PACKET_ICMP_ERROR) {
        json_add_null(json, "quoted");
        return;
    }
    json_open_object(json, "quoted");
    json_add_address(json, "to", &quote->dst);
    json_add_number_or_null(json, "source_port", tcp ? quote->sport : -1);
    json_add_number_or_null(json, "destination_port", tcp ? quote->dport : -1);
    json_add_number(json, "ttl", quote->ttl);
    json_add_number(json, "tos", quote->tos);
    json_close_object(json);
}

/* Adds the captured bytes, from the IP header on, in hexadecimal. */
static void add_bytes(struct json *json, const struct wire_packet *packet)
{
    char text[2 * WIRE_PACKET_BYTES_LEN + 1];

    hex_write(packet->bytes, packet->len, text);
    json_add_text(json, "bytes", text);
}

static void add_packet(struct json *json, const struct packet_view *view, uint64_t start_ns)
{
    const struct packet *packet = &view->packet;
    bool ipv4 = packet->src.family == ADDR_IPV4;

    json_add_text(json, "direction", packet->outgoing ? "sent" : "received");
    json_add_ms(json, "time_ms", packet->time_ns - start_ns);
    json_add_time(json, "time", packet->time_ns, 9);
    json_add_text(json, "kind", view->kind);
    json_add_address(json, "from", &packet->src);
    json_add_address(json, "to", &packet->dst);
    json_add_number(json, "ttl", packet->ttl);
    json_add_number(json, "tos", packet->tos);
    json_add_number_or_null(json, "ip_id", ipv4 ? packet->ip_id : -1);
    json_add_number_or_null(json, "flow_label", ipv4 ? -1 : (int)packet->flow_label);
    add_tcp(json, view);
    add_quote(json, packet);
}

/* The first packet's time; they are in the order of capture. */
static uint64_t earliest_ns(const struct probe_details *details)
{
    uint64_t earliest = UINT64_MAX;

    for (unsigned i = 0; i < details->packet_count; i++)
        if (details->packets[i].time_ns < earliest)
            earliest = details->packets[i].time_ns;
    return earliest;
}

static void add_packets(struct json *json, const struct probe_details *details, bool wanted)
{
    uint64_t start_ns = earliest_ns(details);
    struct packet_view view;

    if (!wanted) {
        json_add_null(json, "packets");
        return;
    }
    json_open_array(json, "packets");
    for (unsigned i = 0; i < details->packet_count; i++) {
        if (!packet_view_at(details, i, &view))
            continue;
        json_open_object(json, NULL);
        add_packet(json, &view, start_ns);
        add_bytes(json, &details->packets[i]);
        json_close_object(json);
    }
    json_close_array(json);
}

/* Adds the advice of the verdict and of the network, as one text. */
static void add_advice(struct json *json, const struct result_target *target,
                       const struct verdict *verdict)
{
    bool is_all = network_words_is_all(&target->network, verdict);
    const char *of_network[NETWORK_ADVICE_MAX];
    const char *next = is_all ? NULL : advice_next_step(verdict);
    unsigned count = network_words_advice(&target->network, verdict, of_network);
    struct strbuf buf = {0};
    char *text;

    if (next != NULL)
        strbuf_append(&buf, next);
    for (unsigned i = 0; i < count; i++)
        strbuf_printf(&buf, "%s%s", buf.len > 0 ? " " : "", of_network[i]);
    text = buf.len > 0 ? strbuf_take(&buf) : NULL;
    json_add_text(json, "advice", text);
    free(text);
}

void json_add_port(struct json *json, const struct result_target *target, unsigned index)
{
    const struct verdict *verdict = &target->verdicts[index];
    const struct probe_details *details = &target->trails[index];
    const struct service *service = service_by_port(verdict->port);
    char summary[ADVICE_TEXT_LEN];

    json_add_number(json, "port", verdict->port);
    json_add_text(json, "service", service != NULL ? service->name : NULL);
    for (size_t i = 0; i < verdict_field_count; i++)
        if (verdict_fields[i].name != NULL)
            add_field(json, &verdict_fields[i], verdict);
    add_icmp(json, verdict);
    add_path(json, verdict, details);
    add_packets(json, details, target->shows_packets);
    advice_summary(ENGLISH, verdict, &target->addr, summary);
    json_add_text(json, "summary", summary);
    add_advice(json, target, verdict);
}

void json_add_target(struct json *json, const struct addr *addr)
{
    json_add_address(json, "address", addr);
    json_add_text(json, "family", addr_family_name((enum addr_family)addr->family));
}

void json_add_ports(struct json *json, const struct result_target *target)
{
    json_open_array(json, "ports");
    for (unsigned i = 0; i < target->port_count; i++) {
        json_open_object(json, NULL);
        json_add_port(json, target, i);
        json_add_service_answer(json, target, i);
        json_close_object(json);
    }
    json_close_array(json);
}

void json_add_targets(struct json *json, const struct result_target *targets, unsigned count)
{
    json_open_array(json, "addresses");
    for (unsigned i = 0; i < count; i++) {
        json_open_object(json, NULL);
        json_add_target(json, &targets[i].addr);
        json_add_ports(json, &targets[i]);
        json_close_object(json);
    }
    json_close_array(json);
}

void json_add_service_answer(struct json *json, const struct result_target *target, unsigned index)
{
    const struct inspection_subject subject = {target->services[index], &target->addr, ""};

    if (!target->shows_services)
        return;
    if (subject.inspection != NULL)
        json_add_service(json, "service_answer", &subject);
    else
        json_add_null(json, "service_answer");
}
