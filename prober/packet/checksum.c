/* SPDX-License-Identifier: BSD-2-Clause */
#include "prober/packet/checksum.h"

uint64_t checksum_add(uint64_t sum, const void *data, size_t len)
{
    const uint8_t *bytes = data;

    for (; len >= 2; len -= 2, bytes += 2)
        sum += (uint64_t)bytes[0] << 8 | bytes[1];
    if (len == 1)
        sum += (uint64_t)bytes[0] << 8;
    return sum;
}

uint16_t checksum_finish(uint64_t sum)
{
    while (sum >> 16 != 0) /* folding once may leave a carry */
        sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)~sum;
}
