/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What passes this machine's interfaces, all of them.  An edge; the prober.
 * The only user of libpcap.
 */
#ifndef PORTLIGHT_PROBER_IO_CAPTURE_H
#define PORTLIGHT_PROBER_IO_CAPTURE_H

#include "common/net/packet.h"

struct capture;

enum { CAPTURE_ERROR_LEN = 256 };

typedef void capture_packet_fn(void *context, const struct packet *packet);

/*
 * Opens the capture with a filter for the reserved source ports low..high, and
 * locks the filter.  Needs CAP_NET_RAW, once; not promiscuous.  NULL with a
 * line in error.
 */
struct capture *capture_open(uint16_t low, uint16_t high, uint16_t echo_id,
                             char error[static CAPTURE_ERROR_LEN]);
void capture_close(struct capture *capture);

/* For epoll: readable when packets are there. */
int capture_fd(const struct capture *capture);

/* Hands on up to `most` packets that parse.  Returns how many frames were read,
 * or -1 when the capture has died and the process should too. */
int capture_read(struct capture *capture, int most, capture_packet_fn *packet, void *context);

/* Frames that came, and those that were lost for want of room, since opening. */
struct capture_counts {
    uint64_t captured, lost;
};
struct capture_counts capture_count(struct capture *capture);

/* What went wrong last. */
const char *capture_error(const struct capture *capture);

#endif
