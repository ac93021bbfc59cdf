/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * NATS subjects.  V is WIRE_VERSION, so only processes of one version receive each other's
 * messages.  Names come from certificates; the engine's permissions (engine_config.h) let each
 * client use only its own.  Pure; portlight-fleet.
 *
 *   pl.V.ask.PLACE.FRONTEND            a question to a place; its reply subject is a "tell"
 *   pl.V.tell.FRONTEND.PLACE.TOKEN     the answer
 *   pl.V.charge.FRONTEND               what its clients have spent, sent to all other frontends
 *   pl.V.keep.OWNER.FRONTEND           a frontend asks OWNER for data that it keeps; the reply
 *                                      subject is a "tell" with OWNER as PLACE
 */
#ifndef PORTLIGHT_FLEET_MESSAGE_SUBJECT_H
#define PORTLIGHT_FLEET_MESSAGE_SUBJECT_H

#include "common/contract/place.h"

enum {
    SUBJECT_LEN = 128,
    SUBJECT_TOKEN_LEN = 40 + 1, /* a slot (8 hex digits) and 128 random bits */
    SUBJECT_RANDOM_LEN = 16,
};

/* The parts of a subject; a subject without a part leaves it empty. */
struct subject {
    unsigned version;
    char place[PLACE_NAME_LEN], frontend[PLACE_NAME_LEN];
    char token[SUBJECT_TOKEN_LEN]; /* of a "tell" */
};

/* Writes the token of the question in this slot. */
void subject_token(uint32_t slot, const uint8_t random[static SUBJECT_RANDOM_LEN],
                   char token[static SUBJECT_TOKEN_LEN]);
/* The slot in a token.  The token must come from subject_read_tell or subject_token. */
uint32_t subject_slot(const char token[static SUBJECT_TOKEN_LEN]);

/* Names must be valid (place_is_name) or "*", which matches any name. */
void subject_ask(unsigned version, const char *place, const char *frontend,
                 char out[static SUBJECT_LEN]);
/* The token ">" matches any token of any place; `place` is then unused. */
void subject_tell(unsigned version, const char *frontend, const char *place, const char *token,
                  char out[static SUBJECT_LEN]);
void subject_charge(unsigned version, const char *frontend, char out[static SUBJECT_LEN]);
void subject_keep(unsigned version, const char *owner, const char *frontend,
                  char out[static SUBJECT_LEN]);

/* Parse a subject of `len` bytes.  False unless it is one that the functions above write, without
 * wildcards. */
bool subject_read_ask(const char *text, size_t len, struct subject *out);
bool subject_read_tell(const char *text, size_t len, struct subject *out);
/* Sets version and frontend. */
bool subject_read_charge(const char *text, size_t len, struct subject *out);
/* The owner is in `place`. */
bool subject_read_keep(const char *text, size_t len, struct subject *out);

#endif
