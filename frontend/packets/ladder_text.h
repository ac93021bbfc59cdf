/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A port's packets as a ladder, one line each: time, direction and contents.  Pure but for malloc;
 * the command line.
 */
#ifndef PORTLIGHT_FRONTEND_PACKETS_LADDER_TEXT_H
#define PORTLIGHT_FRONTEND_PACKETS_LADDER_TEXT_H

#include "frontend/model/result.h"
#include "frontend/model/strbuf.h"

/*
 * Appends a line for each packet that can be parsed, with its time since the first SYN, and after
 * a trace how far the SYNs got:
 *
 *          0.000ms  ──▶  SYN seq 0 win 64239 ttl 64 port 61000
 *         23.104ms  ◀──  SYN,ACK seq 0 ack 1 win 65160 ttl 52 port 61000
 *
 * The port is the one on our side, which distinguishes the flows.  An address is shown only if the
 * other side is not the target.  Without utf8 the arrows are ASCII.
 */
void ladder_text_append(struct strbuf *buf, const struct result_target *target, unsigned port_index,
                        bool utf8);

#endif
