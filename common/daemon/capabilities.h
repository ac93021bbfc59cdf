/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The capability sets of this process as the kernel reports them (capabilities(7)).  An edge; the
 * daemons check with it that none is left.
 */
#ifndef PORTLIGHT_COMMON_DAEMON_CAPABILITIES_H
#define PORTLIGHT_COMMON_DAEMON_CAPABILITIES_H

#include <stdbool.h>
#include <stdint.h>

enum capability_set {
    CAPABILITIES_INHERITABLE,
    CAPABILITIES_PERMITTED,
    CAPABILITIES_EFFECTIVE,
    CAPABILITIES_BOUNDING,
    CAPABILITIES_AMBIENT,
    CAPABILITIES_SET_COUNT
};

/* Reads all five from /proc/self/status, one bit per capability.  False with errno if one can't be
 * read; ENODATA: the file doesn't have it. */
bool capabilities_read(uint64_t sets[static CAPABILITIES_SET_COUNT]);

/* The set as /proc calls it: "CapEff". */
const char *capabilities_set_name(enum capability_set set);

#endif
