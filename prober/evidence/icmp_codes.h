/* SPDX-License-Identifier: BSD-2-Clause */
/* What the codes of ICMP errors mean for a SYN.  Pure; the prober. */
#ifndef PORTLIGHT_PROBER_EVIDENCE_ICMP_CODES_H
#define PORTLIGHT_PROBER_EVIDENCE_ICMP_CODES_H

#include "common/contract/verdict.h"

struct icmp_code {
    uint8_t family, type, code;
    enum verdict_reason reason;
    bool filter; /* only packet filters send it, not a TCP stack or plain router */
};

/* Never NULL: an unassigned code counts as "host unreachable" or "address unreachable". */
const struct icmp_code *icmp_code_find(uint8_t family, uint8_t type, uint8_t code);

#endif
