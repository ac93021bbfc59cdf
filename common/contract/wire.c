/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/contract/wire.h"

#include <string.h>

#include "common/base/cursor.h"

enum {
    ADDR_LEN = 1 + ADDR_BYTES_LEN,
    VERDICT_LEN = 2 + 5 + 8 + 8 + 1 + ADDR_LEN + 7 * 2,
    RESULT_LAST = 0x01,
    CHECK_TRACE = 0x01,
    CHECK_PACKETS = 0x02,
    PACKET_OUTGOING = 0x01,
    PACKET_MIN_LEN = 20, /* an IPv4 header */
};

struct shape {
    uint8_t type;
    uint8_t len;
    enum wire_side sender;
    bool greeted; /* only after HELLO; otherwise only before */
};

static const struct shape shapes[] = {
    {WIRE_HELLO, 1 + 4 + 2, WIRE_CLIENT, false},
    {WIRE_PING, 1 + 8, WIRE_CLIENT, true},
    {WIRE_CHECK, 1 + 4 + ADDR_LEN + 1 + 2 * POLICY_PORTS_MAX + 2 + 1, WIRE_CLIENT, true},
    {WIRE_CANCEL, 1 + 4, WIRE_CLIENT, true},
    {WIRE_WELCOME, 1 + 4 + 2 + 1 + 2 + 2, WIRE_PROBER, false},
    {WIRE_PONG, 1 + 4 * 8 + 4, WIRE_PROBER, true},
    {WIRE_REFUSED, 1 + 4 + 1 + 1 + 4, WIRE_PROBER, true},
    {WIRE_RESULT, 1 + 4 + 1 + VERDICT_LEN, WIRE_PROBER, true},
    {WIRE_HOP, 1 + 4 + 2 + 1 + ADDR_LEN + 8, WIRE_PROBER, true},
    {WIRE_PACKET, 1 + 4 + 2 + 8 + 1 + 1 + WIRE_PACKET_BYTES_LEN, WIRE_PROBER, true},
};

static const struct shape *find_shape(unsigned type)
{
    for (size_t i = 0; i < ARRAY_LEN(shapes); i++)
        if (shapes[i].type == type)
            return &shapes[i];
    return NULL;
}

size_t wire_len(unsigned type)
{
    const struct shape *shape = find_shape(type);

    return shape != NULL ? shape->len : 0;
}

enum wire_error wire_check_shape(const void *data, size_t len, enum wire_side sender, bool greeted)
{
    const uint8_t *bytes = data;
    const struct shape *shape;

    if (len == 0)
        return WIRE_WRONG_LENGTH;
    shape = find_shape(bytes[0]);
    if (shape == NULL)
        return WIRE_UNKNOWN_TYPE;
    if (shape->sender != sender || shape->greeted != greeted)
        return WIRE_NOT_PERMITTED;
    return shape->len == len ? WIRE_OK : WIRE_WRONG_LENGTH;
}

static void write_addr(struct writer *w, const struct addr *addr)
{
    write_u8(w, addr->family);
    write_bytes(w, addr->bytes, sizeof(addr->bytes));
}

/* An address may be absent only where the message says so; bytes that the
 * family does not use are zero. */
static bool read_addr(struct reader *r, bool optional, struct addr *addr)
{
    struct addr masked;

    addr->family = read_u8(r);
    read_bytes(r, addr->bytes, sizeof(addr->bytes));
    if (addr->family != ADDR_IPV4 && addr->family != ADDR_IPV6 &&
        !(optional && addr->family == ADDR_NONE))
        return false;
    masked = addr_mask(addr, (unsigned)addr_len(addr) * 8);
    return addr_equal(addr, &masked);
}

static bool read_greeting(struct reader *r)
{
    uint32_t magic = read_u32(r);
    uint16_t version = read_u16(r);

    return magic == WIRE_MAGIC && version == WIRE_VERSION;
}

