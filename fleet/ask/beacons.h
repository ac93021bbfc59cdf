/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Beacons of known truth: who is to be asked about what, what each place found, and whom that
 * makes suspect.  Pure; portlight-fleet.  A round asks every place about every beacon.
 */
#ifndef PORTLIGHT_FLEET_ASK_BEACONS_H
#define PORTLIGHT_FLEET_ASK_BEACONS_H

#include "common/config/config_keys.h"
#include "common/contract/beacon.h"
#include "common/contract/wire.h"

struct beacon_round {
    uint32_t told, wrong; /* bit n: place n */
};

struct beacons {
    unsigned count;
    struct beacon all[CONFIG_BEACONS_MAX];
    struct beacon_round rounds[CONFIG_BEACONS_MAX];
    unsigned under_way; /* questions of this round that nobody has answered or given up */
};

/* The list, as config_items.h has read it. */
void beacons_init(struct beacons *beacons, const struct config_strings *texts);

/* A new round: nobody has told anything. */
void beacons_begin(struct beacons *beacons);

/* What to ask about it. */
struct wire_check beacons_check(const struct beacons *beacons, unsigned beacon);

/* What the place found there; unknown is no vote. */
void beacons_tell(struct beacons *beacons, unsigned beacon, unsigned place,
                  enum verdict_state state);

/* The same of an answer as it came; a refusal tells nothing.  False if it can't be true. */
bool beacons_take(struct beacons *beacons, unsigned beacon, unsigned place,
                  const struct wire_check *asked, const void *payload, size_t len);

/* One question is answered, refused or given up; true if it was the round's last. */
bool beacons_end_question(struct beacons *beacons);

/* The places that found otherwise, a bit each.  None if more than half of those who told did: then
 * it is the beacon that is wrong, and *is_off. */
uint32_t beacons_wrong(const struct beacons *beacons, unsigned beacon, bool *is_off);

#endif
