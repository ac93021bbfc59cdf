/* SPDX-License-Identifier: BSD-2-Clause */
/* Ports as they are typed on a command line: "443,ssh".  Pure; the command line. */
#ifndef PORTLIGHT_FRONTEND_CLI_PORT_LIST_H
#define PORTLIGHT_FRONTEND_CLI_PORT_LIST_H

#include "frontend/model/request.h"

/* Adds the list's ports, numbers or names of service.h in either case, to the request.
 * False with *problem filled, whose pointer and detail say which of them is wrong. */
bool port_list_read(const char *text, const struct policy *policy, struct request *request,
                    struct problem *problem);

#endif
