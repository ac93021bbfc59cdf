/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ports of one CHECK: starts them together, compares their answers, and reports them.  Pure;
 * only prober/engine includes this.
 */
#ifndef PORTLIGHT_PROBER_ENGINE_CHECK_H
#define PORTLIGHT_PROBER_ENGINE_CHECK_H

#include "prober/engine/state.h"

/* Sends the first SYNs and the first echo request.  source_error is 0, or the errno that says why
 * this machine has no source address; then nothing is sent. */
enum progress check_start(struct engine *engine, struct check *check, int source_error,
                          uint64_t now_ns);

/* Handles a captured segment, or an ICMP error that quotes one, that may concern this probe.  The
 * probe's check may be gone. */
enum progress check_on_probe_packet(struct engine *engine, struct probe *probe,
                                    const struct packet *packet, uint64_t now_ns);

/* Handles a captured echo, or an ICMP error that quotes one, that may concern this check. */
enum progress check_on_echo_packet(struct engine *engine, struct check *check,
                                   const struct packet *packet, uint64_t now_ns);

/* Reports the ports whose verdicts can't become surer.  Removes the check with the last report.
 * Only the engine calls this, after each event and when the handlers have returned: so no handler
 * loses the check that it works on. */
void check_finish_ready(struct engine *engine, struct check *check, uint64_t now_ns);

/* Removes the check without a report.  Its probes stay without it if they must still tear down
 * connections. */
void check_remove(struct engine *engine, struct check *check);

#endif
