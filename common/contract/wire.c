/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/contract/wire.h"

#include <string.h>

#include "common/base/cursor.h"
#include "common/contract/field.h"

enum {
    GREETING_LEN = 4 + 2,
    PACKET_MIN_LEN = 20, /* an IPv4 header */
    PROBER_TYPES = 128,  /* types from here on come from the prober */
};

/* --- the fields of each message, offsets from its start ---------------------------------- */

#define AT(member) .offset = offsetof(struct wire_message, member)

static const struct field ping[] = {{FIELD_U64, AT(token)}};

static const struct field check[] = {
    {FIELD_U32, AT(check.job)},
    {FIELD_ADDRESS, AT(check.addr)},
    {FIELD_U8, AT(check.port_count), .least = 1, .most = POLICY_PORTS_MAX},
    {FIELD_U16, AT(check.ports), .count = POLICY_PORTS_MAX},
    {FIELD_U16, AT(check.timeout_ms), .count = 1},
    {FIELD_FLAGS, AT(check.trace), .count = 2}, /* trace, packets */
};
_Static_assert(offsetof(struct wire_check, packets) == offsetof(struct wire_check, trace) + 1,
               "flags are adjacent");

static const struct field cancel[] = {{FIELD_U32, AT(job)}};

static const struct field welcome[] = {
    {FIELD_U8, AT(welcome.max_ports)},
    {FIELD_U16, AT(welcome.timeout_ms), .count = 1},
    {FIELD_U16, AT(welcome.linger_ms), .count = 1},
};

static const struct field pong[] = {
    {FIELD_U64, AT(pong.token)},
    {FIELD_U64, AT(pong.packets_sent)},
    {FIELD_U64, AT(pong.packets_captured)},
    {FIELD_U64, AT(pong.packets_lost)},
    {FIELD_U32, AT(pong.probes_in_flight)},
};

static const struct words refusals = {.count = REFUSED_COUNT, .fallback = REFUSED_OTHER};

static const struct field refused[] = {
    {FIELD_U32, AT(refused.job)},
    {FIELD_ONE_OF, AT(refused.reason), .least = 1, .words = &refusals},
    {FIELD_U8, AT(refused.port_index)},
    {FIELD_U32, AT(refused.retry_after_ms)},
};

/* followed by verdict_fields */
static const struct field result[] = {
    {FIELD_U32, AT(result.job)},
    {FIELD_FLAGS, AT(result.last), .count = 1},
};

static const struct field hop[] = {
    {FIELD_U32, AT(hop.job)},
    {FIELD_U16, AT(hop.port), .count = 1},
    {FIELD_U8, AT(hop.hop), .least = 1, .most = VERDICT_HOPS_MAX},
    {FIELD_ADDRESS_OR_NONE, AT(hop.addr)},
    {FIELD_TIME, AT(hop.rtt_ns)},
};

static const struct field packet[] = {
    {FIELD_U32, AT(packet.job)},
    {FIELD_U16, AT(packet.port), .count = 1},
    {FIELD_U64, AT(packet.time_ns)},
    {FIELD_FLAGS, AT(packet.outgoing), .count = 1},
    {FIELD_U8, AT(packet.len), .least = PACKET_MIN_LEN, .most = WIRE_PACKET_BYTES_LEN},
    {FIELD_BYTES, AT(packet.bytes), .count = WIRE_PACKET_BYTES_LEN},
};

static const struct words place_states = {.count = PLACE_STATE_COUNT, .fallback = PLACE_DOWN};

static const struct field place[] = {
    {FIELD_ONE_OF, AT(place.state), .words = &place_states},
    {FIELD_U32, AT(place.version)},
    {FIELD_TIME, AT(place.round_trip_ns)},
    {FIELD_U32, AT(place.answers)},
    {FIELD_U32, AT(place.silences)},
    {FIELD_U32, AT(place.nonsense)},
    {FIELD_U32, AT(place.beacons_wrong)},
    {FIELD_U32, AT(place.engines)},
};

