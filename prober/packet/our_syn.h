/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What every SYN of ours looks like: the values that the segment writer, the capture filter
 * and the rules about answers must agree on.  Pure; the prober.
 */
#ifndef PORTLIGHT_PROBER_PACKET_OUR_SYN_H
#define PORTLIGHT_PROBER_PACKET_OUR_SYN_H

#include "common/contract/syn_schedule.h"

/* All our packets have this TTL, except those that should expire on the way, and this TOS
 * (IPv6: traffic class): AF11 survives on most paths, and shows who reflects it. */
enum { OUR_SYN_TTL = SYN_SCHEDULE_TTL, OUR_SYN_TOS = 0x28 };

/* What a Linux socket offers on a 1500-byte link: networks drop SYNs that look odd. */
enum {
    OUR_SYN_MSS_IPV4 = 1460,
    OUR_SYN_MSS_IPV6 = 1440,
    OUR_SYN_WINDOW_IPV4 = 64240, /* 44 segments */
    OUR_SYN_WINDOW_IPV6 = 64800, /* 45 segments */
    OUR_SYN_WINDOW_SCALE = 7,
    OUR_SYN_OPTIONS_LEN = 20, /* MSS, SACK permitted, timestamps, NOP, window scale */
};

#endif
