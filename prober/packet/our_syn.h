/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What our SYNs look like: values on which the code that builds segments, the capture filter and
 * the rules for answers must agree.  Pure; the prober.
 */
#ifndef PORTLIGHT_PROBER_PACKET_OUR_SYN_H
#define PORTLIGHT_PROBER_PACKET_OUR_SYN_H

#include <stdbool.h>
#include <stdint.h>

#include "common/contract/syn_schedule.h"

/* The TTL of all our packets, except those that should expire on the way. */
enum { OUR_SYN_TTL = SYN_SCHEDULE_TTL };

/* The TOS of every second flow and of echo requests: AF11 survives most DSCP clearing, and shows
 * who reflects it.  The other flows have none, like those of clients: some networks drop packets
 * with a DSCP, others pass them where they would filter. */
enum { OUR_SYN_TOS = 0x28 };

static inline uint8_t our_syn_tos(unsigned flow)
{
    return flow % 2 != 0 ? OUR_SYN_TOS : 0;
}

/* Has the flow a source port that clients use?  The first and the last have: some filters pass
 * replies only to those ports.  So flows that are answered differently show whether DSCP or source
 * port makes the difference. */
static inline bool our_syn_is_ephemeral(unsigned flow)
{
    return flow == 0 || flow == 3;
}

/* The values of a Linux socket on a 1500-byte link, because networks drop unusual SYNs. */
enum {
    OUR_SYN_MSS_IPV4 = 1460,
    OUR_SYN_MSS_IPV6 = 1440,
    /* 44 and 45 segments minus one byte: by this the capture recognises our SYNs among those of
     * other programs when this machine's NAT has changed their ports */
    OUR_SYN_WINDOW_IPV4 = 64239,
    OUR_SYN_WINDOW_IPV6 = 64799,
    OUR_SYN_WINDOW_SCALE = 7,
    OUR_SYN_OPTIONS_LEN = 20, /* MSS, SACK permitted, timestamps, NOP, window scale */
};

#endif
