/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/engine/packet_log.h"

#include <string.h>

void packet_log_add(struct packet_log *log, const struct packet *packet, uint8_t probes,
                    bool stranger)
{
    struct packet_log_entry *entry = &log->entries[log->count];
    uint8_t len =
        (uint8_t)(packet->len < WIRE_PACKET_BYTES_LEN ? packet->len : WIRE_PACKET_BYTES_LEN);

    if (log->count > 0 && entry[-1].time_ns == packet->time_ns && entry[-1].len == len &&
        entry[-1].outgoing == packet->outgoing &&
        memcmp(entry[-1].bytes, packet->bytes, len) == 0) {
        entry[-1].probes |= probes;
        return;
    }
    if (stranger ? log->strangers == PACKET_LOG_STRANGERS_MAX
                 : log->count - log->strangers == PACKET_LOG_MAX - PACKET_LOG_STRANGERS_MAX)
        return;
    log->count++;
    log->strangers += stranger;
    *entry = (struct packet_log_entry){
        .time_ns = packet->time_ns,
        .probes = probes,
        .outgoing = packet->outgoing,
        .len = len,
    };
    memcpy(entry->bytes, packet->bytes, len);
}

bool packet_log_next(const struct packet_log *log, uint16_t *position, uint8_t probe,
                     struct wire_packet *message)
{
    while (*position < log->count) {
        const struct packet_log_entry *entry = &log->entries[(*position)++];
        if ((entry->probes >> probe & 1) == 0)
            continue;
        message->time_ns = entry->time_ns;
        message->outgoing = entry->outgoing;
        message->len = entry->len;
        memcpy(message->bytes, entry->bytes, sizeof(entry->bytes));
        return true;
    }
    return false;
}
