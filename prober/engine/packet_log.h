/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The packets of a check, sent and received, for a peer that wants to see them.
 * Pure; the prober.
 */
#ifndef PORTLIGHT_PROBER_ENGINE_PACKET_LOG_H
#define PORTLIGHT_PROBER_ENGINE_PACKET_LOG_H

#include "common/contract/wire.h"
#include "common/net/packet.h"

enum { PACKET_LOG_MAX = 192 /* packets of one check; later ones are left out */ };

struct packet_log_entry {
    uint64_t time_ns;
    uint8_t probes; /* bit n: concerns the check's n-th probe */
    bool outgoing;
    uint8_t len;
    uint8_t bytes[WIRE_PACKET_BYTES_LEN];
};

struct packet_log {
    uint16_t count;
    struct packet_log_entry entries[PACKET_LOG_MAX];
};

/* Adds a packet, cut to what a message takes, or marks it as concerning another
 * probe, too, when it is the very one that was added last. */
void packet_log_add(struct packet_log *log, const struct packet *packet, uint8_t probes);

/* Fills the message with the first entry at *location or behind that concerns the
 * probe, and moves on; false behind the last.  job and port are the caller's. */
bool packet_log_next(const struct packet_log *log, uint16_t *location, uint8_t probe,
                     struct wire_packet *message);

#endif