/* --- rules between fields ------------------------------------------------------------------- */

/* The requested ports all differ, unused ones are 0. */
static bool is_sound_check(const struct wire_message *message)
{
    const struct wire_check *asked = &message->check;

    for (unsigned i = 0; i < POLICY_PORTS_MAX; i++) {
        if (i >= asked->port_count && asked->ports[i] != 0)
            return false;
        for (unsigned j = 0; j < i && i < asked->port_count; j++)
            if (asked->ports[j] == asked->ports[i])
                return false;
    }
    return true;
}

static bool is_sound_refusal(const struct wire_message *message)
{
    return message->refused.port_index < POLICY_PORTS_MAX ||
           message->refused.port_index == WIRE_NO_PORT;
}

/* The bytes after the packet are 0. */
static bool is_sound_packet(const struct wire_message *message)
{
    for (unsigned i = message->packet.len; i < WIRE_PACKET_BYTES_LEN; i++)
        if (message->packet.bytes[i] != 0)
            return false;
    return true;
}

/* --- the messages ------------------------------------------------------------------------- */

struct shape {
    enum wire_type type;
    enum wire_side sender;
    bool greeted; /* allowed only after HELLO; else it is a greeting itself */
    const struct field *fields;
    size_t count;
    bool (*is_sound)(const struct wire_message *message);
};

static const struct shape shapes[] = {
    {WIRE_HELLO, WIRE_CLIENT, false, NULL, 0, NULL},
    {WIRE_PING, WIRE_CLIENT, true, ping, ARRAY_LEN(ping), NULL},
    {WIRE_CHECK, WIRE_CLIENT, true, check, ARRAY_LEN(check), is_sound_check},
    {WIRE_CANCEL, WIRE_CLIENT, true, cancel, ARRAY_LEN(cancel), NULL},
    {WIRE_WELCOME, WIRE_PROBER, false, welcome, ARRAY_LEN(welcome), NULL},
    {WIRE_PONG, WIRE_PROBER, true, pong, ARRAY_LEN(pong), NULL},
    {WIRE_REFUSED, WIRE_PROBER, true, refused, ARRAY_LEN(refused), is_sound_refusal},
    {WIRE_RESULT, WIRE_PROBER, true, result, ARRAY_LEN(result), NULL},
    {WIRE_HOP, WIRE_PROBER, true, hop, ARRAY_LEN(hop), NULL},
    {WIRE_PACKET, WIRE_PROBER, true, packet, ARRAY_LEN(packet), is_sound_packet},
    {WIRE_PLACE, WIRE_PROBER, true, place, ARRAY_LEN(place), NULL},
};

static const struct shape *find_shape(unsigned type)
{
    for (size_t i = 0; i < ARRAY_LEN(shapes); i++)
        if (shapes[i].type == type)
            return &shapes[i];
    return NULL;
}

/* May it have bytes after the last field that we know? */
static bool may_grow(const struct shape *shape)
{
    return shape->sender == WIRE_PROBER || shape->type == WIRE_HELLO;
}

static size_t fields_len(const struct field *fields, size_t count)
{
    size_t len = 0;

    for (size_t i = 0; i < count; i++)
        len += field_len(&fields[i]);
    return len;
}

/* With so many fields of the verdict, if it has one. */
static size_t shape_len(const struct shape *shape, size_t verdict_count)
{
    return 1 + (shape->greeted ? 0 : (size_t)GREETING_LEN) +
           fields_len(shape->fields, shape->count) +
           (shape->type == WIRE_RESULT ? fields_len(verdict_fields, verdict_count) : 0);
}

size_t wire_len(unsigned type)
{
    const struct shape *shape = find_shape(type);

    return shape != NULL ? shape_len(shape, verdict_field_count) : 0;
}

enum wire_error wire_check_shape(const void *data, size_t len, enum wire_side sender, bool greeted)
{
    const uint8_t *bytes = data;
    const struct shape *shape;
    size_t shortest;

