/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What every SYN of ours looks like: the values that the segment writer, the capture filter
 * and the rules about answers must agree on.  Pure; the prober.
 */
#ifndef PORTLIGHT_PROBER_PACKET_OUR_SYN_H
#define PORTLIGHT_PROBER_PACKET_OUR_SYN_H

/* Of all packets we send, echoes too, but for those with a small TTL. */
enum {
    OUR_SYN_TTL = 64,
    OUR_SYN_TOS = 0x28, /* AF11: survives most DSCP clearing, and shows who reflects it */
};

/* What a Linux socket offers on a 1500-byte link: networks drop SYNs that look odd. */
enum {
    OUR_SYN_MSS_IPV4 = 1460,
    OUR_SYN_MSS_IPV6 = 1440,
    OUR_SYN_WINDOW_IPV4 = 64240, /* 44 segments */
    OUR_SYN_WINDOW_IPV6 = 64800, /* 45 segments */
    OUR_SYN_WINDOW_SCALE = 7,
};

#endif
