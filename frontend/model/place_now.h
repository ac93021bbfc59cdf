/* SPDX-License-Identifier: BSD-2-Clause */
/* A place: its configuration and its current state, for GET /api/v1/places.  Pure; the daemon. */
#ifndef PORTLIGHT_FRONTEND_MODEL_PLACE_NOW_H
#define PORTLIGHT_FRONTEND_MODEL_PLACE_NOW_H

#include "common/contract/place.h"
#include "common/contract/wire.h"

struct api_place {
    const struct place *place;
    enum place_state state;
    const struct wire_place *said; /* by portlight-fleet; NULL: the place is this machine */
};

#endif
