/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/filter.h"

#include <stdio.h>

void filter_expression(uint16_t low, uint16_t high, char out[static FILTER_MAX_LEN])
{
    snprintf(out, FILTER_MAX_LEN,
             "(tcp and (dst portrange %u-%u or src portrange %u-%u))"
             " or (icmp and (icmp[0] == 3 or icmp[0] == 11 or icmp[0] == 12))"
             " or (ip6[6] == 58 and ip6[40] >= 1 and ip6[40] <= 4)",
             low, high, low, high);
}
