/* SPDX-License-Identifier: BSD-2-Clause */
/* Ports as typed on the command line: "443,ssh".  Pure; the command line. */
#ifndef PORTLIGHT_FRONTEND_CLI_PORT_LIST_H
#define PORTLIGHT_FRONTEND_CLI_PORT_LIST_H

#include "frontend/model/request.h"

/* Adds the ports in the list to the request: numbers, or names of service.h in upper or lower case.
 * On a mistake returns false with *problem, whose pointer and detail name the wrong entry. */
bool port_list_read(const char *text, const struct policy *policy, struct request *request,
                    struct problem *problem);

#endif
