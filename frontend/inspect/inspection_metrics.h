/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an inspection found, in the text format of Prometheus: times since 1970 and not days, as
 * blackbox_exporter has them, so that a rule does the arithmetic.  Pure but for malloc; the command
 * line.
 */
#ifndef PORTLIGHT_FRONTEND_INSPECT_INSPECTION_METRICS_H
#define PORTLIGHT_FRONTEND_INSPECT_INSPECTION_METRICS_H

#include "frontend/model/inspected.h"

/* For the caller to free; NULL without memory. */
char *inspection_metrics(const struct inspected *inspected);

#endif
