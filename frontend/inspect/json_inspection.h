/* SPDX-License-Identifier: BSD-2-Clause */
/* A part of json.h: what was found out about a service.  Pure but for malloc; the daemon and the
 * command line. */
#ifndef PORTLIGHT_FRONTEND_INSPECT_JSON_INSPECTION_H
#define PORTLIGHT_FRONTEND_INSPECT_JSON_INSPECTION_H

#include "frontend/model/inspected.h"

/* For the caller to free; NULL when there is no memory. */
char *json_write_inspected(const struct inspected *inspected);
/* One of its addresses. */
char *json_write_inspected_one(const struct inspected *inspected, unsigned target);

#endif
