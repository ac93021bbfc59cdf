/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What every SYN of ours looks like: the values that the segment writer, the capture filter
 * and the rules about answers must agree on.  Pure; the prober.
 */
#ifndef PORTLIGHT_PROBER_PACKET_OUR_SYN_H
#define PORTLIGHT_PROBER_PACKET_OUR_SYN_H

#include <stdbool.h>
#include <stdint.h>

#include "common/contract/syn_schedule.h"

/* All our packets have this TTL, except those that should expire on the way. */
enum { OUR_SYN_TTL = SYN_SCHEDULE_TTL };

/* The mark of every second flow, and of the echoes: AF11 survives most DSCP clearing, and shows
 * who reflects it.  The flows between are as a client's: some networks drop what is marked,
 * others let it pass where they filter. */
enum { OUR_SYN_TOS = 0x28 };

static inline uint8_t our_syn_tos(unsigned flow)
{
    return flow % 2 != 0 ? OUR_SYN_TOS : 0;
}

/* The first and the last flow come from ports that clients use: some filters let replies go to
 * those only.  So two flows that are answered differently show whether the mark or the source
 * port makes the difference. */
static inline bool our_syn_is_ephemeral(unsigned flow)
{
    return flow == 0 || flow == 3;
}

/* What a Linux socket offers on a 1500-byte link: networks drop SYNs that look odd. */
enum {
    OUR_SYN_MSS_IPV4 = 1460,
    OUR_SYN_MSS_IPV6 = 1440,
    /* 44 and 45 segments less one byte: by this the capture knows our SYNs when a NAT of our own
     * has changed their ports, among those of all other programs */
    OUR_SYN_WINDOW_IPV4 = 64239,
    OUR_SYN_WINDOW_IPV6 = 64799,
    OUR_SYN_WINDOW_SCALE = 7,
    OUR_SYN_OPTIONS_LEN = 20, /* MSS, SACK permitted, timestamps, NOP, window scale */
};

#endif
