/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The part of a probe's life that goes from hop to hop: when SYNs with a small TTL
 * are worth sending, and their sending.  Pure; only the engine's own files include
 * this.
 */
#ifndef PORTLIGHT_PROBER_ENGINE_TRACE_H
#define PORTLIGHT_PROBER_ENGINE_TRACE_H

#include "prober/engine/probe.h"
#include "prober/evidence/ttl_probe.h"

/* The port was answered: asks the hops that tell from where, if that is in doubt,
 * or all of them if a trace was wanted. */
void trace_start_for_answer(struct engine *engine, uint32_t index, uint64_t now_ns);

/* The port is silent so far: if a trace was wanted, where does the SYN die? */
void trace_start_if_silent(struct engine *engine, uint32_t index, uint64_t now_ns);

/* Sends what is due. */
void trace_send_due(struct engine *engine, uint32_t index, uint64_t now_ns);

/* Sends the RSTs for connections that SYNs with small TTLs opened. */
void trace_teardown(struct engine *engine, uint32_t index, uint64_t now_ns);

#endif
