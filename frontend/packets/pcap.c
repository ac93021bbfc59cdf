/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/packets/pcap.h"

#include <stdlib.h>

#include "common/base/clock.h"
#include "common/base/cursor.h"
#include "frontend/packets/packet_order.h"

enum {
    HEADER_LEN = 24,
    RECORD_HEADER_LEN = 16,
    LINKTYPE_RAW = 101,
    PACKETS_MAX = RESULT_TARGETS_MAX * POLICY_PORTS_MAX * PROBE_DETAILS_PACKETS_MAX,
};

#define NANOSECOND_MAGIC UINT32_C(0xa1b23c4d)

/* The packets of a result, and space to sort them. */
struct pile {
    const struct wire_packet *packets[PACKETS_MAX], *room[PACKETS_MAX];
};

static unsigned collect(const struct result *result, const struct wire_packet **packets)
{
    unsigned count = 0;

    for (unsigned i = 0; i < result->target_count; i++)
        for (unsigned j = 0; j < result->targets[i].port_count; j++)
            for (unsigned k = 0; k < result->targets[i].trails[j].packet_count; k++)
                packets[count++] = &result->targets[i].trails[j].packets[k];
    return count;
}

/* The length on the wire, from the IP header, because the captured bytes may be truncated. */
static uint32_t full_len(const struct wire_packet *packet)
{
    struct reader r = reader_of(packet->bytes, packet->len);
    bool ipv6 = packet->bytes[0] >> 4 == 6;
    uint32_t len;

    read_skip(&r, ipv6 ? 4 : 2);
    len = read_u16(&r) + (ipv6 ? 40U : 0U);
    return len > packet->len ? len : packet->len;
}

static void write_header(struct writer *w)
{
    write_u32(w, NANOSECOND_MAGIC);
    write_u16(w, 2); /* version 2.4 */
    write_u16(w, 4);
    write_u32(w, 0);
    write_u32(w, 0);
    write_u32(w, WIRE_PACKET_BYTES_LEN);
    write_u32(w, LINKTYPE_RAW);
}

static void write_record(struct writer *w, const struct wire_packet *packet)
{
    write_u32(w, (uint32_t)(packet->time_ns / NS_PER_S));
    write_u32(w, (uint32_t)(packet->time_ns % NS_PER_S));
    write_u32(w, packet->len);
    write_u32(w, full_len(packet));
    write_bytes(w, packet->bytes, packet->len);
}

uint8_t *pcap_make(const struct result *result, size_t *len)
{
    struct pile *pile = calloc(1, sizeof(*pile));
    const struct wire_packet **packets;
    size_t room = HEADER_LEN;
    unsigned count;
    uint8_t *file;

    if (pile == NULL)
        return NULL;
    packets = pile->packets;
    count = collect(result, packets);
    packet_order_sort(packets, pile->room, count);
    for (unsigned i = 0; i < count; i++)
        room += RECORD_HEADER_LEN + packets[i]->len;
    file = malloc(room);
    if (file != NULL) {
        struct writer w = writer_of(file, room);
        write_header(&w);
        for (unsigned i = 0; i < count; i++)
            if (i == 0 || packet_order_compare(packets[i - 1], packets[i]) != 0)
                write_record(&w, packets[i]);
        *len = w.pos;
    }
    free(pile);
    return file;
}
