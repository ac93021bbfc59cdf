/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A place: who answers from where, as the asker's file has it (portlight.conf(5), fleet.places).
 * What a place says of itself is never used.  Pure; portlightd, portlight and portlight-fleet.
 */
#ifndef PORTLIGHT_COMMON_CONTRACT_PLACE_H
#define PORTLIGHT_COMMON_CONTRACT_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    PLACES_MAX = 32,       /* in one file */
    PLACES_ASKED_MAX = 16, /* by one request, whatever fleet.max-places says */
    PLACE_NAME_LEN = 16 + 1,
    PLACE_TITLE_LEN = 48 + 1,
    PLACE_PATH_LEN = 108, /* sockaddr_un */
};

struct place {
    char name[PLACE_NAME_LEN];
    char title[PLACE_TITLE_LEN]; /* the name, if the file has none */
    char country[3];             /* two capitals, or empty */
    uint32_t asn;                /* 0: not known */
    bool has_position;
    double latitude, longitude; /* degrees */
};

/* Is it a name: 1 to 16 of [a-z0-9-], as a subject of the engine, a file and a URL can have it? */
bool place_is_name(const char *text, size_t len);

/* Reads "NAME; TITLE; COUNTRY; AS64500; LATITUDE; LONGITUDE", of which all but the name may be
 * empty or left out.  NULL, or what is wrong, as a clause behind the text. */
const char *place_read(const char *text, struct place *out);

/* Where portlight-fleet(8) offers the place: DIRECTORY/NAME.sock.  False if that is too long. */
bool place_socket(const char *directory, const char *name, char path[static PLACE_PATH_LEN]);

#endif
