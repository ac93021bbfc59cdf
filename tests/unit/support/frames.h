/* SPDX-License-Identifier: BSD-2-Clause */
/* Captured frames for the tests and the fuzz corpus: what answers a SYN of
 * 198.18.1.2 or 2001:2::1, port 61000, sequence number FRAME_SEQ, to port 443 of
 * 198.18.3.2 or 2001:2::2. */
#ifndef PORTLIGHT_FRAMES_H
#define PORTLIGHT_FRAMES_H

#include "common/base/cursor.h"
#include "common/net/packet.h"

enum { FRAME_MAX_LEN = 256, FRAME_SPORT = 61000, FRAME_DPORT = 443 };
#define FRAME_SEQ UINT32_C(0x11223344)

/* Of the echoes between them. */
enum { FRAME_ECHO_ID = 0x7065, FRAME_ECHO_SEQ = 0 };
#define FRAME_ECHO_COOKIE UINT64_C(0x0123456789abcdef)

extern const struct addr frame_us4, frame_them4, frame_router4;
extern const struct addr frame_us6, frame_them6, frame_router6;

/* Parts, each behind the other. */
void frame_sll2(struct writer *w, uint16_t ethertype, bool outgoing);
void frame_ipv4(struct writer *w, const struct addr *src, const struct addr *dst, uint8_t protocol,
                uint8_t tos, uint8_t ttl, uint16_t payload_len);
void frame_ipv6(struct writer *w, const struct addr *src, const struct addr *dst, uint8_t next,
                uint8_t tos, uint8_t ttl, uint16_t payload_len);
void frame_tcp(struct writer *w, uint16_t sport, uint16_t dport, uint32_t seq, uint32_t ack,
               uint8_t flags, uint16_t window);

/* Whole frames by name: NULL behind the last. */
struct frame {
    const char *name;
    uint8_t bytes[FRAME_MAX_LEN];
    size_t len;
};
const struct frame *frame_at(unsigned index);
const struct frame *frame_named(const char *name);

#endif