static bool read_check(struct reader *r, struct wire_check *check)
{
    uint8_t flags;
    bool ok;

    check->job = read_u32(r);
    ok = read_addr(r, false, &check->addr);
    check->port_count = read_u8(r);
    ok = ok && check->port_count >= 1 && check->port_count <= POLICY_PORTS_MAX;
    for (unsigned i = 0; i < POLICY_PORTS_MAX; i++) {
        check->ports[i] = read_u16(r);
        if (i >= check->port_count && check->ports[i] != 0)
            ok = false;
        for (unsigned j = 0; j < i && i < check->port_count; j++)
            if (check->ports[j] == check->ports[i])
                ok = false;
    }
    check->timeout_ms = read_u16(r);
    flags = read_u8(r);
    check->trace = (flags & CHECK_TRACE) != 0;
    check->packets = (flags & CHECK_PACKETS) != 0;
    return ok && (flags & ~(CHECK_TRACE | CHECK_PACKETS)) == 0;
}

static bool read_refused(struct reader *r, struct wire_refused *refused)
{
    unsigned reason;

    refused->job = read_u32(r);
    reason = read_u8(r);
    refused->reason = (enum wire_refusal)reason;
    refused->port_index = read_u8(r);
    refused->retry_after_ms = read_u32(r);
    return reason >= 1 && reason < REFUSED_COUNT &&
           (refused->port_index < POLICY_PORTS_MAX || refused->port_index == WIRE_NO_PORT);
}

static bool in_range(int value, int low, int high)
{
    return value >= low && value <= high;
}

static bool read_verdict(struct reader *r, struct verdict *verdict)
{
    unsigned state, reason, disposition, actor, confidence;
    bool ok;

    verdict->port = read_u16(r);
    state = read_u8(r);
    reason = read_u8(r);
    disposition = read_u8(r);
    actor = read_u8(r);
    confidence = read_u8(r);
    verdict->state = (enum verdict_state)state;
    verdict->reason = (enum verdict_reason)reason;
    verdict->disposition = (enum verdict_disposition)disposition;
    verdict->actor = (enum verdict_actor)actor;
    verdict->confidence = (enum verdict_confidence)confidence;
    verdict->evidence = read_u64(r);
    verdict->rtt_ns = read_u64(r);
    verdict->sent = read_u8(r);
    ok = read_addr(r, true, &verdict->responder);
    verdict->ttl = (int16_t)read_u16(r);
    verdict->hops = (int16_t)read_u16(r);
    verdict->actor_hop = (int16_t)read_u16(r);
    verdict->icmp_type = (int16_t)read_u16(r);
    verdict->icmp_code = (int16_t)read_u16(r);
    verdict->last_hop = (int16_t)read_u16(r);
    verdict->silent_from = (int16_t)read_u16(r);
    return ok && state < STATE_COUNT && reason < REASON_COUNT && disposition < DISPOSITION_COUNT &&
           actor < ACTOR_COUNT && confidence < CONFIDENCE_COUNT &&
           verdict->evidence >> EVIDENCE_COUNT == 0 && in_range(verdict->ttl, -1, 255) &&
           in_range(verdict->hops, -1, 255) && in_range(verdict->actor_hop, -1, 255) &&
           in_range(verdict->icmp_type, -1, 255) && in_range(verdict->icmp_code, -1, 255) &&
           in_range(verdict->last_hop, -1, VERDICT_HOPS_MAX) &&
           in_range(verdict->silent_from, -1, VERDICT_HOPS_MAX + 1);
}

static bool read_result(struct reader *r, struct wire_result *result)
{
    uint8_t flags;

    result->job = read_u32(r);
    flags = read_u8(r);
    result->last = flags & RESULT_LAST;
    return read_verdict(r, &result->verdict) && (flags & ~RESULT_LAST) == 0;
}

static bool read_hop(struct reader *r, struct wire_hop *hop)
{
    bool ok;

    hop->job = read_u32(r);
    hop->port = read_u16(r);
    hop->hop = read_u8(r);
    ok = read_addr(r, true, &hop->addr);
    hop->rtt_ns = read_u64(r);
    return ok && in_range(hop->hop, 1, VERDICT_HOPS_MAX);
}

