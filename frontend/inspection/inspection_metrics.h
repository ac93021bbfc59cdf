/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an inspection found, in Prometheus's text format.  Times are in seconds since 1970, not
 * days left, as in blackbox_exporter: rules do the arithmetic.  Pure but for malloc; the command
 * line.
 */
#ifndef PORTLIGHT_FRONTEND_INSPECTION_INSPECTION_METRICS_H
#define PORTLIGHT_FRONTEND_INSPECTION_INSPECTION_METRICS_H

#include "frontend/model/inspected.h"

/* All metrics of one inspection.  The caller frees the text; NULL without memory. */
char *inspection_metrics(const struct inspected *inspected);

#endif
