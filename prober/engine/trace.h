/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Decides when a probe needs SYNs with small TTLs, and sends them (ttl_probe.h decides which).
 * Pure; only prober/engine includes this.
 */
#ifndef PORTLIGHT_PROBER_ENGINE_TRACE_H
#define PORTLIGHT_PROBER_ENGINE_TRACE_H

#include "prober/engine/state.h"

/* The port was answered.  If the origin of the answer is in doubt, probes the hops that show it, or
 * all hops if the peer wants a trace.  Once per probe. */
void trace_start_for_answer(struct engine *engine, struct probe *probe, uint64_t now_ns);

/* The port has been silent so far: if the peer wants a trace, looks for the hop that drops the SYN.
 */
void trace_start_if_silent(struct engine *engine, struct probe *probe, uint64_t now_ns);

/* Sends the SYNs that are due.  The probe must have a ttl_probe. */
void trace_send_due(struct engine *engine, struct probe *probe, uint64_t now_ns);

/* Sends RSTs for connections that SYNs with small TTLs opened. */
void trace_teardown(struct engine *engine, struct probe *probe, uint64_t now_ns);

#endif
