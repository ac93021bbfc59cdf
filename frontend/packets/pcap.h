/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The packets of an answer as a pcap file (draft-ietf-opsawg-pcap): nanoseconds,
 * LINKTYPE_RAW.  Pure but for malloc; the daemon and the command line.
 */
#ifndef PORTLIGHT_FRONTEND_PACKETS_PCAP_H
#define PORTLIGHT_FRONTEND_PACKETS_PCAP_H

#include "frontend/model/result.h"

/* Returns the whole file, with each packet once and in order of time; a packet that belongs to
 * several ports is written once.  The caller frees it; NULL without memory. */
uint8_t *pcap_make(const struct result *result, size_t *len);

#endif