static bool read_packet(struct reader *r, struct wire_packet *packet)
{
    uint8_t flags;

    packet->job = read_u32(r);
    packet->port = read_u16(r);
    packet->time_ns = read_u64(r);
    flags = read_u8(r);
    packet->outgoing = (flags & PACKET_OUTGOING) != 0;
    packet->len = read_u8(r);
    read_bytes(r, packet->bytes, sizeof(packet->bytes));
    if ((flags & ~PACKET_OUTGOING) != 0 ||
        !in_range(packet->len, PACKET_MIN_LEN, WIRE_PACKET_BYTES_LEN))
        return false;
    for (unsigned i = packet->len; i < WIRE_PACKET_BYTES_LEN; i++)
        if (packet->bytes[i] != 0)
            return false;
    return true;
}

enum wire_error wire_decode(const void *data, size_t len, struct wire_message *out)
{
    struct reader r = reader_of(data, len);
    bool ok = false;

    memset(out, 0, sizeof(*out));
    out->type = (enum wire_type)read_u8(&r);
    switch (out->type) {
    case WIRE_HELLO: ok = read_greeting(&r); break;
    case WIRE_PING:
        out->token = read_u64(&r);
        ok = true;
        break;
    case WIRE_CHECK: ok = read_check(&r, &out->check); break;
    case WIRE_CANCEL:
        out->job = read_u32(&r);
        ok = true;
        break;
    case WIRE_WELCOME:
        ok = read_greeting(&r);
        out->welcome.max_ports = read_u8(&r);
        out->welcome.timeout_ms = read_u16(&r);
        out->welcome.linger_ms = read_u16(&r);
        break;
    case WIRE_PONG:
        out->pong.token = read_u64(&r);
        out->pong.packets_sent = read_u64(&r);
        out->pong.packets_captured = read_u64(&r);
        out->pong.packets_lost = read_u64(&r);
        out->pong.probes_in_flight = read_u32(&r);
        ok = true;
        break;
    case WIRE_REFUSED: ok = read_refused(&r, &out->refused); break;
    case WIRE_RESULT: ok = read_result(&r, &out->result); break;
    case WIRE_HOP: ok = read_hop(&r, &out->hop); break;
    case WIRE_PACKET: ok = read_packet(&r, &out->packet); break;
    default: return WIRE_UNKNOWN_TYPE;
    }
    if (r.failed || read_left(&r) != 0)
        return WIRE_WRONG_LENGTH;
    return ok ? WIRE_OK : WIRE_BAD_VALUE;
}

static void write_greeting(struct writer *w)
{
    write_u32(w, WIRE_MAGIC);
    write_u16(w, WIRE_VERSION);
}

static void write_verdict(struct writer *w, const struct verdict *verdict)
{
    write_u16(w, verdict->port);
    write_u8(w, (uint8_t)verdict->state);
    write_u8(w, (uint8_t)verdict->reason);
    write_u8(w, (uint8_t)verdict->disposition);
    write_u8(w, (uint8_t)verdict->actor);
    write_u8(w, (uint8_t)verdict->confidence);
    write_u64(w, verdict->evidence);
    write_u64(w, verdict->rtt_ns);
    write_u8(w, verdict->sent);
    write_addr(w, &verdict->responder);
    write_u16(w, (uint16_t)verdict->ttl);
    write_u16(w, (uint16_t)verdict->hops);
    write_u16(w, (uint16_t)verdict->actor_hop);
    write_u16(w, (uint16_t)verdict->icmp_type);
    write_u16(w, (uint16_t)verdict->icmp_code);
    write_u16(w, (uint16_t)verdict->last_hop);
    write_u16(w, (uint16_t)verdict->silent_from);
}

