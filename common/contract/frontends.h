/* SPDX-License-Identifier: BSD-2-Clause */
/* Which of the fleet's frontends is this one?  An edge; portlightd and portlight-fleet, at start.
 */
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

/* Writes fleet.name, or, if that is not set, the first label of the host name if fleet.frontends
 * has it: so that all frontends can share one file.  Empty if neither applies. */
void frontends_own_name(const struct frontends *frontends, char name[static PLACE_NAME_LEN]);

/* With several frontends: what is wrong with their configuration and how to correct it, or NULL. */
const char *frontends_mistake(const struct frontends *frontends);

#endif
