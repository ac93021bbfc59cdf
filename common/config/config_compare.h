/* SPDX-License-Identifier: BSD-2-Clause */
/* Which keys differ between two configurations.  Pure; both daemons. */
#ifndef PORTLIGHT_COMMON_CONFIG_CONFIG_COMPARE_H
#define PORTLIGHT_COMMON_CONFIG_CONFIG_COMPARE_H

#include "common/config/config_keys.h"

bool config_differs(const struct config_key *key, const struct config *a, const struct config *b);

#endif
