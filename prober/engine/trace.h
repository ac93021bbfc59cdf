/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A probe's SYNs with small TTLs: when they are worth sending, and sending them
 * (ttl_probe.h says which).  Pure; only prober/engine includes this.
 */
#ifndef PORTLIGHT_PROBER_ENGINE_TRACE_H
#define PORTLIGHT_PROBER_ENGINE_TRACE_H

#include "prober/engine/state.h"

/* The port was answered: asks the hops that show from where, if that is in doubt, or all of
 * them if the peer wants a trace.  Once per probe. */
void trace_start_for_answer(struct engine *engine, struct probe *probe, uint64_t now_ns);

/* The port is silent so far: if the peer wants a trace, finds where the SYN is dropped. */
void trace_start_if_silent(struct engine *engine, struct probe *probe, uint64_t now_ns);

/* Sends what is due.  The probe must have a ttl_probe. */
void trace_send_due(struct engine *engine, struct probe *probe, uint64_t now_ns);

/* Sends the RSTs for connections that SYNs with small TTLs opened. */
void trace_teardown(struct engine *engine, struct probe *probe, uint64_t now_ns);

#endif
