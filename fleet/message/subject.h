/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Subjects on an engine.  V is WIRE_VERSION, so that only those hear each other who understand
 * each other; the names are certificates' names, and the engine's permissions (engine_config.h)
 * hold everybody to his own.  Pure; portlight-fleet.
 *
 *   pl.V.ask.PLACE.FRONTEND            a question; the reply subject is a tell
 *   pl.V.tell.FRONTEND.PLACE.TOKEN     its answer
 *   pl.V.charge.FRONTEND               what its clients have spent, for the other frontends
 */
#ifndef PORTLIGHT_FLEET_MESSAGE_SUBJECT_H
#define PORTLIGHT_FLEET_MESSAGE_SUBJECT_H

#include "common/contract/place.h"

enum {
    SUBJECT_LEN = 128,
    SUBJECT_TOKEN_LEN = 40 + 1, /* a slot (8 hex digits) and 128 random bits */
    SUBJECT_RANDOM_LEN = 16,
};

/* One of a question's or an answer's subject. */
struct subject {
    unsigned version;
    char place[PLACE_NAME_LEN], frontend[PLACE_NAME_LEN];
    char token[SUBJECT_TOKEN_LEN]; /* of a tell; empty: none */
};

void subject_token(uint32_t slot, const uint8_t random[static SUBJECT_RANDOM_LEN],
                   char token[static SUBJECT_TOKEN_LEN]);
/* The slot of a token that subject_read_tell has read. */
uint32_t subject_slot(const char token[static SUBJECT_TOKEN_LEN]);

/* A name of "*" stands for any. */
void subject_ask(unsigned version, const char *place, const char *frontend,
                 char out[static SUBJECT_LEN]);
/* A token of ">" stands for any, of any place. */
void subject_tell(unsigned version, const char *frontend, const char *place, const char *token,
                  char out[static SUBJECT_LEN]);
void subject_charge(unsigned version, const char *frontend, char out[static SUBJECT_LEN]);

/* False for anything else than subject_ask and subject_tell write. */
bool subject_read_ask(const char *text, size_t len, struct subject *out);
bool subject_read_tell(const char *text, size_t len, struct subject *out);
/* frontend only */
bool subject_read_charge(const char *text, size_t len, struct subject *out);

#endif
