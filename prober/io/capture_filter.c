/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/io/capture_filter.h"

#include <stdio.h>

/* For IPv4, whose TCP header pcap-filter finds behind options; for IPv6 without
 * extension headers.  0x28 is the TOS of our SYNs, 16 the flags of an ACK alone, and tcp[11]
 * the end of what it acknowledges. */
void capture_filter_expression(uint16_t low, uint16_t high, uint16_t echo_id,
                               char out[static CAPTURE_FILTER_MAX_LEN])
{
    unsigned even = echo_id, odd = echo_id | 1U;

    snprintf(out, CAPTURE_FILTER_MAX_LEN,
             "(tcp and (dst portrange %u-%u or (src portrange %u-%u"
             " and not (tcp[13] == 16 and tcp[11] & 1 == 0)"
             " and not (ip6[6] == 6 and ip6[53] == 16 and ip6[51] & 1 == 0))))"
             " or (ip[1] == 0x28 and tcp[13] == 2)"
             " or (tcp[13] & 4 != 0 or tcp[13] & 0x12 == 0x12)"
             " or (ip6[6] == 6 and ((ip6[53] == 2 and ip6[0:2] & 0xff0 == 0x280)"
             " or ip6[53] & 4 != 0 or ip6[53] & 0x12 == 0x12))"
             " or (icmp and (icmp[0] == 3 or icmp[0] == 11 or icmp[0] == 12"
             " or (icmp[0] == 0 and icmp[4:2] & 0xfffe == %u)"
             " or (icmp[0] == 8 and icmp[4:2] == %u)))"
             " or (ip6[6] == 58 and (ip6[40] >= 1 and ip6[40] <= 4"
             " or (ip6[40] == 129 and ip6[44:2] & 0xfffe == %u)"
             " or (ip6[40] == 128 and ip6[44:2] == %u)))"
             " or ip6[6] == 0 or ip6[6] == 60",
             low, high, low, high, even, odd, even, odd);
}
