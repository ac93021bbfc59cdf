/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What passes between a portlightd and its portlight-fleet, which carries it to other frontends
 * and back: datagrams, big-endian.  Pure; portlightd and portlight-fleet.
 *
 *   1  type    4  number of the question    16  the other frontend, padded with zeros    payload
 *
 * The payload is the frontends' own; portlight-fleet passes it on and reads nothing of it.  Types
 * may be added, from 128 on portlight-fleet's: a reader skips those that it doesn't know.
 */
#ifndef PORTLIGHT_COMMON_CONTRACT_FRONTEND_FRAME_H
#define PORTLIGHT_COMMON_CONTRACT_FRONTEND_FRAME_H

#include "common/contract/place.h"

enum frontend_frame_type {
    /* of portlightd */
    FRONTEND_TELL = 1, /* to all others; no number, no name */
    FRONTEND_ASK,      /* a question to one; its answer has the same number */
    FRONTEND_REPLY,    /* the answer to ASKED; no name */
    /* of portlight-fleet */
    FRONTEND_TOLD = 129, /* what another tells all; no number */
    FRONTEND_ASKED,      /* another's question */
    FRONTEND_ANSWER,     /* the answer to ASK, without a payload if there is nobody; no name */
};

enum {
    FRONTEND_PAYLOAD_MAX = 60000, /* below max_payload of the engine's file */
    FRONTEND_HEAD_LEN = 1 + 4 + PLACE_NAME_LEN - 1,
    FRONTEND_FRAME_MAX_LEN = FRONTEND_HEAD_LEN + FRONTEND_PAYLOAD_MAX,
};

struct frontend_frame {
    enum frontend_frame_type type;
    uint32_t number;
    char name[PLACE_NAME_LEN]; /* empty: none */
    const void *payload;       /* somebody else's memory */
    size_t len;
};

/* Its length; 0 if the payload is too long. */
size_t frontend_frame_write(const struct frontend_frame *frame,
                            uint8_t out[static FRONTEND_FRAME_MAX_LEN]);

/* The payload is a part of the data.  False for what the other side may not send; a type that is
 * none of the above is a newer program's. */
bool frontend_frame_read(const void *data, size_t len, bool of_fleet, struct frontend_frame *out);

/* Where portlight-fleet waits for its portlightd: a name that no place has.  False if that is too
 * long. */
bool frontend_frame_socket(const char *directory, char path[static PLACE_PATH_LEN]);

#endif
