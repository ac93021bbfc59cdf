/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How long an answered probe waits for further answers.  Pure; only prober/engine includes this.
 */
#ifndef PORTLIGHT_PROBER_ENGINE_PROBE_WAIT_H
#define PORTLIGHT_PROBER_ENGINE_PROBE_WAIT_H

#include "common/base/clock.h"
#include "prober/engine/state.h"

/* A RST may be injected near us, long before the SYN-ACK of a distant host arrives. */
#define PROBE_WAIT_FAR_NS (1000 * NS_PER_MS)

/* When the time of a started probe is up. */
static inline uint64_t probe_wait_timeout_ns(const struct probe *probe)
{
    return probe->start_ns + probe->timeout_ms * NS_PER_MS;
}

/*
 * Until when a weightier answer may follow.  Nothing outweighs a SYN-ACK: after one, the probe
 * waits only briefly for the reply to the echo request that left with the SYN, which makes the
 * verdict surer, and, if the peer wants packets, for our kernel's RST.
 */
uint64_t probe_wait_until_ns(const struct probe *probe);

/* May it wait for our kernel's RST, so that a packet of ours can end the wait? */
bool probe_wait_for_reset(const struct probe *probe);

#endif
