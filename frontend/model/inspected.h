/* SPDX-License-Identifier: BSD-2-Clause */
/* One answer about the service behind a port, for the renderers.  Pure; the daemon and the command
 * line. */
#ifndef PORTLIGHT_FRONTEND_MODEL_INSPECTED_H
#define PORTLIGHT_FRONTEND_MODEL_INSPECTED_H

#include "common/contract/inspection.h"
#include "frontend/model/result.h"

struct inspected {
    char host[HOSTNAME_MAX_LEN + 1]; /* in canonical form */
    char name[HOSTNAME_MAX_LEN + 1]; /* sent as SNI; empty for an address */
    uint64_t started_wall_ns, duration_ns;
    uint16_t port;
    bool greeting; /* the question was whether a program answers, not the certificate */
    uint8_t target_count;
    struct inspected_target {
        struct addr addr;
        enum verdict_state port_state;
        struct inspection inspection; /* INSPECTION_UNREACHABLE if the port is not open */
    } targets[RESULT_TARGETS_MAX];
};

/* What sentences about one address are made from. */
struct inspection_subject {
    const struct inspection *inspection;
    const struct addr *addr;
    const char *name; /* as above */
};

static inline struct inspection_subject inspected_subject(const struct inspected *inspected,
                                                          unsigned target)
{
    return (struct inspection_subject){&inspected->targets[target].inspection,
                                       &inspected->targets[target].addr, inspected->name};
}

#endif
