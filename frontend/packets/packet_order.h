/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The packets of an answer in the order of time.  A sort of our own: qsort(3) may take
 * memory, and glibc asks the kernel how much there is (sysinfo), which the daemon's sandbox
 * kills it for.  Pure; the daemon and the command line.
 */
#ifndef PORTLIGHT_FRONTEND_PACKETS_PACKET_ORDER_H
#define PORTLIGHT_FRONTEND_PACKETS_PACKET_ORDER_H

#include "common/contract/wire.h"

/* By time; of the same time by length, then by bytes.  0: one and the same packet. */
int packet_order_compare(const struct wire_packet *a, const struct wire_packet *b);

/* Sorts pointers, equal ones staying as they were, in n log n steps at most.  Packets that
 * come in order cost one step each.  `room` holds `count` pointers more. */
void packet_order_sort(const struct wire_packet **packets, const struct wire_packet **room,
                       size_t count);

#endif
