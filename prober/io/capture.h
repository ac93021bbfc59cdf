/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Captures packets on all of this machine's interfaces.  An edge; the prober.  The only user
 * of libpcap.
 */
#ifndef PORTLIGHT_PROBER_IO_CAPTURE_H
#define PORTLIGHT_PROBER_IO_CAPTURE_H

#include "common/net/packet.h"
#include "prober/io/source_ports.h"

struct capture;

enum { CAPTURE_ERROR_LEN = 256 };

typedef void capture_packet_fn(void *context, const struct packet *packet);

/*
 * Opens the capture with the filter of capture_filter.h, and locks the filter.  Needs
 * CAP_NET_RAW, here only.  Not promiscuous.  Returns NULL with a line in error.
 */
struct capture *capture_open(const struct source_ports_span ports[static SOURCE_PORTS_SPANS],
                             char error[static CAPTURE_ERROR_LEN]);

/* For epoll. */
int capture_fd(const struct capture *capture);

/* Reads up to `most` frames and calls `packet` for those that parse; the packet's bytes are
 * valid during the call.  Returns the number of frames, or -1 if the capture has died and
 * the process should exit. */
int capture_read(struct capture *capture, int most, capture_packet_fn *packet, void *context);

/* Frames captured, and frames lost because the buffer was full, since opening. */
struct capture_counts {
    uint64_t captured, lost;
};
struct capture_counts capture_count(struct capture *capture);

/* What went wrong last. */
const char *capture_error(const struct capture *capture);

#endif
