/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/model/probe_details.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 16 };

static bool add_hop(struct probe_details *details, const struct wire_hop *hop)
{
    if (hop->hop != details->hop_count + 1 || hop->hop > VERDICT_HOPS_MAX)
        return false;
    if (details->hops == NULL)
        details->hops = calloc(VERDICT_HOPS_MAX, sizeof(*details->hops));
    if (details->hops == NULL)
        return false;
    details->hops[details->hop_count++] = (struct probe_hop){hop->addr, hop->rtt_ns};
    return true;
}

static bool add_packet(struct probe_details *details, const struct wire_packet *packet)
{
    if (details->packet_count == PROBE_DETAILS_PACKETS_MAX)
        return false;
    if (details->packet_count == details->packet_room) {
        uint16_t room =
            (uint16_t)(details->packet_room > 0 ? details->packet_room * 2 : FIRST_ROOM);
        struct wire_packet *packets = realloc(details->packets, room * sizeof(*packets));
        if (packets == NULL)
            return false;
        details->packets = packets;
        details->packet_room = room;
    }
    details->packets[details->packet_count++] = *packet;
    return true;
}

bool probe_details_add(struct probe_details *details, const struct wire_message *message)
{
    switch (message->type) {
    case WIRE_HOP: return add_hop(details, &message->hop);
    case WIRE_PACKET: return add_packet(details, &message->packet);
    default: return false;
    }
}

bool probe_details_copy(struct probe_details *details, const struct probe_details *from)
{
    size_t hops_len = VERDICT_HOPS_MAX * sizeof(*from->hops);
    size_t packets_len = from->packet_count * sizeof(*from->packets);

    *details = (struct probe_details){0};
    if (from->hop_count > 0) {
        details->hops = malloc(hops_len);
        if (details->hops == NULL)
            return false;
        memcpy(details->hops, from->hops, hops_len);
        details->hop_count = from->hop_count;
    }
    if (from->packet_count > 0) {
        details->packets = malloc(packets_len);
        if (details->packets == NULL) {
            probe_details_free(details);
            return false;
        }
        memcpy(details->packets, from->packets, packets_len);
        details->packet_count = details->packet_room = from->packet_count;
    }
    return true;
}

void probe_details_free(struct probe_details *details)
{
    free(details->hops);
    free(details->packets);
    *details = (struct probe_details){0};
}
