/* SPDX-License-Identifier: BSD-2-Clause */
/* What every verdict must keep to, held against the world that it is about. */
#ifndef PORTLIGHT_TEST_WORLD_CLAIMS_H
#define PORTLIGHT_TEST_WORLD_CLAIMS_H

#include "tests/unit/support/world_run.h"

/* Each is NULL, or a few words that say what is wrong; *result is the verdict concerned, or
 * NULL. */
const char *claims_of_run(const struct world *world, const struct world_play *play,
                          const struct world_outcome *outcome, const struct world_result **result);

/* One port asked in two ways, where nothing is left to chance. */
const char *claims_agree(const struct world *world, const struct verdict *one,
                         const struct verdict *other);

/* Does nothing but the flow and the clock decide what comes back: no loss, and no limit? */
bool claims_are_steady(const struct world *world);

void claims_print(const struct verdict *verdict, FILE *out);

#endif
