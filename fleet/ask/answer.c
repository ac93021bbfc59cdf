/* SPDX-License-Identifier: BSD-2-Clause */
#include "fleet/ask/answer.h"

#include <string.h>

/* What an answer with verdicts has contained so far. */
struct told {
    unsigned ports; /* bit n: port n has its verdict */
    uint8_t hops[POLICY_PORTS_MAX];
};

/* Finds this port among those without a verdict; false if it isn't there. */
static bool find_port(const struct wire_check *check, uint16_t port, const struct told *told,
                      unsigned *index)
{
    for (unsigned i = 0; i < check->port_count; i++) {
        if (check->ports[i] != port || (told->ports >> i & 1) != 0)
            continue;
        *index = i;
        return true;
    }
    return false;
}

static bool is_all(const struct wire_check *check, const struct told *told)
{
    return told->ports == (1U << check->port_count) - 1;
}

/* May this message come next? */
static bool fits(const struct wire_message *message, const struct wire_check *check,
                 struct told *told)
{
    unsigned port;

    switch (message->type) {
    case WIRE_HOP:
        return check->trace && find_port(check, message->hop.port, told, &port) &&
               message->hop.hop == ++told->hops[port];
    case WIRE_PACKET: return check->packets && find_port(check, message->packet.port, told, &port);
    case WIRE_RESULT:
        if (!find_port(check, message->result.verdict.port, told, &port))
            return false;
        told->ports |= 1U << port;
        return message->result.last == is_all(check, told) &&
               verdict_is_consistent(&message->result.verdict);
    default: return false;
    }
}

static enum answer read_results(struct reader *envelope, struct wire_message *message,
                                const struct wire_check *check)
{
    enum envelope_status status = ENVELOPE_MESSAGE;
    struct told told = {0};

    while (status == ENVELOPE_MESSAGE) {
        if (!fits(message, check, &told))
            return ANSWER_NONSENSE;
        status = envelope_next(envelope, WIRE_PROBER, message);
    }
    return status == ENVELOPE_END && is_all(check, &told) ? ANSWER_RESULTS : ANSWER_NONSENSE;
}

/* Of the reasons about a place, the place itself may give only that its prober is down or silent.
 * The others are portlight-fleet's to give. */
static enum wire_refusal reason_of(enum wire_refusal reason)
{
    return reason < REFUSED_OTHER || reason == REFUSED_PLACE_DOWN || reason == REFUSED_PLACE_SILENT
               ? reason
               : REFUSED_OTHER;
}

static enum answer read_pong(struct reader *envelope, struct answer_read *out)
{
    struct wire_message message;
    enum envelope_status status = envelope_next(envelope, WIRE_PROBER, &message);

    if (status == ENVELOPE_MESSAGE && message.type == WIRE_PLACE)
        out->place = message.place;
    return status != ENVELOPE_BROKEN ? ANSWER_PONG : ANSWER_NONSENSE;
}

enum answer answer_read(const void *payload, size_t len, const struct wire_check *check,
                        struct answer_read *out)
{
    struct reader envelope = reader_of(payload, len);
    struct wire_message message;

    memset(out, 0, sizeof(*out));
    if (envelope_next(&envelope, WIRE_PROBER, &message) != ENVELOPE_MESSAGE)
        return ANSWER_NONSENSE;
    if (message.type == WIRE_REFUSED) {
        out->refused = message.refused;
        out->refused.reason = reason_of(message.refused.reason);
        return ANSWER_REFUSED;
    }
    if (message.type == WIRE_PONG && check == NULL) {
        out->pong = message.pong;
        return read_pong(&envelope, out);
    }
    return check != NULL ? read_results(&envelope, &message, check) : ANSWER_NONSENSE;
}
