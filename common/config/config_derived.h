/* SPDX-License-Identifier: BSD-2-Clause */
/* Defaults that follow from other keys.  Pure; all programs. */
#ifndef PORTLIGHT_COMMON_CONFIG_CONFIG_DERIVED_H
#define PORTLIGHT_COMMON_CONFIG_CONFIG_DERIVED_H

#include "common/config/config_keys.h"

#define CONFIG_UNSET UINT32_MAX /* a number that the file does not give */

/* Fills in the limits that are CONFIG_UNSET. */
void config_derive(struct config *config);

#endif
