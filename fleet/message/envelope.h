/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Several wire.h messages in one NATS payload.  A length (two bytes, big-endian) precedes each
 * message, because a newer version may append fields to a type.  Pure; portlight-fleet.
 */
#ifndef PORTLIGHT_FLEET_MESSAGE_ENVELOPE_H
#define PORTLIGHT_FLEET_MESSAGE_ENVELOPE_H

#include "common/base/cursor.h"
#include "common/contract/wire.h"

enum { ENVELOPE_MAX_LEN = 60000 /* bytes; less than NATS_PAYLOAD_MAX */ };

/* The bytes that this message takes in an envelope, including its length field. */
size_t envelope_len(const struct wire_message *message);

/* Appends the message; the writer fails (cursor.h) if it lacks room. */
void envelope_add(struct writer *envelope, const struct wire_message *message);

enum envelope_status {
    ENVELOPE_MESSAGE, /* *message is the next message */
    ENVELOPE_END,     /* no more messages */
    ENVELOPE_BROKEN,  /* truncated, from the wrong side, or with a value out of range */
};

/* Reads the next message that this side may send after HELLO.  Skips types that only a newer
 * version knows. */
enum envelope_status envelope_next(struct reader *envelope, enum wire_side sender,
                                   struct wire_message *message);

#endif
