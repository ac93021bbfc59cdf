/* SPDX-License-Identifier: BSD-2-Clause */
/* Which of the frontends of a fleet this one is.  An edge; portlightd and portlight-fleet, at
 * start. */
#ifndef PORTLIGHT_COMMON_CONTRACT_FRONTENDS_H
#define PORTLIGHT_COMMON_CONTRACT_FRONTENDS_H

#include "common/contract/place.h"

/* As the configuration has them. */
struct frontends {
    const char *name;   /* fleet.name, or empty */
    char *const *items; /* fleet.frontends */
    size_t count;
};

bool frontends_are_several(const struct frontends *frontends);

/* fleet.name, or without one the first label of this machine's host name, if that is one of
 * fleet.frontends: so that all of them may have the same file.  Empty: neither. */
void frontends_own_name(const struct frontends *frontends, char name[static PLACE_NAME_LEN]);

/* Of several: what is wrong with them, and how to do better, or NULL. */
const char *frontends_mistake(const struct frontends *frontends);

#endif
