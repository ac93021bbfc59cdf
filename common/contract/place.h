/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A place: a prober elsewhere that the fleet can ask, as the local file describes it
 * (portlight.conf(5), fleet.places).  Name, title and position never come from the place itself.
 * Pure; portlightd, portlight and portlight-fleet.
 */
#ifndef PORTLIGHT_COMMON_CONTRACT_PLACE_H
#define PORTLIGHT_COMMON_CONTRACT_PLACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    PLACES_MAX = 32,       /* in one file */
    PLACES_ASKED_MAX = 16, /* in one request: the upper bound of fleet.max-places */
    PLACE_NAME_LEN = 16 + 1,
    PLACE_TITLE_LEN = 48 + 1,
    PLACE_PATH_LEN = 108, /* sockaddr_un */
};

struct place {
    char name[PLACE_NAME_LEN];
    char title[PLACE_TITLE_LEN]; /* the name, if the file gives none */
    char country[3];             /* two capitals, or empty */
    uint32_t asn;                /* 0: not known */
    bool has_position;
    double latitude, longitude; /* degrees */
};

/* Is this a valid name: 1 to 16 of [a-z0-9-], safe in a NATS subject, a file name and a URL? */
bool place_is_name(const char *text, size_t len);

/* Reads "NAME; TITLE; COUNTRY; AS64500; LATITUDE; LONGITUDE"; all but the name may be empty or left
 * out.  Returns NULL, or what is wrong: a clause to print after the text. */
const char *place_read(const char *text, struct place *out);

/* The path of the socket at which portlight-fleet(8) offers the place: DIRECTORY/NAME.sock.  False
 * if it is too long. */
bool place_socket(const char *directory, const char *name, char path[static PLACE_PATH_LEN]);

#endif
