/* SPDX-License-Identifier: BSD-2-Clause */
#include "frontend/packets/packet_order.h"

#include <string.h>

int packet_order_compare(const struct wire_packet *a, const struct wire_packet *b)
{
    if (a->time_ns != b->time_ns)
        return a->time_ns < b->time_ns ? -1 : 1;
    if (a->len != b->len)
        return a->len < b->len ? -1 : 1;
    return memcmp(a->bytes, b->bytes, a->len);
}

/* Merges two adjacent sorted runs. */
static void merge(const struct wire_packet **packets, const struct wire_packet **room,
                  size_t first_count, size_t count)
{
    size_t left = 0, right = first_count;

    if (packet_order_compare(packets[first_count - 1], packets[first_count]) <= 0)
        return; /* the usual case: each port's packets were captured in order */
    for (size_t i = 0; i < first_count; i++)
        room[i] = packets[i];
    for (size_t out = 0; left < first_count; out++) {
        bool second = right < count && packet_order_compare(packets[right], room[left]) < 0;
        packets[out] = second ? packets[right++] : room[left++];
    }
}

void packet_order_sort(const struct wire_packet **packets, const struct wire_packet **room,
                       size_t count)
{
    for (size_t run = 1; run < count; run *= 2)
        for (size_t at = 0; at + run < count; at += 2 * run)
            merge(packets + at, room, run, count - at < 2 * run ? count - at : 2 * run);
}
