/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The packets of an answer as a pcap file (draft-ietf-opsawg-pcap): nanoseconds,
 * LINKTYPE_RAW.  Pure but for malloc; the daemon and the command line.
 */
#ifndef PORTLIGHT_FRONTEND_PACKETS_PCAP_H
#define PORTLIGHT_FRONTEND_PACKETS_PCAP_H

#include "frontend/model/result.h"

/* The whole file, each packet once and in the order of time: those that come with
 * several ports are one.  For the caller to free; NULL without memory. */
uint8_t *pcap_make(const struct result *result, size_t *len);

#endif
