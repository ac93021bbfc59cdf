/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Parses what a NATS server sends, one operation at a time (docs.nats.io, "NATS client protocol").
 * Pure; portlight-fleet.
 */
#ifndef PORTLIGHT_FLEET_BUS_NATS_PARSER_H
#define PORTLIGHT_FLEET_BUS_NATS_PARSER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    NATS_LINE_MAX = 4096,     /* with CR LF; enough for INFO of a server without a cluster */
    NATS_PAYLOAD_MAX = 65536, /* with headers: max_payload in the server's configuration */
    NATS_NO_RESPONDERS = 503, /* the subject has no subscriber (NATS 2.2) */
};

enum nats_operation {
    NATS_INFO,
    NATS_MESSAGE, /* MSG or HMSG */
    NATS_PING,
    NATS_PONG,
    NATS_OK,
    NATS_ERROR,
};

/* A slice of the parsed bytes; not NUL-terminated. */
struct nats_text {
    const char *at;
    size_t len;
};

struct nats_event {
    enum nats_operation operation;
    struct nats_text subject, reply; /* of a message; reply.len 0: no reply subject */
    unsigned status;                 /* from a message's header; 0: none */
    struct nats_text payload;        /* of a message; for INFO and ERROR, the rest of the line */
};

enum nats_status {
    NATS_WHOLE,   /* one operation, *used bytes long */
    NATS_PARTIAL, /* needs more bytes */
    NATS_BROKEN,  /* not NATS, or over a limit: close the connection */
};

/* Parses the first operation.  *event points into `bytes`. */
enum nats_status nats_parse(const void *bytes, size_t len, struct nats_event *event, size_t *used);

#endif
