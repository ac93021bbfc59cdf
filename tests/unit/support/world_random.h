/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers that look random and follow from a seed (SplitMix64). */
#ifndef PORTLIGHT_TEST_WORLD_RANDOM_H
#define PORTLIGHT_TEST_WORLD_RANDOM_H

#include <stdbool.h>
#include <stdint.h>

struct world_random {
    uint64_t state;
};

static inline uint64_t random_next(struct world_random *random)
{
    uint64_t h = random->state += UINT64_C(0x9e3779b97f4a7c15);

    h = (h ^ h >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    h = (h ^ h >> 27) * UINT64_C(0x94d049bb133111eb);
    return h ^ h >> 31;
}

static inline uint64_t random_below(struct world_random *random, uint64_t end)
{
    return random_next(random) % end;
}

static inline uint64_t random_from(struct world_random *random, uint64_t first, uint64_t last)
{
    return first + random_below(random, last - first + 1);
}

static inline bool random_chance(struct world_random *random, unsigned percent)
{
    return random_below(random, 100) < percent;
}

#endif
