/* SPDX-License-Identifier: BSD-2-Clause */
#include "fleet/ask/beacons.h"

#include <string.h>

#include "fleet/ask/answer.h"

_Static_assert(PLACES_MAX <= 32, "each place is one bit of a uint32_t");

void beacons_init(struct beacons *beacons, const struct config_strings *texts)
{
    memset(beacons, 0, sizeof(*beacons));
    for (size_t i = 0; i < texts->count && i < CONFIG_BEACONS_MAX; i++)
        if (beacon_read(texts->items[i], &beacons->all[beacons->count]) == NULL)
            beacons->count++;
}

void beacons_begin(struct beacons *beacons)
{
    memset(beacons->rounds, 0, sizeof(beacons->rounds));
    beacons->under_way = 0;
}

void beacons_tell(struct beacons *beacons, unsigned beacon, unsigned place,
                  enum verdict_state state)
{
    struct beacon_round *round = &beacons->rounds[beacon];

    if (state == STATE_UNKNOWN)
        return;
    round->told |= 1U << place;
    if (state != beacons->all[beacon].state)
        round->wrong |= 1U << place;
}

struct wire_check beacons_check(const struct beacons *beacons, unsigned beacon)
{
    return (struct wire_check){
        .addr = beacons->all[beacon].addr,
        .port_count = 1,
        .ports = {beacons->all[beacon].port},
    };
}

bool beacons_take(struct beacons *beacons, unsigned beacon, unsigned place,
                  const struct wire_check *asked, const void *payload, size_t len)
{
    struct reader envelope = reader_of(payload, len);
    struct wire_message message;
    struct answer_read read;
    enum answer answer = answer_read(payload, len, asked, &read);

    while (answer == ANSWER_RESULTS &&
           envelope_next(&envelope, WIRE_PROBER, &message) == ENVELOPE_MESSAGE)
        if (message.type == WIRE_RESULT)
            beacons_tell(beacons, beacon, place, message.result.verdict.state);
    return answer == ANSWER_RESULTS || answer == ANSWER_REFUSED;
}

bool beacons_end_question(struct beacons *beacons)
{
    if (beacons->under_way == 0)
        return false;
    return --beacons->under_way == 0;
}

uint32_t beacons_wrong(const struct beacons *beacons, unsigned beacon, bool *is_off)
{
    const struct beacon_round *round = &beacons->rounds[beacon];

    *is_off = 2 * __builtin_popcount(round->wrong) > __builtin_popcount(round->told);
    return *is_off ? 0 : round->wrong;
}
