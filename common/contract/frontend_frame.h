/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The datagrams between a portlightd and its portlight-fleet, which relays them to and from other
 * frontends.  Big-endian.  Pure; portlightd and portlight-fleet.
 *
 *   1  type    4  number of the request    16  the other frontend, padded with zeros    payload
 *
 * Only the frontends read the payload; portlight-fleet passes it on unread.  New types may be
 * added, portlight-fleet's from 128 on; a reader skips types that it doesn't know.
 */
#ifndef PORTLIGHT_COMMON_CONTRACT_FRONTEND_FRAME_H
#define PORTLIGHT_COMMON_CONTRACT_FRONTEND_FRAME_H

#include "common/contract/place.h"

enum frontend_frame_type {
    /* from portlightd */
    FRONTEND_TELL = 1, /* a message to all other frontends; no number, no name */
    FRONTEND_ASK,      /* a request to one; its ANSWER has the same number */
    FRONTEND_REPLY,    /* our reply to an ASKED; no name */
    /* from portlight-fleet */
    FRONTEND_TOLD = 129, /* another frontend's TELL; no number */
    FRONTEND_ASKED,      /* another frontend's ASK */
    FRONTEND_ANSWER,     /* the reply to our ASK, without payload if nobody received it; no name */
};

enum {
    FRONTEND_PAYLOAD_MAX = 60000, /* below max_payload of the NATS server */
    FRONTEND_HEAD_LEN = 1 + 4 + PLACE_NAME_LEN - 1,
    FRONTEND_FRAME_MAX_LEN = FRONTEND_HEAD_LEN + FRONTEND_PAYLOAD_MAX,
};

struct frontend_frame {
    enum frontend_frame_type type;
    uint32_t number;
    char name[PLACE_NAME_LEN]; /* empty: none */
    const void *payload;       /* not owned */
    size_t len;
};

/* Writes the frame and returns its length, or 0 if the payload is too long. */
size_t frontend_frame_write(const struct frontend_frame *frame,
                            uint8_t out[static FRONTEND_FRAME_MAX_LEN]);

/* Reads a frame; of_fleet: portlight-fleet sent it.  out->payload points into data.  False if it is
 * malformed, or if this side may not send it.  A type that is not in the list above comes from a
 * newer program. */
bool frontend_frame_read(const void *data, size_t len, bool of_fleet, struct frontend_frame *out);

/* The path at which portlight-fleet listens for its portlightd.  No place can have this name. False
 * if the path is too long. */
bool frontend_frame_socket(const char *directory, char path[static PLACE_PATH_LEN]);

#endif
