/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/trail.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 16 };

static bool add_hop(struct trail *trail, const struct wire_hop *hop)
{
    if (hop->hop != trail->hop_count + 1 || hop->hop > VERDICT_HOPS_MAX)
        return false;
    trail->hops[trail->hop_count++] = (struct trail_hop){hop->addr, hop->rtt_ns};
    return true;
}

static bool add_packet(struct trail *trail, const struct wire_packet *packet)
{
    if (trail->packet_count == TRAIL_PACKETS_MAX)
        return false;
    if (trail->packet_count == trail->packet_room) {
        uint16_t room = (uint16_t)(trail->packet_room > 0 ? trail->packet_room * 2 : FIRST_ROOM);
        struct wire_packet *packets = realloc(trail->packets, room * sizeof(*packets));
        if (packets == NULL)
            return false;
        trail->packets = packets;
        trail->packet_room = room;
    }
    trail->packets[trail->packet_count++] = *packet;
    return true;
}

bool trail_add(struct trail *trail, const struct wire_message *message)
{
    switch (message->type) {
    case WIRE_HOP: return add_hop(trail, &message->hop);
    case WIRE_PACKET: return add_packet(trail, &message->packet);
    default: return false;
    }
}

bool trail_copy(struct trail *trail, const struct trail *from)
{
    size_t len = from->packet_count * sizeof(*from->packets);

    *trail = *from;
    trail->packet_room = from->packet_count;
    trail->packets = NULL;
    if (len == 0)
        return true;
    trail->packets = malloc(len);
    if (trail->packets == NULL) {
        *trail = (struct trail){0};
        return false;
    }
    memcpy(trail->packets, from->packets, len);
    return true;
}

void trail_free(struct trail *trail)
{
    free(trail->packets);
    *trail = (struct trail){0};
}
