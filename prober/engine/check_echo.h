/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sends a check's ICMP echo requests to its target.  Pure; only prober/engine includes this.
 * Nothing is sent if the policy forbids echoes or the target is this machine.
 */
#ifndef PORTLIGHT_PROBER_ENGINE_CHECK_ECHO_H
#define PORTLIGHT_PROBER_ENGINE_CHECK_ECHO_H

#include "prober/engine/state.h"

/* Sends one echo request with this TTL, up to ECHO_ATTEMPTS_MAX per check. */
void check_echo_send(struct engine *engine, struct check *check, uint8_t ttl, uint64_t now_ns);

/* Sends one with the full TTL, up to ECHO_FULL_MAX per check, unless one was answered or the last
 * was sent just now. */
void check_echo_repeat(struct engine *engine, struct check *check, uint64_t now_ns);

#endif
