/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Several messages of wire.h in one payload of the engine's, each behind its length (two bytes,
 * big-endian): the same types may be longer in a newer version.  Pure; portlight-fleet.
 */
#ifndef PORTLIGHT_FLEET_MESSAGE_ENVELOPE_H
#define PORTLIGHT_FLEET_MESSAGE_ENVELOPE_H

#include "common/base/cursor.h"
#include "common/contract/wire.h"

enum { ENVELOPE_MAX_LEN = 60000 /* below NATS_PAYLOAD_MAX */ };

/* The bytes that this message takes in an envelope. */
size_t envelope_len(const struct wire_message *message);

/* Writes the message; the writer fails if it has no room. */
void envelope_add(struct writer *envelope, const struct wire_message *message);

enum envelope_status {
    ENVELOPE_MESSAGE, /* *message is the next */
    ENVELOPE_END,     /* there is none */
    ENVELOPE_BROKEN,  /* cut off, of the wrong side, or with a value out of range */
};

/* The next message of this side's (after HELLO) that we know; a newer version's others are
 * skipped. */
enum envelope_status envelope_next(struct reader *envelope, enum wire_side sender,
                                   struct wire_message *message);

#endif
