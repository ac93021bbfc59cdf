/* SPDX-License-Identifier: BSD-2-Clause */
/* In place of frontend/link/prober_link.c: a prober that answers when the test says so. */
#ifndef PORTLIGHT_FAKE_LINK_H
#define PORTLIGHT_FAKE_LINK_H

#include "frontend/link/prober_link.h"

enum { FAKE_LINK_JOBS_MAX = 32 };

struct fake_job {
    struct wire_check check;
    const struct prober_link_job_ops *ops; /* NULL: over, one way or the other */
    void *context;
    bool cancelled;
};

/* jobs[n] has the number n; zeroed: none yet, and more are welcome. */
struct prober_link {
    enum prober_link_status status; /* of new jobs */
    unsigned count;
    struct fake_job jobs[FAKE_LINK_JOBS_MAX];
};

/* What the prober says of a job.  A result that is the last ends it, as refusal and loss
 * do; what the job's owner answers to a message is returned. */
bool fake_link_result(struct prober_link *link, uint32_t job, uint16_t port,
                      enum verdict_state state, bool last);
void fake_link_refuse(struct prober_link *link, uint32_t job, enum wire_refusal reason);
void fake_link_lose(struct prober_link *link, uint32_t job);

/* Jobs that are neither over nor cancelled. */
unsigned fake_link_pending(const struct prober_link *link);

#endif
