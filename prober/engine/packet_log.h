/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The packets of one check, sent and received, for a peer that requested them.  Pure; the prober.
 */
#ifndef PORTLIGHT_PROBER_ENGINE_PACKET_LOG_H
#define PORTLIGHT_PROBER_ENGINE_PACKET_LOG_H

#include "common/contract/wire.h"
#include "common/net/packet.h"

enum {
    PACKET_LOG_MAX = 192,         /* packets of one check; later ones are not kept */
    PACKET_LOG_STRANGERS_MAX = 16 /* of these: packets that anybody can send */
};

struct packet_log_entry {
    uint64_t time_ns;
    uint8_t probes; /* bit n: concerns the check's n-th probe */
    bool outgoing;
    uint8_t len;
    uint8_t bytes[WIRE_PACKET_BYTES_LEN];
};

struct packet_log {
    uint16_t count, strangers;
    struct packet_log_entry entries[PACKET_LOG_MAX];
};

/* Adds a packet, cut to the size of a message.  If it equals the last one, only adds the probes
 * that it concerns.  A stranger is a packet without any of our sequence numbers; a flood of those
 * can't push out the others. */
void packet_log_add(struct packet_log *log, const struct packet *packet, uint8_t probes,
                    bool stranger);

/* Fills the message, except job and port, with the first entry at or after *position that
 * concerns the probe, and moves *position past it.  Returns false if there is none. */
bool packet_log_next(const struct packet_log *log, uint16_t *position, uint8_t probe,
                     struct wire_packet *message);

#endif
