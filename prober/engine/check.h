/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ports that a peer asked for together: their start, what they learn from each other,
 * and their reports.  Pure; only prober/engine includes this.
 */
#ifndef PORTLIGHT_PROBER_ENGINE_CHECK_H
#define PORTLIGHT_PROBER_ENGINE_CHECK_H

#include "prober/engine/state.h"

/* Sends the first SYNs and the first echo.  source_error is 0, or the errno that says why
 * this machine has no address to send from; then the ports settle unsent. */
enum progress check_start(struct engine *engine, struct check *check, int source_error,
                          uint64_t now_ns);

/* A captured segment or quote that may concern this probe, whose check may be gone. */
enum progress check_on_probe_packet(struct engine *engine, struct probe *probe,
                                    const struct packet *packet, uint64_t now_ns);

/* A captured echo, or a quote of one, that may be the check's. */
enum progress check_on_echo_packet(struct engine *engine, struct check *check,
                                   const struct packet *packet, uint64_t now_ns);

/* Reports the ports whose verdicts can't get surer.  With the last report the check is gone.
 * Only the engine calls this, once after each event: nothing else may remove a check that
 * a handler is working on. */
void check_finish_ready(struct engine *engine, struct check *check, uint64_t now_ns);

/* Removes it without a report.  Probes that must still tear connections down stay, alone. */
void check_remove(struct engine *engine, struct check *check);

#endif
