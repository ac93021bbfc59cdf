/* SPDX-License-Identifier: BSD-2-Clause */
/* PORTLIGHT_VERSION as a number, major << 16 | minor << 8 | patch.  Pure; portlight-fleet. */
#ifndef PORTLIGHT_FLEET_MESSAGE_VERSION_NUMBER_H
#define PORTLIGHT_FLEET_MESSAGE_VERSION_NUMBER_H

#include <stdint.h>

uint32_t version_number(void);

#endif
