/* SPDX-License-Identifier: BSD-2-Clause */
#include "fleet/message/version_number.h"

#include <stdlib.h>

#include "common/base/version.h"

uint32_t version_number(void)
{
    const char *at = PORTLIGHT_VERSION;
    uint32_t number = 0;
    char *end;

    for (int i = 0; i < 3; i++) {
        number = number << 8 | (uint32_t)(strtoul(at, &end, 10) & 0xff);
        at = *end == '.' ? end + 1 : end;
    }
    return number;
}
