/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/model/probe_details.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 16 };

static bool add_hop(struct trail *trail, const struct wire_hop *hop)
{
    if (hop->hop != trail->hop_count + 1 || hop->hop > VERDICT_HOPS_MAX)
        return false;
    if (trail->hops == NULL)
        trail->hops = calloc(VERDICT_HOPS_MAX, sizeof(*trail->hops));
    if (trail->hops == NULL)
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
    size_t hops_len = VERDICT_HOPS_MAX * sizeof(*from->hops);
    size_t packets_len = from->packet_count * sizeof(*from->packets);

    *trail = (struct trail){0};
    if (from->hop_count > 0) {
        trail->hops = malloc(hops_len);
        if (trail->hops == NULL)
            return false;
        memcpy(trail->hops, from->hops, hops_len);
        trail->hop_count = from->hop_count;
    }
    if (from->packet_count > 0) {
        trail->packets = malloc(packets_len);
        if (trail->packets == NULL) {
            trail_free(trail);
            return false;
        }
        memcpy(trail->packets, from->packets, packets_len);
        trail->packet_count = trail->packet_room = from->packet_count;
    }
    return true;
}

void trail_free(struct trail *trail)
{
    free(trail->hops);
    free(trail->packets);
    *trail = (struct trail){0};
}
