/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/contract/frontends.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { HOST_NAME_LEN = 256 };

static bool has(const struct frontends *frontends, const char *name)
{
    for (size_t i = 0; i < frontends->count; i++)
        if (strcmp(frontends->items[i], name) == 0)
            return true;
    return false;
}

bool frontends_are_several(const struct frontends *frontends)
{
    return frontends->count > 1;
}

void frontends_own_name(const struct frontends *frontends, char name[static PLACE_NAME_LEN])
{
    char host[HOST_NAME_LEN] = {0};

    if (frontends->name[0] != '\0') {
        snprintf(name, PLACE_NAME_LEN, "%s", frontends->name);
        return;
    }
    name[0] = '\0';
    if (frontends->count == 0 || gethostname(host, sizeof(host) - 1) != 0)
        return;
    host[strcspn(host, ".")] = '\0';
    if (strlen(host) < PLACE_NAME_LEN && has(frontends, host))
        memcpy(name, host, strlen(host) + 1);
}

const char *frontends_mistake(const struct frontends *frontends)
{
    char own[PLACE_NAME_LEN];

    for (size_t i = 0; i < frontends->count; i++)
        for (size_t j = 0; j < i; j++)
            if (strcmp(frontends->items[i], frontends->items[j]) == 0)
                return "fleet.frontends has one name twice: give each frontend its own";
    frontends_own_name(frontends, own);
    if (own[0] == '\0')
        return "fleet.frontends doesn't name this machine: set fleet.name, or the host name, to "
               "one of its names";
    if (!has(frontends, own))
        return "fleet.name is not in fleet.frontends: add it there, on every frontend";
    return NULL;
}