static void write_check(struct writer *w, const struct wire_check *check)
{
    write_u32(w, check->job);
    write_addr(w, &check->addr);
    write_u8(w, check->port_count);
    for (unsigned i = 0; i < POLICY_PORTS_MAX; i++)
        write_u16(w, check->ports[i]);
    write_u16(w, check->timeout_ms);
    write_u8(w, (uint8_t)((check->trace ? CHECK_TRACE : 0) | (check->packets ? CHECK_PACKETS : 0)));
}

static void write_hop(struct writer *w, const struct wire_hop *hop)
{
    write_u32(w, hop->job);
    write_u16(w, hop->port);
    write_u8(w, hop->hop);
    write_addr(w, &hop->addr);
    write_u64(w, hop->rtt_ns);
}

static void write_packet(struct writer *w, const struct wire_packet *packet)
{
    write_u32(w, packet->job);
    write_u16(w, packet->port);
    write_u64(w, packet->time_ns);
    write_u8(w, packet->outgoing ? PACKET_OUTGOING : 0);
    write_u8(w, packet->len);
    write_bytes(w, packet->bytes, sizeof(packet->bytes));
}

size_t wire_encode(const struct wire_message *message, uint8_t out[static WIRE_MESSAGE_MAX_LEN])
{
    struct writer w = writer_of(out, WIRE_MESSAGE_MAX_LEN);

    write_u8(&w, (uint8_t)message->type);
    switch (message->type) {
    case WIRE_HELLO: write_greeting(&w); break;
    case WIRE_PING: write_u64(&w, message->token); break;
    case WIRE_CHECK: write_check(&w, &message->check); break;
    case WIRE_CANCEL: write_u32(&w, message->job); break;
    case WIRE_WELCOME:
        write_greeting(&w);
        write_u8(&w, message->welcome.max_ports);
        write_u16(&w, message->welcome.timeout_ms);
        write_u16(&w, message->welcome.linger_ms);
        break;
    case WIRE_PONG:
        write_u64(&w, message->pong.token);
        write_u64(&w, message->pong.packets_sent);
        write_u64(&w, message->pong.packets_captured);
        write_u64(&w, message->pong.packets_lost);
        write_u32(&w, message->pong.probes_in_flight);
        break;
    case WIRE_REFUSED:
        write_u32(&w, message->refused.job);
        write_u8(&w, (uint8_t)message->refused.reason);
        write_u8(&w, message->refused.port_index);
        write_u32(&w, message->refused.retry_after_ms);
        break;
    case WIRE_RESULT:
        write_u32(&w, message->result.job);
        write_u8(&w, message->result.last ? RESULT_LAST : 0);
        write_verdict(&w, &message->result.verdict);
        break;
    case WIRE_HOP: write_hop(&w, &message->hop); break;
    case WIRE_PACKET: write_packet(&w, &message->packet); break;
    }
    return w.pos;
}

const char *wire_error_text(enum wire_error error)
{
    switch (error) {
    case WIRE_OK: return "ok";
    case WIRE_UNKNOWN_TYPE: return "unknown type";
    case WIRE_WRONG_LENGTH: return "wrong length for its type";
    case WIRE_NOT_PERMITTED: return "not permitted from this side now";
    case WIRE_BAD_VALUE: return "a field is out of range";
    }
    return "unknown";
}

enum wire_refusal wire_refusal_of(enum policy_answer answer)
{
    switch (answer) {
    case POLICY_PORT_NOT_ALLOWED: return REFUSED_PORT_NOT_ALLOWED;
    case POLICY_TOO_MANY_PORTS: return REFUSED_TOO_MANY_PORTS;
    case POLICY_TIMEOUT_TOO_LONG: return REFUSED_TIMEOUT_TOO_LONG;
    case POLICY_ADDRESS_EMBEDDED: return REFUSED_ADDRESS_EMBEDDED;
    case POLICY_OPTED_OUT: return REFUSED_OPTED_OUT;
    case POLICY_ADDRESS_NOT_PUBLIC:
    case POLICY_OK: break;
    }
    return REFUSED_ADDRESS_NOT_PUBLIC;
}
