/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How long a probe that was answered waits for what may still follow.  Pure; only prober/engine
 * includes this.
 */
#ifndef PORTLIGHT_PROBER_ENGINE_PROBE_WAIT_H
#define PORTLIGHT_PROBER_ENGINE_PROBE_WAIT_H

#include "common/base/clock.h"
#include "prober/engine/state.h"

/* A RST may be injected near to us, with the SYN-ACK of a host that is far behind it. */
#define PROBE_WAIT_FAR_NS (1000 * NS_PER_MS)

/* When the time of a started probe is up. */
static inline uint64_t probe_wait_timeout_ns(const struct probe *probe)
{
    return probe->start_ns + probe->timeout_ms * NS_PER_MS;
}

/*
 * Until when a weightier answer than the first may follow.  Nothing outweighs a SYN-ACK:
 * it waits a little for the reply to the echo that left with the SYN, by which the verdict gets
 * surer, and where a peer wants packets, for our kernel's RST.
 */
uint64_t probe_wait_until_ns(const struct probe *probe);

/* Does it wait for our kernel's RST, and no longer than for that? */
bool probe_wait_for_reset(const struct probe *probe);

#endif
