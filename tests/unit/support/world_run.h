/* SPDX-License-Identifier: BSD-2-Clause */
/* Plays a world to a real engine, on a clock of its own: nothing is sent, nothing waits. */
#ifndef PORTLIGHT_TEST_WORLD_RUN_H
#define PORTLIGHT_TEST_WORLD_RUN_H

#include "prober/engine/engine.h"
#include "tests/unit/support/worlds.h"

enum { WORLD_CHECKS_MAX = 12, WORLD_RESULTS_MAX = WORLD_CHECKS_MAX * POLICY_PORTS_MAX };

/* How to ask. */
struct world_play {
    bool trace;
    uint8_t ports, checks;
};

struct world_result {
    uint8_t check, port;
    uint64_t taken_ns; /* since its check began */
    struct verdict verdict;
};

struct world_outcome {
    unsigned result_count;
    bool refused, in_flight; /* a check was not taken; a probe was left behind at the end */
    struct world_result results[WORLD_RESULTS_MAX];
    unsigned syns[POLICY_PORTS_MAX], small[POLICY_PORTS_MAX], acks[POLICY_PORTS_MAX]; /* sent */
    unsigned echoes;
    uint64_t longest_ns; /* that a check may take */
};

void world_run(const struct world *world, const struct world_play *play,
               struct world_outcome *outcome);

/* What plain clients get that ask the port from here, without loss or limits: bits by enum
 * verdict_state. */
unsigned world_client_states(const struct world *world, unsigned port);

#endif
