/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Beacons: ports whose state is known, which show whether a place reports the truth.  A round asks
 * every place about every beacon and notes what each found.  Pure; portlight-fleet.
 */
#ifndef PORTLIGHT_FLEET_ASK_BEACONS_H
#define PORTLIGHT_FLEET_ASK_BEACONS_H

#include "common/config/config_keys.h"
#include "common/contract/beacon.h"
#include "common/contract/wire.h"

struct beacon_round {
    uint32_t told, wrong; /* bit n: place n has answered, and was wrong */
};

struct beacons {
    unsigned count;
    struct beacon all[CONFIG_BEACONS_MAX];
    struct beacon_round rounds[CONFIG_BEACONS_MAX];
    unsigned under_way; /* questions of this round that have not ended */
};

/* Reads the list, which config_items.h has checked. */
void beacons_init(struct beacons *beacons, const struct config_strings *texts);

/* Begins a new round, without answers. */
void beacons_begin(struct beacons *beacons);

/* The check that asks about this beacon. */
struct wire_check beacons_check(const struct beacons *beacons, unsigned beacon);

/* Notes what the place found; STATE_UNKNOWN doesn't count. */
void beacons_tell(struct beacons *beacons, unsigned beacon, unsigned place,
                  enum verdict_state state);

/* The same for an answer as received; a refusal counts for nothing.  False if the answer is not
 * valid (answer.h). */
bool beacons_take(struct beacons *beacons, unsigned beacon, unsigned place,
                  const struct wire_check *asked, const void *payload, size_t len);

/* One question has ended, with or without an answer.  True if it was the round's last. */
bool beacons_end_question(struct beacons *beacons);

/* The places that found the wrong state, one bit each.  If they are more than half of those that
 * answered, the beacon itself must have changed: sets *is_off and returns 0. */
uint32_t beacons_wrong(const struct beacons *beacons, unsigned beacon, bool *is_off);

#endif
