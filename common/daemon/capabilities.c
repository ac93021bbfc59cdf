/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/daemon/capabilities.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const names[CAPABILITIES_SET_COUNT] = {
    [CAPABILITIES_INHERITABLE] = "CapInh", [CAPABILITIES_PERMITTED] = "CapPrm",
    [CAPABILITIES_EFFECTIVE] = "CapEff",   [CAPABILITIES_BOUNDING] = "CapBnd",
    [CAPABILITIES_AMBIENT] = "CapAmb",
};

const char *capabilities_set_name(enum capability_set set)
{
    return names[set];
}

/* A line is like "CapEff:\t0000000000000000". */
bool capabilities_read(uint64_t sets[static CAPABILITIES_SET_COUNT])
{
    FILE *status = fopen("/proc/self/status", "re");
    char line[256];
    unsigned found = 0;

    if (status == NULL)
        return false;
    while (fgets(line, sizeof(line), status) != NULL)
        for (unsigned i = 0; i < CAPABILITIES_SET_COUNT; i++) {
            size_t len = strlen(names[i]);
            if (strncmp(line, names[i], len) == 0 && line[len] == ':' &&
                sscanf(line + len + 1, "%" SCNx64, &sets[i]) == 1)
                found |= 1U << i;
        }
    fclose(status);
    errno = ENODATA;
    return found == (1U << CAPABILITIES_SET_COUNT) - 1;
}
