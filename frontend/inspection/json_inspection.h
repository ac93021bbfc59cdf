/* SPDX-License-Identifier: BSD-2-Clause */
/* Part of json.h: what was found out about a service.  Pure but for malloc; the daemon and the
 * command line. */
#ifndef PORTLIGHT_FRONTEND_INSPECTION_JSON_INSPECTION_H
#define PORTLIGHT_FRONTEND_INSPECTION_JSON_INSPECTION_H

#include "frontend/model/inspected.h"

/* The answer of /api/v1/tls.  The caller frees the text; NULL without memory. */
char *json_write_inspected(const struct inspected *inspected);
/* The object of one of its addresses, by the same rules. */
char *json_write_inspected_one(const struct inspected *inspected, unsigned target);

#endif
