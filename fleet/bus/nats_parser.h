/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What nats-server says, one operation after the other (docs.nats.io, "NATS client protocol").
 * Pure; portlight-fleet.
 */
#ifndef PORTLIGHT_FLEET_BUS_NATS_PARSER_H
#define PORTLIGHT_FLEET_BUS_NATS_PARSER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    NATS_LINE_MAX = 4096, /* of a message's line, and an INFO's of an engine without a cluster */
    NATS_PAYLOAD_MAX = 65536, /* header included: max_payload of the engine's file */
    NATS_NO_RESPONDERS = 503, /* nobody listens to what was asked (NATS 2.2) */
};

enum nats_operation {
    NATS_INFO,
    NATS_MESSAGE, /* MSG or HMSG */
    NATS_PING,
    NATS_PONG,
    NATS_OK,
    NATS_ERROR,
};

/* A part of the bytes that were parsed. */
struct nats_text {
    const char *at;
    size_t len;
};

struct nats_event {
    enum nats_operation operation;
    struct nats_text subject, reply; /* of a message; reply.len 0: none is wanted */
    unsigned status;                 /* of a message's header; 0: none */
    struct nats_text payload;        /* of a message; of INFO and ERROR what follows the word */
};

enum nats_status {
    NATS_WHOLE,   /* an operation of *used bytes */
    NATS_PARTIAL, /* more bytes are needed */
    NATS_BROKEN,  /* no operation begins like this: the connection is of no more use */
};

/* Reads the first operation.  What *event points to are the bytes themselves. */
enum nats_status nats_parse(const void *bytes, size_t len, struct nats_event *event, size_t *used);

#endif