    if (len == 0 || len > WIRE_MESSAGE_MAX_LEN)
        return WIRE_WRONG_LENGTH;
    shape = find_shape(bytes[0]);
    if (shape == NULL)
        return sender == WIRE_PROBER && greeted && bytes[0] >= PROBER_TYPES ? WIRE_NOT_FOR_US
                                                                            : WIRE_UNKNOWN_TYPE;
    if (shape->sender != sender || shape->greeted != greeted)
        return WIRE_NOT_PERMITTED;
    shortest = shape_len(shape, VERDICT_FIELDS_V3);
    return len == shortest || (len > shortest && may_grow(shape)) ? WIRE_OK : WIRE_WRONG_LENGTH;
}

/* --- reading ------------------------------------------------------------------------------ */

static bool read_greeting(struct reader *r)
{
    uint32_t magic = read_u32(r);
    uint16_t version = read_u16(r);

    return magic == WIRE_MAGIC && version == WIRE_VERSION;
}

static bool read_fields(struct reader *r, const struct field *fields, size_t count, void *object)
{
    bool ok = true;

    for (size_t i = 0; i < count; i++)
        ok = field_read(&fields[i], r, object) && ok;
    return ok;
}

/* From an older prober it has fewer fields; the others stay unknown. */
static bool read_verdict(struct reader *r, struct verdict *verdict)
{
    bool ok = read_fields(r, verdict_fields, VERDICT_FIELDS_V3, verdict);

    for (size_t i = VERDICT_FIELDS_V3; i < verdict_field_count; i++) {
        if (read_remaining(r) == 0)
            field_clear(&verdict_fields[i], verdict);
        else
            ok = field_read(&verdict_fields[i], r, verdict) && ok;
    }
    return ok;
}

enum wire_error wire_decode(const void *data, size_t len, struct wire_message *out)
{
    struct reader r = reader_of(data, len);
    const struct shape *shape = find_shape(read_u8(&r));
    bool ok;

    memset(out, 0, sizeof(*out));
    if (shape == NULL)
        return WIRE_UNKNOWN_TYPE;
    out->type = shape->type;
    ok = shape->greeted || read_greeting(&r);
    ok = read_fields(&r, shape->fields, shape->count, out) && ok;
    if (shape->type == WIRE_RESULT)
        ok = read_verdict(&r, &out->result.verdict) && ok;
    if (r.failed || (read_remaining(&r) != 0 && !may_grow(shape)))
        return WIRE_WRONG_LENGTH;
    return ok && (shape->is_sound == NULL || shape->is_sound(out)) ? WIRE_OK : WIRE_BAD_VALUE;
}

/* --- writing ------------------------------------------------------------------------------ */

static void write_fields(struct writer *w, const struct field *fields, size_t count,
                         const void *object)
{
    for (size_t i = 0; i < count; i++)
        field_write(&fields[i], w, object);
}

size_t wire_encode(const struct wire_message *message, uint8_t out[static WIRE_MESSAGE_MAX_LEN])
{
    struct writer w = writer_of(out, WIRE_MESSAGE_MAX_LEN);
    const struct shape *shape = find_shape(message->type);

    write_u8(&w, (uint8_t)message->type);
    if (shape == NULL)
        return w.pos;
    if (!shape->greeted) {
        write_u32(&w, WIRE_MAGIC);
        write_u16(&w, WIRE_VERSION);
    }
    write_fields(&w, shape->fields, shape->count, message);
    if (shape->type == WIRE_RESULT)
        write_fields(&w, verdict_fields, verdict_field_count, &message->result.verdict);
    return w.pos;
}

const char *wire_error_text(enum wire_error error)
{
    switch (error) {
    case WIRE_OK: return "ok";
    case WIRE_UNKNOWN_TYPE: return "unknown type";
    case WIRE_WRONG_LENGTH: return "wrong length for its type";
    case WIRE_NOT_PERMITTED: return "not permitted from this side now";
    case WIRE_NOT_FOR_US: return "a newer prober's message";
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
