/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sorts the packets of an answer by time.  We have our own sort because qsort(3) may allocate, for
 * which glibc asks the kernel how much memory there is (sysinfo), and the daemon's sandbox kills
 * it for that.  Pure; the daemon and the command line.
 */
#ifndef PORTLIGHT_FRONTEND_PACKETS_PACKET_ORDER_H
#define PORTLIGHT_FRONTEND_PACKETS_PACKET_ORDER_H

#include "common/contract/wire.h"

/* Orders by time, then by length, then by bytes. 0: identical packets. */
int packet_order_compare(const struct wire_packet *a, const struct wire_packet *b);

/* Sorts pointers with a stable merge sort, in n log n steps at most.  Packets that are already in
 * order cost one step each.  `room` has space for `count` pointers. */
void packet_order_sort(const struct wire_packet **packets, const struct wire_packet **room,
                       size_t count);

#endif
