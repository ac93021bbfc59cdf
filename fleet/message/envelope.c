/* SPDX-License-Identifier: BSD-2-Clause */
#include "fleet/message/envelope.h"

enum { LENGTH_LEN = 2 };

size_t envelope_len(const struct wire_message *message)
{
    return LENGTH_LEN + wire_len(message->type);
}

void envelope_add(struct writer *envelope, const struct wire_message *message)
{
    uint8_t bytes[WIRE_MESSAGE_MAX_LEN];
    size_t len = wire_encode(message, bytes);

    write_u16(envelope, (uint16_t)len);
    write_bytes(envelope, bytes, len);
}

enum envelope_status envelope_next(struct reader *envelope, enum wire_side sender,
                                   struct wire_message *message)
{
    uint8_t bytes[WIRE_MESSAGE_MAX_LEN];

    while (read_remaining(envelope) > 0) {
        size_t len = read_u16(envelope);
        enum wire_error error;
        if (len == 0 || len > sizeof(bytes))
            return ENVELOPE_BROKEN;
        read_bytes(envelope, bytes, len);
        if (envelope->failed)
            return ENVELOPE_BROKEN;
        error = wire_check_shape(bytes, len, sender, true);
        if (error == WIRE_NOT_FOR_US)
            continue;
        if (error != WIRE_OK || wire_decode(bytes, len, message) != WIRE_OK)
            return ENVELOPE_BROKEN;
        return ENVELOPE_MESSAGE;
    }
    return envelope->failed ? ENVELOPE_BROKEN : ENVELOPE_END;
}
